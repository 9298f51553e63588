import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

@Suite struct StatusCommandTests {
  /// The keys of `docs/contract.md#status-json`, by the path to their object.
  private static let schema: [String: Set<String>] = [
    "": [
      "schema", "generated_at", "directory", "findings", "vps", "queue", "lock", "dlq",
      "emergency", "stray_copies", "metrics", "worker", "log",
    ],
    "vps": ["state", "reported", "reported_at", "endpoints"],
    "queue": [
      "state", "pending", "oldest_age_s", "projects", "flagged", "failed", "error", "remarks",
    ],
    "emergency": ["items", "other_lines", "files", "error"],
    "lock": ["state", "reason", "clearable", "age_s", "pid", "process", "holders"],
    "dlq": [
      "state", "size", "due", "next_due_in_s", "projects", "retries", "flagged", "error", "remarks",
      "items",
    ],
    "metrics": [
      "state", "vps_status", "queue_size", "dlq_size", "total_synced", "last_update", "error",
    ],
    "worker": ["running", "last_activity", "last_line"],
    "log": ["state", "bytes", "last_lines", "error"],
  ]

  /// The directory of the incident, inside the program's own home.
  private func incident(_ program: Program) throws -> String {
    let directory = try WatchedDirectory(at: program.home.path + "/incident")
    try directory.writeIncident()
    return directory.path
  }

  private func expectSchema(_ report: [String: Any]) throws {
    for (path, keys) in Self.schema {
      let object = path.isEmpty ? report : try #require(report[path] as? [String: Any])
      #expect(Set(object.keys) == keys, "\(path)")
    }
  }

  @Test func anEmptyDirectoryHasEveryKeyAndNothingElseOnStandardOutput() async throws {
    let program = try Program()
    let outcome = try await program.run("status", "--json", "--dir", program.home.path)
    #expect(outcome.status == 0)
    #expect(outcome.complaint.isEmpty)
    #expect(outcome.output.hasSuffix("}\n"))
    #expect(outcome.output.filter(\.isNewline).count == 1)
    let report = try outcome.json()
    try expectSchema(report)
    #expect(report["schema"] as? Int == 1)
    #expect((report["generated_at"] as? String)?.hasSuffix("Z") == true)
    #expect((report["queue"] as? [String: Any])?["state"] as? String == "missing")
    #expect((report["lock"] as? [String: Any])?["state"] as? String == "free")
    #expect((report["vps"] as? [String: Any])?["state"] as? String == "unknown")
  }

  @Test func aMissingDirectoryIsAFindingAndNoFailure() async throws {
    let program = try Program()
    let path = program.home.path + "/absent"
    let outcome = try await program.run("status", "--json", "--dir", path)
    #expect(outcome.status == 0)
    let findings = try #require(try outcome.json()["findings"] as? [[String: Any]])
    #expect(findings.first?["code"] as? String == "directory_missing")
    let text = try await program.run("status", environment: ["MEM0TOP_DIR": path])
    #expect(text.output.hasPrefix("✖ CRITICAL"))
    #expect(text.output.contains(path))
  }

