import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

@testable import mem0top

/// The units by systemd's own judgement, the daemon's words to it, and the crontab's lines as cron runs them.
@Suite struct ServiceTests {
  private static let noTool: Comment = "systemd-analyze is not installed (apt: systemd)"

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
  }

  /// The files of a kind with the program's path in them; a template gets the instance `root`.
  private func units(_ kind: String) throws -> [String] {
    let folder = Peer.contribution("systemd/" + kind)
    let target = program.home.path("units")
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let bin = URL(filePath: Program.path).deletingLastPathComponent().path
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      // A timer needs the template of its service beside it, too.
      for name in [name, name.replacing("@.", with: "@root.")] {
        try text.replacing("@bindir@", with: bin)
          .write(toFile: target + "/" + name, atomically: true, encoding: .utf8)
      }
      return target + "/" + name.replacing("@.", with: "@root.")
    }
  }

  @Test(.enabled(if: Peer.isThere("systemd-analyze"), noTool), arguments: ["user", "system"])
  func systemdTakesTheUnits(kind: String) throws {
    let runtime = ["env", "XDG_RUNTIME_DIR=\(program.home.path)", "systemd-analyze", "--man=no"]
    let scope = kind == "user" ? ["--user"] : []
    let said = try TmuxSession.run(runtime + scope + ["verify"] + units(kind))
    #expect(said.isEmpty, "\(said)")
  }

  @Test(.enabled(if: Peer.isThere("systemd-analyze"), noTool))
  func theyAreHardenedAsFarAsEvidenceAllows() throws {
    for (kind, threshold) in [("system", 25), ("user", 65)] {
      for unit in try units(kind) where unit.hasSuffix(".service") {
        _ = try TmuxSession.run([
          "systemd-analyze", "security", "--offline=true", "--threshold=\(threshold)", unit,
        ])
      }
    }
  }

  /// What would hide from us who holds a lock is in no unit.
  @Test(arguments: ["user", "system"]) func nothingBlindsTheVerdict(kind: String) throws {
    for unit in try units(kind) {
      let text = try String(contentsOfFile: unit, encoding: .utf8)
      for line in text.split(separator: "\n") where !line.hasPrefix("#") {
        for setting in [
          "PrivateUsers", "ProtectProc", "ProcSubset", "PrivateDevices", "PrivatePIDs",
        ] {
          #expect(!line.hasPrefix(setting), "\(unit): \(line)")
        }
      }
    }
  }

  // MARK: - The daemon

  /// Writes each datagram that comes to a socket into a file, a line each.
  private static let listener = """
    import os, socket, sys
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
    log = open(sys.argv[2], "a"); print("ready")
    while True: log.write(s.recv(65536).decode() + "\\n"); log.flush()
    """

  private func wait(for text: String, in path: String) async throws -> String {
    var said = ""
    let isThere = try await TmuxSession.poll(within: .seconds(30)) {
      said = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      return said.contains(text)
    }
    #expect(isThere, "not said: \(text)\n\(said)")
    return said
  }

  @Test func theDaemonTellsSystemdHowItIs() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let socket = program.home.path("notify")
    let log = program.home.path("said")
    let listener = try PythonChild(Self.listener, socket, log)
    let receiver = try await DemoReceiver.start(latency: .zero ... .zero)
    let daemon = try BackgroundProgram(
      Program.path,
      ["sync", "--watch", "--quiet"],
      environment: [
        "HOME": program.home.path, "NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "400000",
        "MEM0TOP_SERVER_URL": receiver.url,
      ],
      log: program.home.path("daemon.log")
    )
    _ = try await wait(for: "READY=1\n", in: log)
    _ = try await wait(for: "STATUS=", in: log)
    _ = try await wait(for: "WATCHDOG=1\n", in: log)
    try directory.write("{", to: WatchedDirectory.deadLetters)
    try directory.write(
      #"{"queue":[{"id":"a","project_id":"p","content":"c"}]}"#,
      to: WatchedDirectory.queue
    )
    let said = try await wait(for: "dlq", in: log)
    #expect(said.split(separator: "\n").allSatisfy { $0.contains("=") }, "\(said)")
    #expect(try await daemon.end() == 0)
    _ = try await wait(for: "STOPPING=1\n", in: log)
    await receiver.stop()
    withExtendedLifetime(listener) {}
  }

  @Test func aWatchdogOfAnotherProcessIsNotFed() {
    let other = ServiceNotifier(
      environment: ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"],
      processID: 2
    )
    #expect(other.watchdogInterval == nil)
    let own = ServiceNotifier(
      environment: ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "2"],
      processID: 2
    )
    #expect(own.watchdogInterval == .milliseconds(500))
    #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "x"]).watchdogInterval == nil)
  }

  @Test func aRunThatDoesNotMoveGivesNoSignOfLife() {
    let heartbeat = Heartbeat(ServiceNotifier(environment: [:]))
    let later = ContinuousClock.now + .seconds(600)
    #expect(heartbeat.isAlive(within: .seconds(150), at: later))
    heartbeat.runBegins()
    #expect(heartbeat.isAlive(within: .seconds(150)))
    #expect(!heartbeat.isAlive(within: .seconds(150), at: later))
    heartbeat.runEnds()
    #expect(heartbeat.isAlive(within: .seconds(150), at: later))
  }

  // MARK: - cron

  /// Runs each line of the crontab as cron does; returns what it would mail for each, by its command.
  private func mails(_ environment: [String: String] = [:]) throws -> [String: String] {
    let table = try String(
      contentsOfFile: Peer.contribution("cron/mem0top.crontab"),
      encoding: .utf8
    )
    let bin = URL(filePath: Program.path).deletingLastPathComponent().path
    var mails: [String: String] = [:]
    for line in table.replacing("@bindir@", with: bin).split(separator: "\n")
    where !line.hasPrefix("#") {
      let fields = line.split(separator: " ", maxSplits: 5)
      try #require(fields.count == 6 && fields[..<5].allSatisfy { $0.contains(/^[\d*\/,-]+$/) })
      let variables = ["HOME": program.home.path, "LOGNAME": "u", "PATH": "/usr/bin:/bin"]
        .merging(environment) { $1 }.map { "\($0)=\($1)" }
      let command = "/bin/sh -c \"$0\" 2>&1; true"
      let name = fields[5].split(separator: " ").dropFirst().first.map(String.init) ?? ""
      mails[name] = try TmuxSession.run(
        ["env", "-i"] + variables + ["/bin/sh", "-c", command, String(fields[5])]
      )
    }
    return mails
  }

  @Test func theLinesOfTheCrontabAreSilentWhileAllIsWell() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let receiver = try await DemoReceiver.start(latency: .zero ... .zero)
    let mails = try mails(["MEM0TOP_SERVER_URL": receiver.url])
    await receiver.stop()
    #expect(mails == ["sync": "", "unlock": "", "check": ""])
  }

  @Test(.tags(.alone)) func theLinesOfTheCrontabSayWhatIsWrongAndMendIt() async throws {
    try directory.writeIncident()
    let before = try TmuxSession.run([
      "env", "-i", "HOME=\(program.home.path)", "sh", "-c", "\"$0\" check --quiet; true",
      Program.path,
    ])
    #expect(before.contains("CRITICAL"))
    let mails = try mails()
    #expect(mails["sync"]?.contains("no server is set") == true)
    #expect(mails["unlock"]?.contains("Cleared the lock") == true)
    #expect(!directory.exists(WatchedDirectory.lock))
    #expect(mails["check"]?.contains("12 memories are dead letters, more than 10") == true)
  }
}
