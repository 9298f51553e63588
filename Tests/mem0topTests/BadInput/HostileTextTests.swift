import Foundation
import TestSupport
import Testing

/// Bad inputs 36 to 46, from every place where a text enters to every place where one leaves.
@Suite("Bad input: texts", .timeLimit(.minutes(3)))
struct HostileTextTests {
  private let program: Program
  private let directory: String
  private let word = "worker-\(UUID().uuidString)"
  private let environment: [String: String]
  /// They live as long as the suite.
  private let children: [PythonChild]

  init() throws {
    program = try Program()
    // The directory's own name is shown, too, and so are the names of files that the person sets.
    let odd = try WatchedDirectory(in: program.home)
    try HostileText.write(into: odd)
    directory = program.home.path + "/\u{1B}]0;t\u{07}\u{1B}[31m\u{202E}\u{9B}"
    try FileManager.default.moveItem(atPath: odd.path, toPath: directory)
    try FileManager.default.moveItem(
      atPath: directory + "/" + WatchedDirectory.queue,
      toPath: directory + "/queue\u{202E}.json"
    )
    let port = program.home.path + "/port"
    children = [
      try PythonChild(HostileText.worker, word), try PythonChild(HostileText.server, port),
    ]
    let address =
      try "http://127.0.0.1:" + String(contentsOfFile: port, encoding: .utf8) + "/health"
    environment = [
      "MEM0TOP_WORKER_MATCH": "[\"\(word)\"]", "MEM0TOP_FILES_QUEUE": "queue\u{202E}.json",
      "MEM0TOP_SERVER_HEALTH": "[{ name = \"api\", url = \"\(address)\" }]",
      "LANG": "C.UTF-8",
    ]
  }

  private func run(_ arguments: [String], _ more: [String: String] = [:]) async throws
    -> Program.Outcome
  {
    let outcome = try await program.run(
      arguments + ["--dir", directory],
      environment: environment.merging(more) { $1 }
    )
    for text in [outcome.output, outcome.complaint] {
      #expect(HostileText.harmful(in: text) == [], "\(arguments)")
    }
    #expect(outcome.status >= 0, "\(arguments) ended by a signal")
    return outcome
  }

  /// What enters by files, processes, the network and the path.
  @Test func noCommandPrintsARawByte() async throws {
    let status = try await run(["status", "--json"])
    for mark in ["␛]52;c;aGk=␇", "‹U+009B›", "‹U+202E›", "‹U+200D›", "‹U+E0041›", "␍␈", "\\\\x9B3"]
    {
      #expect(status.output.contains(mark), "\(mark) has not come through")
    }
    let running = try #require(try status.section("worker")["running"] as? [[String: Any]])
    #expect((running.first?["command"] as? String)?.hasPrefix(word + "␛]0;t␇") == true)
    let endpoints = try #require(try status.section("vps")["endpoints"] as? [[String: Any]])
    #expect((endpoints.first?["error"] as? String)?.hasPrefix("redirect: ") == true)

    let commands = [
      ["status"], ["status", "--oneline"], ["dlq", "list"], ["dlq", "list", "--json"],
      ["dlq", "show", "odd1"], ["dlq", "show", "odd1", "--json"], ["dlq", "show", "odd2"],
      ["dlq", "show", "odd2", "--json"], ["dlq", "stats"], ["dlq", "stats", "--json"], ["config"],
      ["config", "--json"], ["retry", "odd1"], ["retry", "odd2", "--json"],
    ]
    for command in commands {
      let outcome = try await run(command)
      #expect(outcome.status == 0, "\(command): \(outcome.complaint)")
    }
    try expectHarmlessState()
  }

  /// What enters by the lock: the text in it, and the name of the process that has it.
  @Test func noVerdictOnTheLockPrintsARawByte() async throws {
    let lock = directory + "/" + WatchedDirectory.lock
    for text in [HostileText.bytes, Data("\(children[0].pid)".utf8)] {
      try text.write(to: URL(filePath: lock))
      for command in [["status"], ["status", "--json"], ["unlock", "--dry-run"], ["unlock"]] {
        let outcome = try await run(command)
        #expect(outcome.output.contains("␛]") || outcome.complaint.contains("␛]"), "\(command)")
      }
      let refused = try await run(["unlock", "--json"])
      #expect(refused.status == 1)
      #expect(FileManager.default.fileExists(atPath: lock))
    }
    try expectHarmlessState()
  }

  /// What enters by the command line and the environment.
  @Test func noComplaintQuotesARawByte() async throws {
    let odd = "x\u{1B}]0;t\u{07}\u{1B}[2J\u{202E}\u{9B}"
    let commands = [
      ["retry", odd], ["retry", odd, "--json"], ["retry", "--project", odd], ["dlq", "show", odd],
      ["dlq", odd], [odd], ["status", "--" + odd], ["unlock", "--older-than", odd],
      ["unlock", "--force", odd],
    ]
    for command in commands {
      let outcome = try await run(command)
      #expect([1, 64].contains(outcome.status), "\(command): \(outcome.status)")
      #expect(outcome.complaint.contains("␛"), "\(command): \(outcome.complaint)")
    }
    for name in ["MEM0TOP_LOCK_STYLE", "MEM0TOP_FILES_LOG", "MEM0TOP_WORKER_COMMAND"] {
      let outcome = try await run(["config"], [name: odd])
      #expect(outcome.status == 78, "\(name)")
      #expect(outcome.complaint.contains(name))
    }
  }

  /// What enters by the configuration file: keys, sections, values, and what is no TOML at all.
  @Test(arguments: [
    "[lock]\n\"sty\\u001ble\u{202E}\" = \"x\"\n", "[\"lo\\u001b\u{9B}ck\"]\na = 1\n",
    "[lock]\nstyle = \"\\u001b[2J\u{202E}\"\n", "[lock]\nstyle = \"\u{1B}[2J\"\n",
    "\u{1B}[2J\u{202E}",
    "[lock]\n\u{0}style = \"auto\"\n", "[lock]\nstyle = \"\u{9B}\u{200D}\"\n",
  ])
  func noConfigurationIsQuotedRaw(text: String) async throws {
    try program.home.write(text, to: ".config/mem0top/config.toml")
    let outcome = try await run(["status"])
    #expect(outcome.status == 78)
    #expect(outcome.complaint.hasPrefix("mem0top: ~/.config/mem0top/config.toml:"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }

  /// The audit log, which people read; copies of the files keep every byte as it was.
  private func expectHarmlessState() throws {
    let root = program.home.path + "/.local/state"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let log = try #require(names.first { $0.hasSuffix("/audit.log") })
    let text = try String(contentsOfFile: root + "/" + log, encoding: .utf8)
    #expect(HostileText.harmful(in: text) == [])
    #expect(names.allSatisfy { HostileText.harmful(in: $0) == [] })
  }
}
