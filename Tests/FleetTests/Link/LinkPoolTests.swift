import Foundation
import QueueEngine
import TestSupport
import Testing

@testable import Fleet

/// Links over real processes, good and bad ones beside each other.
@Suite struct LinkPoolTests {
  /// A pool whose `ssh` is a shell script, which gets the host's name as `$2`.
  private struct Stage {
    let directory: TemporaryDirectory
    let board: LinkPool

    init(_ script: String, hosts: [String]) throws {
      directory = try TemporaryDirectory()
      var lines = Hello(
        program: "0.1.0",
        host: "far",
        at: Timestamp(Date().timeIntervalSince1970),
        settings: EngineSettings(directory: "/d", stateDirectory: "")
      ).line
      try directory.write(lines, to: "hello")
      var writer = SnapshotWriter(depth: .rows)
      var snapshot = Snapshot(generatedAt: Timestamp(5), directory: "/d")
      snapshot.remarks = ["told"]
      lines += writer.lines(for: snapshot, findings: [Finding(.allClear, "fine")]).joined()
      try directory.write(lines, to: "good")
      try directory.write(Report.beat(Timestamp(7)).line, to: "beat")
      board = try LinkPool(
        hosts: try hosts.map { text throws in try RemoteHost(text) },
        rsh: ["sh", "-c", "cd \(directory.path); " + script, "sh"],
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
      )
      board.begin()
    }

    /// Waits until it is so, or too long.
    func wait(_ isSo: ([RemoteMachine]) -> Bool) -> Bool {
      let deadline = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < deadline {
        if isSo(board.machines) { return true }
        var watched = pollfd(fd: board.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&watched, 1, 50)
        _ = board.takeNews()
      }
      return false
    }
  }

  @Test func aMachineTellsAndEndsWithItsInput() throws {
    let stage = try Stage("cat good; cat >input; echo over >end", hosts: ["a", "b"])
    #expect(
      stage.wait { $0.allSatisfy { $0.snapshot?.remarks == ["told"] && $0.standing == .live } }
    )
    stage.board.send(.look, to: 0)
    stage.board.send(.history, to: 7)
    stage.board.end()
    let end = ContinuousClock.now + .seconds(5)
    while !FileManager.default.fileExists(atPath: stage.directory.path("end")), .now < end {
      usleep(5_000)
    }
    #expect(FileManager.default.fileExists(atPath: stage.directory.path("end")))
  }

  /// Each host's name says how its far side behaves.
  @Test func eachBadMachineCostsItsOwnRowOnly() throws {
    let stage = try Stage(
      """
      case $2 in
      good) cat good; exec cat >/dev/null ;;
      banner) echo "Last login: today"; echo '{"is":"hello"'; cat good; exec cat >/dev/null ;;
      missing) echo "sh: mem0top: not found" >&2; exit 127 ;;
      refused) echo "ssh: connect to host x port 22: Connection refused" >&2; exit 255 ;;
      hung) exec sleep 1000 ;;
      endless) cat hello; exec tr '\\0' x </dev/zero ;;
      babble) exec tr '\\0' x </dev/zero ;;
      nonsense) cat hello; exec yes nonsense ;;
      flood) cat good; exec yes "$(cat beat)" ;;
      control) cat hello; printf '{"is":"snapshot","at":1,"whole":true,"directory":"a\\033[2Jb"}\\n'; exec cat >/dev/null ;;
      esac
      """,
      hosts: [
        "good", "banner", "missing", "refused", "hung", "endless", "babble", "nonsense", "flood",
        "control",
      ]
    )
    defer { stage.board.end() }
    let isSettled = { (machines: [RemoteMachine]) in
      machines[0].snapshot != nil && machines[1].snapshot != nil && machines[8].snapshot != nil
        && [2, 3, 5, 6, 7].allSatisfy { machines[$0].standing.isLost }
    }
    #expect(stage.wait(isSettled))
    let machines = stage.board.machines
    #expect(machines[0].standing == .live)
    #expect(machines[1].standing == .live)
    #expect(machines[2].standing == .lost("mem0top is not installed there"))
    #expect(
      machines[3].standing == .lost("ssh: connect to host x port 22: Connection refused")
    )
    #expect(machines[4].standing == .connecting)
    #expect(machines[6].standing == .lost("something else than mem0top answers"))
    #expect(machines[7].standing == .lost("it sends lines that make no sense"))
    #expect(machines[8].standing == .live)
    #expect(machines[9].snapshot?.directory.contains("\u{1B}") != true)
  }

  @Test func whatIsAskedArrives() throws {
    let stage = try Stage("cat good; exec cat >>input", hosts: ["a"])
    #expect(stage.wait { $0[0].snapshot != nil })
    let key = ItemKey(id: "x")
    stage.board.open(0)
    stage.board.send(.act(id: "1", .retry([key])), to: 0)
    let expected = Request.depth(isWhole: true).line + Request.act(id: "1", .retry([key])).line
    let deadline = ContinuousClock.now + .seconds(10)
    var input: [UInt8] = []
    while input.count < expected.count, ContinuousClock.now < deadline {
      usleep(5_000)
      input = [UInt8](
        (try? Data(contentsOf: URL(filePath: stage.directory.path("input")))) ?? Data()
      )
    }
    // The order of an object's members means nothing, and differs from one encoding to the next.
    let lines = { (bytes: [UInt8]) in
      bytes.split(separator: UInt8(ascii: "\n")).map { line in
        (try? JSONSerialization.jsonObject(with: Data(line))) as? NSDictionary
      }
    }
    #expect(lines(input) == lines(expected))
    stage.board.end()
  }

  @Test func aLinkThatIsCutIsMadeAgain() throws {
    let stage = try Stage(
      "echo x >>starts; cat good; test $(wc -l <starts) -gt 1 && exec cat >/dev/null",
      hosts: ["a"]
    )
    defer { stage.board.end() }
    let deadline = ContinuousClock.now + .seconds(20)
    var starts = 0
    while starts < 2, ContinuousClock.now < deadline {
      usleep(20_000)
      let text =
        (try? String(contentsOfFile: stage.directory.path("starts"), encoding: .utf8)) ?? ""
      starts = text.split(separator: "\n").count
    }
    #expect(starts == 2)
    #expect(stage.wait { $0[0].standing == .live })
  }

  @Test func aProgramThatIsNotThereIsSaid() throws {
    let board = try LinkPool(
      hosts: [try RemoteHost("a")],
      rsh: ["/nowhere/ssh"],
      environment: [:]
    )
    board.begin()
    defer { board.end() }
    let deadline = ContinuousClock.now + .seconds(10)
    while !board.machines[0].standing.isLost, ContinuousClock.now < deadline { usleep(5_000) }
    #expect(
      board.machines[0].standing
        == .lost("/nowhere/ssh could not be started: No such file or directory")
    )
  }
}

extension RemoteMachine.Standing {
  fileprivate var isLost: Bool { if case .lost = self { true } else { false } }
}
