import QueueEngine
import Testing

@testable import Fleet

/// A link by its events: what is given up when, and what is tried again after which pause.
@Suite struct LinkTests {
  private static let start = ContinuousClock.now
  private static let now = Timestamp(1_767_238_212)

  private static var host: RemoteHost {
    get throws { try RemoteHost("dev-1") }
  }

  private static func hello(ahead: Double = 0, version: WireVersion = .current) -> [UInt8] {
    var hello = Hello(
      program: "0.1.0",
      host: "dev-1",
      at: now + .seconds(ahead),
      settings: EngineSettings(directory: "/d", stateDirectory: "")
    )
    hello.protocol = version
    return hello.line
  }

  /// A forced command may look at another directory than the one that was asked for.
  @Test(arguments: [
    ("/d", true), ("//d/.", true), ("~/d", true), ("/e", false), ("/d/e", false),
  ])
  func anotherDirectoryIsRefused(asked: String, isTaken: Bool) throws {
    var link = Link(host: try RemoteHost("dev-1:" + asked), now: Self.now, at: Self.start)
    #expect(link.pass(Self.start) == [.start])
    let orders = link.take(Self.hello(), now: Self.now, at: Self.start)
    #expect(orders == (isTaken ? [] : [.end]))
  }

  private static func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  private static func time(_ seconds: Double) -> Timestamp { now + .seconds(seconds) }

  /// A link whose process was started at second 0.
  private static func started() throws -> Link {
    var link = Link(host: try host, now: now, at: start)
    #expect(link.pass(start) == [.start])
    return link
  }

  private static func live() throws -> Link {
    var link = try started()
    #expect(link.take(hello(), now: now, at: start).isEmpty)
    return link
  }

