import DemoWorld
import Foundation
import TestSupport
import Testing

/// A world for each finding, shown by every command, and one that is nearly the same and healthy.
@Suite(.tags(.alone)) struct TwinWorldTests {
  /// What runs beside the files.
  enum Server {
    case none, up
    /// It answers, and refuses us.
    case refusing
    /// Nobody listens.
    case down
    /// Of two endpoints one answers.
    case half
  }

  /// Two worlds that differ in one thing.
  struct Twins: Sendable, CustomTestStringConvertible {
    let code: String
    var server = Server.none
    /// What the healthy one has instead.
    var healthyServer = Server.none
    /// Whether it may not be told whether all is well (`check` says 3).
    var isUnknown = false
    let sick: @Sendable (WatchedDirectory) throws -> Void
    let healthy: @Sendable (WatchedDirectory) throws -> Void
    var testDescription: String { code }
  }

  private static func letters(_ count: Int, _ more: String = "", ago seconds: Int = 0) -> String {
    let attempt = now - seconds
    let items = (0..<count).map {
      #"{"id":"item-\#($0)","project_id":"p","content":"c","last_attempt":\#(attempt)\#(more)}"#
    }
    return "{\"items\":[\(items.joined(separator: ","))]}"
  }

  /// When a dead letter came, as every worker writes it.
  private static let moved = #","moved_to_dlq_at":1700000000"#

  private static var now: Int { Int(Date().timeIntervalSince1970) }

  private static func log(_ lines: [String], in directory: WatchedDirectory, ago seconds: Int)
    throws
  {
    try directory.write(
      lines.joined(separator: "\n") + "\n",
      to: WatchedDirectory.log,
      age: .seconds(seconds)
    )
  }

  private static func empty(_ directory: WatchedDirectory) throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
  }

  /// A lock with a dead number that somebody was refused, before items that wait.
  private static func blocked(_ directory: WatchedDirectory) throws {
    try directory.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
    try directory.abandonLock(age: .seconds(3000))
    let refusal = "\(OneTruthTests.stamp(ago: 90)) Could not acquire queue lock (timeout)"
    try log(OneTruthTests.run(ago: 4000) + [refusal], in: directory, ago: 90)
  }

  /// The same lock, which the run has left that ended a minute ago.
  private static func leftBehind(_ directory: WatchedDirectory) throws {
    try directory.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
    try directory.abandonLock(age: .seconds(100))
    try log(OneTruthTests.run(ago: 90), in: directory, ago: 90)
  }

  private static func metrics(_ word: String, in directory: WatchedDirectory) throws {
    try empty(directory)
    let stamp = OneTruthTests.stamp(ago: 5).replacing(" ", with: "T")
    try directory.write(
      #"{"vps_status":"\#(word)","last_update":"\#(stamp)"}"#,
      to: "mem0_metrics.json"
    )
  }

  private static func dead(_ text: String) -> @Sendable (WatchedDirectory) throws -> Void {
    { directory in
      try empty(directory)
      try directory.write(text, to: WatchedDirectory.deadLetters)
    }
  }

  static let files: [Twins] = [
    Twins(code: "directory_missing", isUnknown: true) {
      try FileManager.default.removeItem(atPath: $0.path)
    } healthy: {
      try empty($0)
    },
    Twins(code: "nothing_here", isUnknown: true, sick: { _ in }, healthy: empty),
    Twins(code: "unreadable") {
      try empty($0)
      try FileManager.default.createDirectory(
        atPath: $0.path(of: "mem0_metrics.json"),
        withIntermediateDirectories: false
      )
    } healthy: {
      try metrics("up", in: $0)
    },
    Twins(code: "queue_corrupt") {
      try $0.write(#"{"queue":["#, to: WatchedDirectory.queue)
    } healthy: {
      try empty($0)
    },
    Twins(code: "dlq_corrupt", sick: dead(#"{"items":{}}"#), healthy: dead(#"{"items":[]}"#)),
    Twins(code: "stale_lock", sick: blocked, healthy: leftBehind),
    Twins(code: "lock_unknown") {
      try empty($0)
      try $0.write("not a number", to: WatchedDirectory.lock)
    } healthy: {
      try leftBehind($0)
    },
    Twins(code: "dlq_alert", sick: dead(letters(11, moved)), healthy: dead(letters(5))),
    Twins(code: "dlq_investigate", sick: dead(letters(6, moved)), healthy: dead(letters(5))),
    Twins(
      code: "poison_items",
      sick: dead(letters(1, #","retry_count":2,"last_error":"HTTP 422 invalid""# + moved)),
      healthy: dead(letters(1, #","retry_count":2,"last_error":"HTTP 502""#))
    ),
    Twins(
      code: "clock_skew",
      sick: dead(letters(1, #","moved_to_dlq_at":9999999999"#)),
      healthy: dead(letters(1, #","moved_to_dlq_at":1700000000"#))
    ),
    Twins(code: "due_not_tried") {
      try dead(letters(1, ago: 4000))($0)
      try log(OneTruthTests.run(ago: 60), in: $0, ago: 60)
    } healthy: {
      try dead(letters(1))($0)
      try log(OneTruthTests.run(ago: 60), in: $0, ago: 60)
    },
    Twins(code: "failing") {
      try $0.write(OneTruthTests.queue([60], retries: 2), to: WatchedDirectory.queue)
    } healthy: {
      try $0.write(OneTruthTests.queue([60], retries: 1), to: WatchedDirectory.queue)
    },
    Twins(code: "emergency_items") {
      try empty($0)
      let item = #"{"id":"e","project_id":"p","content":"c","timestamp":1,"emergency":true}"#
      try $0.write(item + "\n", to: "mem0_emergency.json")
    } healthy: {
      try empty($0)
      try $0.write("", to: "mem0_emergency.json")
    },
    Twins(code: "stray_copies") {
      try $0.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
      try $0.write(OneTruthTests.queue([60, 30]), to: "mem0_queue.sync-conflict-1.json")
    } healthy: {
      try $0.write(OneTruthTests.queue([60, 30]), to: WatchedDirectory.queue)
      try $0.write(OneTruthTests.queue([60]), to: "mem0_queue.sync-conflict-1.json")
    },
    Twins(code: "worker_not_running") {
      try $0.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
      try log(OneTruthTests.run(ago: 1500), in: $0, ago: 1500)
    } healthy: {
      try $0.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
      try log(OneTruthTests.run(ago: 900), in: $0, ago: 900)
    },
    Twins(code: "no_progress") {
      try $0.write(OneTruthTests.queue([3000]), to: WatchedDirectory.queue)
      try log(Array(repeating: "❌ Worker error: 'retries'", count: 9), in: $0, ago: 60)
    } healthy: {
      try $0.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
      try log(["❌ Worker error: 'retries'"] + OneTruthTests.run(ago: 60), in: $0, ago: 60)
    },
  ]

  static let servers: [Twins] = [
    Twins(
      code: "false_alarm_stale_lock",
      server: .up,
      healthyServer: .up,
      sick: blocked,
      healthy: leftBehind
    ),
    Twins(code: "metrics_contradict_probe", server: .up, healthyServer: .up) {
      try metrics("down", in: $0)
    } healthy: {
      try metrics("up", in: $0)
    },
    Twins(
      code: "server_rejects",
      server: .refusing,
      healthyServer: .up,
      sick: empty,
      healthy: empty
    ),
    Twins(code: "server_down", server: .down, healthyServer: .up, sick: empty, healthy: empty),
    Twins(code: "endpoint_down", server: .half, healthyServer: .up, sick: empty, healthy: empty),
  ]

  @Test(arguments: files)
  func ofFilesAlone(_ twins: Twins) async throws {
    try await isToldByEveryCommand(twins)
  }

  @Test(arguments: servers)
  func besideAServer(_ twins: Twins) async throws {
    try await isToldByEveryCommand(twins)
  }

  private func isToldByEveryCommand(_ twins: Twins) async throws {
    let sick = try await codes(twins.server, isSick: true, twins.isUnknown, twins.sick)
    #expect(sick.contains(twins.code), "\(sick)")
    let healthy = try await codes(twins.healthyServer, isSick: false, false, twins.healthy)
    #expect(healthy == ["all_clear"])
  }

  /// What all commands say alike of a world, each from an empty state directory.
  private func codes(
    _ server: Server,
    isSick: Bool,
    _ isUnknown: Bool,
    _ write: (WatchedDirectory) throws -> Void
  ) async throws -> [String] {
    let program = try Program()
    try write(try WatchedDirectory(in: program.home))
    let receiver = server == .none ? nil : try await DemoReceiver.start(latency: .zero ... .zero)
    if server == .refusing { receiver?.setFault(.status(401), on: .health) }
    let environment = Self.environment(server, receiver)
    var asked = 0
    func ask(_ arguments: String...) async throws -> Program.Outcome {
      asked += 1
      let state = ["XDG_STATE_HOME": program.home.path("state-\(asked)")]
      return try await program.run(arguments, environment: environment.merging(state) { $1 })
    }
    let findings = try #require(
      try await ask("status", "--json").json()["findings"] as? [[String: Any]]
    )
    let codes = findings.compactMap { $0["code"] as? String }
    let line = try await ask("status", "--oneline").output
    let check = try await ask("check")
    await receiver?.stop()
    #expect(line.hasPrefix("●") == !isSick, "\(line)")
    let levels = ["ok": 0, "warning": 1, "critical": 2]
    let level = levels[findings.first?["severity"] as? String ?? ""]
    #expect(check.status == (isUnknown ? 3 : level), "\(check)")
    let summary = try #require(findings.first?["summary"] as? String)
    #expect(check.output.contains(summary.prefix(20)), "\(check.output)")
    if isSick {
      let since = findings.first?["since"]
      #expect(since is Int, "\(findings.first?["code"] ?? "") says not since when")
    }
    return codes
  }

  private static func environment(_ server: Server, _ receiver: DemoReceiver?) -> [String: String] {
    guard let receiver else { return [:] }
    var endpoints = receiver.endpoints.map { ($0.name, $0.url) }
    let nobody = "http://127.0.0.1:1/health"
    if server == .down { endpoints = [("api", nobody)] }
    if server == .half { endpoints = [endpoints[0], ("sync", nobody)] }
    let texts = endpoints.map { "{ name = \"\($0.0)\", url = \"\($0.1)\" }" }
    return [
      "MEM0TOP_SERVER_URL": receiver.url,
      "MEM0TOP_SERVER_HEALTH": "[\(texts.joined(separator: ", "))]",
    ]
  }

  // MARK: - Worlds with processes

  @Test func aHolderThatHangsAndOneThatMayYet() async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: WatchedDirectory.lock))
    defer { holder.finish() }
    let healthy = try await program.run("status", "--json").json()
    #expect(try Self.codes(healthy) == ["all_clear"])
    var codes: [String] = []
    let deadline = ContinuousClock.now + .seconds(30)
    while !codes.contains("lock_hung"), ContinuousClock.now < deadline {
      codes = try Self.codes(
        try await program.run("status", "--json", environment: ["MEM0TOP_LOCK_MAX_HOLD": "1s"])
          .json()
      )
    }
    #expect(codes.contains("lock_hung"))
    let check = try await program.run("check", environment: ["MEM0TOP_LOCK_MAX_HOLD": "1s"])
    #expect(
      check.status == 1 && check.output.contains("under the lock that pid \(holder.pid)"),
      "\(check)"
    )
  }

  @Test(arguments: [(1, false), (2, true)])
  func aHolderForWhomOthersWait(refusals: Int, isContended: Bool) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: WatchedDirectory.lock))
    defer { holder.finish() }
    // A stamp means its whole second, and the hold began in one.
    let begun = Date.now
    while Int(begun.timeIntervalSince1970) == Self.now {
      try await Task.sleep(for: .milliseconds(20))
    }
    let line = "\(OneTruthTests.stamp(ago: 0)) Could not acquire queue lock (timeout)"
    try Self.log(Array(repeating: line, count: refusals), in: directory, ago: 0)
    let codes = try Self.codes(try await program.run("status", "--json").json())
    #expect(codes == [isContended ? "lock_contended" : "all_clear"])
    let check = try await program.run("check")
    #expect(check.status == (isContended ? 1 : 0), "\(check)")
  }

  @Test func ourWorkerAloneAndBesideAnother() async throws {
    let program = try Program(seesWorkers: true)
    let directory = try WatchedDirectory(in: program.home)
    try Self.empty(directory)
    let waiting = "print('ready', flush=True); input()"
    try program.home.write(waiting, to: "sync")
    let ours = try PythonChild(
      """
      import os, sys
      os.chdir(sys.argv[1])
      os.execv(sys.executable, ["mem0top", "sync", "--dir", sys.argv[2]])
      """,
      arguments: [program.home.path, directory.path]
    )
    defer { ours.finish() }
    #expect(try Self.codes(try await program.run("status", "--json").json()) == ["all_clear"])
    let script = program.home.path("mem0_queue_worker.py")
    let another = try PythonChild(waiting, asScript: script, directory.path)
    defer { another.finish() }
    #expect(try Self.codes(try await program.run("status", "--json").json()) == ["two_workers"])
    let line = try await program.run("status", "--oneline").output
    #expect(!line.hasPrefix("●"), "\(line)")
    let check = try await program.run("check")
    #expect(check.status == 1, "\(check)")
  }

  /// A file that is a mount of its own cannot be replaced, so nothing could be taken out of it.
  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func aQueueThatIsAMountAndOneThatIsNot() async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(OneTruthTests.queue([60]), to: WatchedDirectory.queue)
    #expect(try Self.codes(try await program.run("status", "--json").json()) == ["all_clear"])
    let path = directory.path(of: WatchedDirectory.queue)
    guard
      try await program.run(after: "mount --bind \(path) \(path) || exit 9", ["--version"])
        .status == 0
    else { return }  // A container may forbid it.
    let codes = try Self.codes(try await program.run("status", "--json").json())
    let check = try await program.run("check")
    _ = try await program.run(after: "umount -l \(path)", ["--version"])
    #expect(codes.first == "cannot_acknowledge", "\(codes)")
    #expect(check.status == 2, "\(check)")
    #expect(try Self.codes(try await program.run("status", "--json").json()) == ["all_clear"])
  }

  private static func codes(_ object: [String: Any]) throws -> [String] {
    let findings = try #require(object["findings"] as? [[String: Any]])
    return findings.compactMap { $0["code"] as? String }
  }
}