  @Test(.tags(.alone)) func theIncidentIsSeenAsItIs() async throws {
    let program = try Program()
    let outcome = try await program.run("status", "--json", "--dir", try incident(program))
    let report = try outcome.json()
    try expectSchema(report)
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.first?["code"] as? String == "stale_lock")
    let queue = try #require(report["queue"] as? [String: Any])
    #expect(queue["pending"] as? Int == 36)
    #expect(
      queue["projects"] as? [String: Int] == ["recording-studio-manager": 20, "mem0-brain": 16]
    )
    #expect((11_220...11_280).contains(try #require(queue["oldest_age_s"] as? Int)))
    let lock = try #require(report["lock"] as? [String: Any])
    #expect(lock["reason"] as? String == "dead_pid")
    #expect(lock["clearable"] as? Bool == true)
    let letters = try #require(report["dlq"] as? [String: Any])
    #expect(letters["size"] as? Int == 12)
    let items = try #require(letters["items"] as? [[String: Any]])
    #expect(items.count == 12)
    #expect(
      items.allSatisfy {
        Set($0.keys) == [
          "id", "project_id", "retry_count", "last_attempt", "delay_s", "due_in_s",
          "moved_to_dlq_at", "last_error", "content_bytes", "flags",
        ]
      }
    )
    #expect((report["metrics"] as? [String: Any])?["vps_status"] as? String == "down")
  }

  @Test func aServerThatIsUpMakesItAFalseAlarm() async throws {
    let program = try Program()
    let receiver = try await DemoReceiver.start()
    let endpoints = receiver.endpoints.map { "{ name = \"\($0.name)\", url = \"\($0.url)\" }" }
    let outcome = try await program.run(
      "status",
      "--json",
      "--dir",
      try incident(program),
      environment: ["MEM0TOP_SERVER_HEALTH": "[\(endpoints.joined(separator: ", "))]"]
    )
    await receiver.stop()
    let report = try outcome.json()
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.first?["code"] as? String == "false_alarm_stale_lock")
    let server = try #require(report["vps"] as? [String: Any])
    #expect(server["state"] as? String == "up")
    #expect(server["reported"] as? String == "down")
    let shown = try #require(server["endpoints"] as? [[String: Any]])
    #expect(shown.map { $0["name"] as? String } == ["api", "sync"])
    #expect(shown.allSatisfy { $0["http_status"] as? Int == 200 && $0["error"] is NSNull })
  }

  @Test func theKeyOfASuggestionIsTheOneThatIsBound() async throws {
    let program = try Program()
    let directory = try incident(program)
    for (keys, key) in [("", "c"), ("[keys]\nclear_lock = \"K\"\n", "K")] {
      try program.home.write(keys, to: ".config/mem0top/config.toml")
      let outcome = try await program.run("status", "--json", "--dir", directory)
      let findings = try #require(try outcome.json()["findings"] as? [[String: Any]])
      let suggestion = try #require(findings.first?["suggestion"] as? [String: Any])
      #expect(suggestion["action"] as? String == "clear_lock")
      #expect(suggestion["key"] as? String == key)
      // It acts where it was looked, wherever it is run.
      let command = "mem0top unlock --dir \(directory)"
      #expect(suggestion["command"] as? String == command)
      let text = try await program.run("status", "--dir", directory)
      #expect(text.output.contains("  → \(command)\n"))
    }
  }

  @Test func theOneLineFitsTmux() async throws {
    let program = try Program()
    let outcome = try await program.run("status", "--oneline", "--dir", try incident(program))
    #expect(outcome.output.wholeMatch(of: /✖ stale lock 3h\d\dm · q36 · dlq12\n/) != nil)
    let empty = try await program.run("status", "--oneline", "--dir", program.home.path)
    #expect(empty.output.count <= 61)
    #expect(empty.output == "▲ no files here\n")
  }

  /// What a status bar asks for is read without the parser, and says the same.
  @Test func theOneLineIsTheSameWithTheParserAndWithout() async throws {
    let program = try Program()
    let directory = ["--dir", try incident(program)]
    for form in ["plain", "tmux"] {
      let parsed = try await program.run(["status", "--oneline", "--format", form] + directory)
      #expect(parsed.output.contains("stale lock"), "\(parsed)")
      let plain = try await program.run(["status"] + directory + ["--format", form])
      // Between the two a minute may begin.
      let ages = [parsed, plain].map { $0.output.replacing(/3h\d\dm/, with: "3h") }
      #expect(ages[0] == ages[1], "\(plain)")
    }
    for wrong in [
      ["--dir", ""], ["--format", "neon"], ["--oneline", "--nope"], ["--dir", "-x"],
    ] {
      let usage = try await program.run(["status", "--oneline"] + wrong)
      #expect(usage.status == 64 && usage.output.isEmpty, "\(wrong): \(usage)")
    }
  }

  @Test func theTextIsPlainWhenPipedAndBeginsWithTheVerdict() async throws {
    let program = try Program()
    let outcome = try await program.run(
      "status",
      "--dir",
      try incident(program),
      environment: ["TERM": "xterm-256color"]
    )
    #expect(outcome.output.hasPrefix("✖ CRITICAL  "))
    #expect(!outcome.output.contains("\u{1B}"))
    for label in ["→ mem0top unlock", "VPS ", "Queue ", "Lock ", "Dead letters ", "Log "] {
      #expect(outcome.output.contains(label), "\(label)")
    }
  }

  @Test func aMistakeIsOneSentenceOnStandardError() async throws {
    let program = try Program()
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("status", "--json")
    #expect(outcome.status == 78)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.complaint
        == "mem0top: ~/.config/mem0top/config.toml:2: lock.style must be auto, flock or pidfile, "
        + "not \"foo\"\n"
    )
    let usage = try await program.run("status", "--nonsense")
    #expect(usage.status == 64)
    #expect(usage.output.isEmpty)
    let both = try await program.run("status", "--json", "--oneline")
    #expect(both.status == 64)
  }

  @Test(arguments: [
    ["status"], ["unlock"], ["retry"], ["dlq"], ["dlq", "list"], ["dlq", "show"], ["dlq", "stats"],
    ["config"], ["demo"], ["check"], ["probe"], ["log"], ["metrics"],
    [],
  ])
  func everyHelpHasAnExample(command: [String]) async throws {
    let outcome = try await Program().run(command + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Example: mem0top"))
  }
}