  @Test func aBannerBeforeTheFirstLineCostsNothing() throws {
    var link = try Self.started()
    #expect(
      link.take(
        Array("Welcome!\n\u{1B}[2J{}\n{\"is\":\"beat\"}\n".utf8),
        now: Self.now,
        at: Self.start
      ).isEmpty
    )
    #expect(link.machine.standing == .connecting)
    _ = link.take(Self.hello(ahead: 90), now: Self.now, at: Self.start)
    #expect(link.machine.standing == .live)
    #expect(link.machine.clockLead == .seconds(90))
  }

  @Test func aBannerWithoutEndIsGivenUp() throws {
    var link = try Self.started()
    let orders = link.take([UInt8](repeating: 0x78, count: 70_000), now: Self.now, at: Self.start)
    #expect(orders == [.end])
    link.end(status: -15, now: Self.now, at: Self.start, chance: 0.5)
    #expect(link.machine.standing == .lost("something else than mem0top answers"))
  }

  @Test func silenceIsGivenUp() throws {
    var link = try Self.started()
    #expect(link.pass(Self.at(29)).isEmpty)
    #expect(link.pass(Self.at(30)) == [.end])
    // Who does not end when asked is made to.
    #expect(link.pass(Self.at(34)).isEmpty)
    #expect(link.pass(Self.at(35)) == [.end])
    link = try Self.live()
    #expect(link.pass(Self.at(44)).isEmpty)
    _ = link.take(Report.beat(Self.time(44)).line, now: Self.time(44), at: Self.at(44))
    #expect(link.pass(Self.at(88)).isEmpty)
    #expect(link.pass(Self.at(89)) == [.end])
    link.end(status: -15, now: Self.time(89), at: Self.at(89), chance: 0.5)
    #expect(link.machine.standing == .lost("silent for 45 s"))
    #expect(link.machine.since == Self.time(89))
    #expect(link.machine.heardAt == Self.time(44))
  }

  @Test func thePausesGrowAndBeginAnewAfterAGoodLife() throws {
    var link = try Self.started()
    var second = 0.0
    for pause in [1.0, 2, 4, 8, 15, 30, 60, 60] {
      link.end(status: 255, now: Self.time(second), at: Self.at(second), chance: 0.5)
      #expect(link.pass(Self.at(second + pause - 0.1)).isEmpty)
      second += pause
      #expect(link.pass(Self.at(second)) == [.start])
    }
    _ = link.take(Self.hello(), now: Self.time(second), at: Self.at(second))
    second += 31
    link.end(status: 255, now: Self.time(second), at: Self.at(second), chance: 0)
    #expect(link.pass(Self.at(second + 0.5)) == [.start])
  }

  @Test(
    arguments: [
      (127, "", "mem0top is not installed there"), (126, "", "mem0top cannot be run there"),
      (127, "sh: 1: mem0top: not found\n", "mem0top is not installed there"),
      (
        255, "ssh: connect to host x port 22: Connection timed out\r\n",
        "ssh: connect to host x port 22: Connection timed out"
      ),
      (255, "@@@@@\nHost key verification failed.\n\n", "Host key verification failed"),
      (0, "", "it answered nothing"), (3, "", "it ended with status 3"),
      (64, "\u{1B}[31mevil\u{202E}\n", "␛[31mevil‹U+202E›"), (-9, "", "it was ended by signal 9"),
    ] as [(Int32, String, String)]
  )
  func theReasonIsWhatSshSays(status: Int32, complaint: String, reason: String) throws {
    var link = try Self.started()
    link.takeComplaint(Array(complaint.utf8))
    link.end(status: status, now: Self.now, at: Self.start, chance: 0.5)
    #expect(link.machine.standing == .lost(reason))
  }

  @Test func anotherMajorVersionIsRefusedWithAWord() throws {
    var link = try Self.started()
    let line = Self.hello(version: WireVersion(major: 2, minor: 1))
    #expect(link.take(line, now: Self.now, at: Self.start) == [.end])
    link.end(status: 0, now: Self.now, at: Self.start, chance: 0.5)
    guard case .lost(let reason) = link.machine.standing else {
      Issue.record("it is \(link.machine.standing)")
      return
    }
    #expect(reason.contains("protocol 2.1"))
  }

  @Test func nonsenseIsBorneForAWhile() throws {
    var link = try Self.live()
    for _ in 0..<16 {
      #expect(link.take(Array("nonsense\n".utf8), now: Self.now, at: Self.start).isEmpty)
    }
    #expect(link.machine.standing == .live)
    #expect(link.take(Array("nonsense\n".utf8), now: Self.now, at: Self.start) == [.end])
  }

  @Test func aLineWithoutEndIsGivenUp() throws {
    var link = try Self.live()
    let piece = [UInt8](repeating: 0x78, count: 64 << 10)
    for _ in 0..<8 { #expect(link.take(piece, now: Self.now, at: Self.start).isEmpty) }
    #expect(link.take(piece, now: Self.now, at: Self.start) == [.end])
    #expect(link.take(piece, now: Self.now, at: Self.start).isEmpty)
  }

  @Test func theDataStayWhenTheLinkIsLost() throws {
    var link = try Self.live()
    var writer = SnapshotWriter(depth: .rows)
    for line in writer.lines(for: RandomSnapshot.first, findings: []) {
      _ = link.take(line, now: Self.now, at: Self.start)
    }
    #expect(link.machine.snapshot != nil)
    link.end(status: 255, now: Self.time(5), at: Self.at(5), chance: 0)
    #expect(link.machine.snapshot != nil)
    #expect(link.machine.since == Self.time(5))
    _ = link.pass(Self.at(6))
    // The next failure does not make the loss younger.
    link.end(status: 255, now: Self.time(9), at: Self.at(9), chance: 0)
    #expect(link.machine.since == Self.time(5))
  }

  @Test func theClockThereIsKnownByTheQuickestLine() throws {
    var link = try Self.live()
    _ = link.take(Report.beat(Self.time(9)).line, now: Self.time(10), at: Self.at(10))
    #expect(link.machine.clockLead == .zero)
    _ = link.take(Report.beat(Self.time(21)).line, now: Self.time(20), at: Self.at(20))
    #expect(link.machine.clockLead == .seconds(1))
    // It was set.
    _ = link.take(Report.beat(Self.time(-970)).line, now: Self.time(30), at: Self.at(30))
    #expect(link.machine.clockLead == .seconds(-1000))
  }

  @Test func anOpenMachineIsAskedForAllAgainAfterEachLoss() throws {
    var link = try Self.live()
    #expect(link.open(true) == [.send(Request.depth(isWhole: true).line)])
    link.end(status: 255, now: Self.now, at: Self.start, chance: 0)
    _ = link.pass(Self.at(2))
    #expect(
      link.take(Self.hello(), now: Self.time(2), at: Self.at(2))
        == [.send(Request.depth(isWhole: true).line)]
    )
    #expect(link.open(false) == [.send(Request.depth(isWhole: false).line)])
  }
}
