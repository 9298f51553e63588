import Foundation
import QueueEngine
import TestSupport
import Testing

@Suite struct DeadLetterCommandTests {
  private let program: Program

  /// A program that watches the incident, by its configured default directory.
  init() throws {
    program = try Program()
    try WatchedDirectory(in: program.home).writeIncident()
  }

  @Test func theListHasALineForEachItemWithTheNextRetryFirst() async throws {
    let outcome = try await program.run("dlq", "list")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 13)
    #expect(lines[0].hasPrefix("ID"))
    #expect(lines[1...3].allSatisfy { $0.contains("due now") })
    #expect(lines[4].hasPrefix("e4977f3b"))
    #expect(lines[4].contains("HTTP 502"))
    let list = try await program.run("dlq", "list", "--json").json()
    #expect((list["items"] as? [[String: Any]])?.count == 12)
  }

  @Test func anItemIsFoundByTheStartOfItsID() async throws {
    let outcome = try await program.run("dlq", "show", "9b1c")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("9b1c77de-5b1e-4c7a-9d20-6f83a1b4c2e0"))
    #expect(outcome.output.contains("HTTP 422 invalid user_id"))
    let item = try await program.run("dlq", "show", "9b1c", "--json").json()
    #expect((item["item"] as? [String: Any])?["retry_count"] as? Int == 7)
    #expect((item["content"] as? String)?.isEmpty == false)
  }

  @Test func anIDThatNamesNoneOrSeveralIsRefused() async throws {
    let none = try await program.run("dlq", "show", "zzz")
    #expect(none.status == 1)
    #expect(none.output.isEmpty)
    #expect(
      none.complaint == "mem0top: No dead letter's id begins with \"zzz\"; see mem0top dlq list.\n"
    )

    try program.home.write(
      #"{"items":[{"id":"ab1","project_id":"p"},{"id":"ab2","project_id":"p"},{"id":"ab"}]}"#,
      to: ".claude/mem0_queue_dlq.json"
    )
    let several = try await program.run("dlq", "show", "a")
    #expect(several.status == 1)
    #expect(several.complaint.contains("3 dead letters have an id that begins with \"a\""))
    let whole = try await program.run("dlq", "show", "ab")
    #expect(whole.status == 0)
  }

  @Test func theStatisticsGroupByProjectCauseAndRetries() async throws {
    let groups = try await program.run("dlq", "stats", "--json").json()
    #expect(groups["size"] as? Int == 12)
    #expect(
      groups["projects"] as? [String: Int] == ["recording-studio-manager": 7, "mem0-brain": 5]
    )
    #expect((groups["causes"] as? [String: Int])?["HTTP 502"] == 5)
    #expect((groups["retries"] as? [String: Int])?["3"] == 2)
    let text = try await program.run("dlq", "stats")
    for heading in ["12 dead letters", "PROJECT", "CAUSE", "TRIES"] {
      #expect(text.output.contains(heading))
    }
  }

  @Test func aFileThatDoesNotParseIsRefusedWithItsSentence() async throws {
    try program.home.write(#"{"items":[{"id":"a"#, to: ".claude/mem0_queue_dlq.json")
    let outcome = try await program.run("dlq", "list")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains("mem0_queue_dlq.json"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }

  @Test func aTextFromTheFileReachesNoTerminalRaw() async throws {
    try program.home.write(
      #"{"items":[{"id":"a\u001b]52;c;AAAA\u0007","project_id":"p\u202e","content":"\u001b[2J"}]}"#,
      to: ".claude/mem0_queue_dlq.json"
    )
    for command in [
      ["list"], ["show", "a"], ["stats"], ["list", "--json"], ["show", "a", "--json"],
    ] {
      let outcome = try await program.run(["dlq"] + command)
      #expect(outcome.status == 0, "\(command)")
      let scalars = outcome.output.unicodeScalars
      #expect(scalars.allSatisfy { ($0.value >= 0x20 || $0 == "\n") && $0 != "\u{202E}" })
    }
  }
}
