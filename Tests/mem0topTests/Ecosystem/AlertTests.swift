import Foundation
import TestSupport
import Testing

/// Somebody is told of an incident once, and once when it is over, whoever watches.
@Suite(.tags(.alone)) struct AlertTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.write(
      #"{"queue":[{"id":"a","project_id":"p","content":"c"}]}"#,
      to: WatchedDirectory.queue
    )
  }

  private func configure(_ text: String) throws {
    let folder = program.home.path(".config/mem0top")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
  }

  /// A command that appends what it reads to a file, a line for each alert.
  private func configureKeeper() throws {
    let keeper = program.home.path("keep")
    try "#!/bin/sh\ncat >> '\(program.home.path("alerts"))'\n"
      .write(toFile: keeper, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: keeper)
    try configure("[alerts]\ncommand = [\"\(keeper)\"]\nlog_lines = 2\n")
  }

  private func alerts() throws -> [[String: Any]] {
    guard let text = try? String(contentsOfFile: program.home.path("alerts"), encoding: .utf8)
    else {
      return []
    }
    return try text.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// The file in which incidents are kept.
  private var incidentFile: String {
    get throws {
      let root = program.home.path(".local/state/mem0top")
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: root).first)
      return "\(root)/\(name)/incidents"
    }
  }

  /// Without a dashboard nobody notes when an incident ends.
  @Test func anEndThatNobodySawIsNoEndlessIncident() async throws {
    try directory.abandonLock()
    #expect(try await program.run("check", "--notify").status == 2)
    let going = try await listedIncident()
    #expect(going["ended"] is NSNull && going["how"] is NSNull, "\(going)")
    try FileManager.default.removeItem(atPath: directory.path(of: WatchedDirectory.lock))
    let over = try await listedIncident()
    let how = "over, and nobody watched when it ended"
    #expect(over["ended"] is NSNull && over["how"] as? String == how, "\(over)")
    #expect(try await program.run("incidents").output.contains(how))
  }

  private func listedIncident() async throws -> [String: Any] {
    let listing = try await program.run("incidents", "--json").json()
    return try #require((listing["incidents"] as? [[String: Any]])?.first)
  }

  @Test func aTimerTellsOnceAndOnceWhenItIsOver() async throws {
    try configureKeeper()
    try directory.write(
      "one\ntwo\nCould not acquire queue lock (timeout)\n",
      to: WatchedDirectory.log
    )
    try directory.abandonLock()
    for _ in 0..<2 { #expect(try await program.run("check", "--notify").status == 2) }
    let began = try alerts()
    #expect(began.count == 1)
    #expect(began.first?["event"] as? String == "began")
    let incident = try #require(began.first?["incident"] as? [String: Any])
    #expect(incident["code"] as? String == "stale_lock")
    #expect((incident["evidence"] as? [String])?.isEmpty == false)
    #expect(
      began.first?["log"] as? [String] == ["two", "Could not acquire queue lock (timeout)"]
    )

    #expect(try await program.run("unlock").status == 0)
    #expect(try await program.run("check", "--notify", "--quiet").output == "")
    // It has to be over for a minute: this one becomes older.
    let text = try String(contentsOfFile: incidentFile, encoding: .utf8)
    let now = Int(Date().timeIntervalSince1970)
    let older = text.replacing(#/"ended":\d+/#, with: "\"ended\":\(now - 61)")
    try older.write(toFile: incidentFile, atomically: false, encoding: .utf8)
    for _ in 0..<2 { _ = try await program.run("check", "--notify") }
    let all = try alerts()
    #expect(all.map { $0["event"] as? String } == ["began", "ended"])
    let ended = try #require(all.last?["incident"] as? [String: Any])
    #expect((ended["how"] as? String)?.hasPrefix("ended from the command line: clear lock") == true)

    let listed = try await program.run("incidents", "--json").json()
    let incidents = try #require(listed["incidents"] as? [[String: Any]])
    #expect(incidents.first?["code"] as? String == "stale_lock")
    let shown = try await program.run("incidents", "--since", "1h")
    #expect(shown.output.hasPrefix("✖ stale lock  since "))
    #expect(shown.output.contains("ended from the command line"))
  }

  @Test func withoutTheFlagACheckTellsNobody() async throws {
    try configureKeeper()
    try directory.write("{", to: WatchedDirectory.deadLetters)
    #expect(try await program.run("check").status == 2)
    #expect(try alerts().isEmpty)
    #expect(
      try await program.run("incidents").output == "Nothing was wrong, as far as anybody watched.\n"
    )
  }

  @Test(
    arguments: [
      (#"["/bin/sh", "-c", "exit 7"]"#, "ended with status 7"),
      (#"["/nowhere/at/all"]"#, "did not start"),
      (#"["sh", "-c", "sleep 300 & sleep 300"]"#, "took longer than 1s, and was ended"),
    ]
  )
  func aCommandThatFailsIsToldAndStopsNothing(command: String, words: String) async throws {
    try configure("[alerts]\ncommand = \(command)\ntimeout = \"1s\"\n")
    try directory.write("{", to: WatchedDirectory.deadLetters)
    let start = ContinuousClock.now
    let outcome = try await program.run("check", "--notify")
    #expect(outcome.status == 2 && outcome.output.hasPrefix("MEM0TOP CRITICAL"))
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(ContinuousClock.now - start < .seconds(120))
  }

  @Test func aDaemonTellsOfWhatItSees() async throws {
    try configureKeeper()
    try directory.write("{", to: WatchedDirectory.deadLetters)
    let daemon = Process()
    daemon.executableURL = URL(filePath: Program.path)
    daemon.arguments = ["sync", "--watch", "--quiet"]
    daemon.environment = [
      "HOME": program.home.path, "PATH": "/usr/bin:/bin",
      "MEM0TOP_SERVER_URL": "http://127.0.0.1:9",
    ]
    daemon.standardError = FileHandle.nullDevice
    try daemon.run()
    defer {
      daemon.terminate()
      daemon.waitUntilExit()
    }
    let isTold = try await TmuxSession.poll(within: .seconds(30)) { try !alerts().isEmpty }
    #expect(isTold)
    let codes = try alerts().map { ($0["incident"] as? [String: Any])?["code"] as? String }
    #expect(codes.contains("dlq_corrupt"))
  }

  /// The key never leaves, and neither does what a log line would do to a terminal.
  @Test func theKeyIsMasked() async throws {
    try configureKeeper()
    try directory.write("token sk-very-secret-1 \u{1B}[31m\n", to: WatchedDirectory.log)
    try directory.write("{", to: WatchedDirectory.deadLetters)
    _ = try await program.run(
      ["check", "--notify"],
      environment: [
        "MEM0TOP_SERVER_URL": "http://127.0.0.1:9", "MEM0TOP_SERVER_KEY_ENV": "THE_KEY",
        "THE_KEY": "sk-very-secret-1",
      ]
    )
    let text = try String(contentsOfFile: program.home.path("alerts"), encoding: .utf8)
    #expect(!text.contains("sk-very-secret-1") && text.contains("(key)"))
    #expect(!text.contains("u001b"))
  }

  @Test func theDashboardsTerminalShowsANotification() throws {
    let stage = try PtyStage { try $0.write("{", to: WatchedDirectory.deadLetters) }
    let folder = stage.home.path(".config/mem0top")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "[alerts]\nbell = true\ndesktop = \"osc777\"\n"
      .write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
    let first = try stage.play([.see("]777;notify;mem0top: "), .leave])
    #expect(first.written.contains("\u{07}"))
    // A second one, on the same files, finds it told.
    let second = try stage.play([.see("quit"), .pause(1500), .leave])
    #expect(!second.written.contains("]777;"))
  }

  @Test func tmuxShowsTheMessageAsItIs() async throws {
    let session = try TmuxSession()
    let viewer = try TmuxViewer(to: session.socket, columns: 120, rows: 20)
    _ = viewer
    try configure("[alerts]\ntmux = true\n")
    try directory.write("{", to: WatchedDirectory.deadLetters)
    let outcome = try await program.run(
      ["check", "--notify"],
      environment: ["TMUX": "\(session.socket),1,0"]
    )
    #expect(outcome.complaint.isEmpty, "\(outcome.complaint)")
    try await viewer.wait(until: "the message") { $0.contains("mem0top: ") }
  }
}
