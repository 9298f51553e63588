import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What is kept of probes: 24 hours, across restarts, from every program that probes.
struct ProbeHistoryTests {
  private static let start = Timestamp(1_767_200_400)
  private let root: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    root = try TemporaryDirectory()
    settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
  }

  private var history: ProbeHistory { ProbeHistory(settings: settings) }

  private var file: String {
    StateDirectory(settings: settings)
      .path(of: "probe.history")
  }

  private func status(_ errors: [String?], at moment: Timestamp) -> ServerStatus {
    ServerStatus(
      endpoints: errors.enumerated().map { index, error in
        var endpoint = EndpointStatus(name: "e\(index)", url: "http://127.0.0.1:\(index)/health")
        endpoint.error = error
        endpoint.latency = error == nil ? .milliseconds(40 + index * 20) : nil
        endpoint.probedAt = moment
        return endpoint
      }
    )
  }

  /// Probes again and again; `fails` tells by the number of the probe which endpoints fail.
  private func run(
    _ history: inout ProbeHistory,
    from start: Timestamp = start,
    probes: Int,
    every interval: Int = 10,
    fails: (Int) -> [Bool] = { _ in [false, false] }
  ) -> ServerStatus {
    var last = ServerStatus()
    for probe in 0..<probes {
      let moment = start + .seconds(probe * interval)
      let errors = fails(probe).map { $0 ? "connect: connection refused" : nil }
      last = history.append(status(errors, at: moment), now: moment)
    }
    return last
  }

  /// A look that asks once says down only where others saw it fail twice just before.
  @Test(arguments: [
    ("connect: connection refused", 10, 2, ServerState.down), ("connect: x", 10, 1, .unknown),
    ("timeout: no answer within 100 ms", 10, 3, .unknown), ("connect: x", 1000, 3, .unknown),
  ])
  func oneProbeContinuesWhatOthersSaw(error: String, after: Int, failures: Int, state: ServerState)
  {
    var others = history
    for probe in 0..<failures {
      let moment = Self.start + .seconds(probe * 10)
      var failed = status(["connect: connection refused"], at: moment)
      failed.endpoints[0].consecutiveFailures = probe + 1
      _ = others.append(failed, now: moment)
    }
    let now = Self.start + .seconds((failures - 1) * 10 + after)
    others.save(now: now)
    var brief = history
    var once = status([error], at: now)
    once.endpoints[0].consecutiveFailures = 1
    #expect(brief.completeUnkept(once, now: now).state == state)
    #expect(brief.completeUnkept(status([nil], at: now), now: now).state == .up)
  }

  @Test func nothingIsToldBeforeAMinuteWasWatched() {
    var history = history
    #expect(run(&history, probes: 6).availability == nil)
    let later = history.append(status([nil, nil], at: Self.start + .seconds(60)), now: Self.start)
    #expect(later.availability?.share == 1)
    #expect(later.availability?.watched == .seconds(60))
    #expect(later.availability?.text == "100% of 1m")
  }

  @Test func theWholeIsUpOnlyWhereEveryEndpointAnswers() throws {
    var history = history
    let last = run(&history, probes: 100) { [$0 % 10 == 0, $0 % 20 == 5] }
    #expect(last.availability?.share == 0.85)
    #expect(last.endpoints[0].availability?.share == 0.9)
    #expect(last.endpoints[1].availability?.share == 0.95)
    let parts = try #require(last.endpoints[1].availability?.parts)
    #expect(parts.count == Availability.partCount)
    #expect(parts.last?.latency == .milliseconds(60))
    #expect(parts.first?.isProbed == false)
  }

  @Test func itOutlivesTheProgram() {
    var first = history
    let before = run(&first, probes: 400) { [$0 < 4, false] }
    first.save(now: Self.start + .seconds(4000))
    var second = history
    second.load()
    let after = second.completed(
      status([nil, nil], at: Self.start),
      now: Self.start + .seconds(4000)
    )
    #expect(after.availability == before.availability)
    #expect(after.availability?.text == "99.0% of 1h")
  }

  @Test func itForgetsWhatIsOlderThanADay() {
    var history = history
    _ = run(&history, probes: 60) { _ in [true, true] }
    let next = Self.start + .seconds(86_400 + 900)
    let last = run(&history, from: next, probes: 60)
    #expect(last.availability?.share == 1)
    #expect(last.availability?.watched == .seconds(590))
  }

  @Test(.tags(.slow)) func aWholeDayStaysWithinItsBoundsAndIsCalledADay() throws {
    var history = history
    let last = run(&history, probes: 864 + 60, every: 100) { [$0 == 500, false] }
    history.save(now: Self.start + .seconds(92_400))
    #expect(last.availability?.text == "99.8% of 24h")
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(try #require(attributes[.size] as? Int) <= 64 << 10)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func manyEndpointsPushOutTheOldestSlotsRatherThanTheBound() throws {
    var record = ProbeRecord()
    for endpoint in 0..<40 {
      for slot in 5_890_000..<5_890_288 {
        var tally = ProbeRecord.Tally()
        (tally.answered, tally.watched) = (30, .seconds(300))
        record.series["http://127.0.0.1:\(endpoint)/", default: [:]][slot] = tally
      }
    }
    let text = ProbeRecordText.text(of: record)
    #expect(text.utf8.count <= 64 << 10)
    let read = try #require(ProbeRecordText.record(in: Array(text.utf8)))
    #expect(read.series.count == 40)
    #expect(read.series.values.allSatisfy { $0[5_890_287]?.answered == 30 })
  }

  @Test func twoProgramsCountTogether() {
    var first = history
    var second = history
    _ = run(&first, probes: 30)
    _ = run(&second, probes: 30) { _ in [true, true] }
    first.save(now: Self.start + .seconds(300))
    second.save(now: Self.start + .seconds(300))
    var third = history
    third.load()
    let sum = third.completed(status([nil, nil], at: Self.start), now: Self.start + .seconds(290))
    #expect(sum.availability?.share == 0.5)
    // Both watched the same five minutes.
    #expect(sum.availability.map { $0.watched <= .seconds(300) } == true)
  }

  @Test(arguments: [
    "", "mem0top probes 1\n", "mem0top probes 2\nend\n", "mem0top probes 1\nseries a\n1 2\nend\n",
    "mem0top probes 1\nseries a\n1 2 3 4 99999999999\nend\n", "mem0top probes 1\n1 1 1 1 1\nend\n",
    "mem0top probes 1\nseries a\n1 1 1 -1 1\nend\n", "\u{0}\u{0}",
  ])
  func damageStartsAnew(text: String) throws {
    #expect(ProbeRecordText.record(in: Array(text.utf8)) == nil)
    var history = history
    _ = run(&history, probes: 1)
    history.save(now: Self.start)
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    var next = self.history
    next.load()
    let last = run(&next, probes: 20)
    #expect(last.availability?.share == 1)
    next.save(now: Self.start + .seconds(200))
    #expect(next.problem == nil)
  }

  @Test func aProbeThatWasNotMadeIsNotCounted() {
    var history = history
    _ = run(&history, probes: 10)
    let unasked = status([nil, nil], at: Self.start + .seconds(90))
    let last = history.append(unasked, now: Self.start + .seconds(100))
    #expect(last.availability?.watched == .seconds(90))
  }

  @Test func aPlaceThatCannotBeWrittenIsTold() throws {
    try root.write("in the way", to: "state")
    var history = history
    let last = run(&history, probes: 20)
    #expect(last.availability?.share == 1)
    #expect(history.problem != nil)
  }
}
