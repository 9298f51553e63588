import Foundation
import TestSupport
import Testing

/// The commands that take items out, bring them back, and tell what was done.
@Suite struct ChangeCommandTests {
  private static let items = DeadLetterStage.items

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.write(DeadLetterStage.text, to: WatchedDirectory.deadLetters)
  }

  private func letters() throws -> String { try directory.text(of: WatchedDirectory.deadLetters) }

  /// Runs a command that must succeed.
  @discardableResult
  private func run(_ arguments: String...) async throws -> Program.Outcome {
    let outcome = try await program.run(arguments)
    #expect(outcome.status == 0, "\(arguments): \(outcome.complaint)")
    #expect(!directory.exists(WatchedDirectory.lock))
    return outcome
  }

  /// Runs a command that must be refused in one sentence, and must change nothing.
  private func expectRefusal(_ arguments: String..., saying words: String) async throws {
    let before = try letters()
    let outcome = try await program.run(arguments)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
    #expect(try letters() == before)
  }

  // MARK: Drop and restore

  @Test func aDropWithoutATerminalWantsAYes() async throws {
    try await expectRefusal("dlq", "drop", "cccc", saying: "pass --yes to drop them")
    try await expectRefusal("dlq", "drop", "zz", "--yes", saying: "\"zz\"")
  }

  @Test func whatIsDroppedIsKeptListedAndRestored() async throws {
    let dropped = try await run("dlq", "drop", "cccc", "--yes")
    #expect(dropped.output.hasPrefix("The dead letter cccc3333 was dropped"))
    #expect(try !letters().contains("cccc3333"))
    let list = try await run("dlq", "restore", "--list", "--json").json()
    let kept = try #require(list["items"] as? [[String: Any]])
    #expect(kept.map { $0["id"] as? String } == ["cccc3333-x"])
    #expect(kept.first?["bytes"] as? Int == Self.items[2].utf8.count)
    #expect(try await run("dlq", "restore", "--list").output.contains("cccc3333"))
    try await expectRefusal("dlq", "restore", "bbbb", saying: "There is no copy")
    let restored = try await run("dlq", "restore", "cccc")
    #expect(restored.output.hasPrefix("The dead letter cccc3333 is back at the end."))
    let text = try letters()
    for item in Self.items { #expect(text.contains(item), "\(text)") }
    try await expectRefusal("dlq", "restore", "cccc", saying: "There is no copy")
  }

  // MARK: Export

  @Test func theExportHasTheBytesOfTheFile() async throws {
    let all = try await run("dlq", "export")
    #expect(all.output == "[\n" + Self.items.joined(separator: ",\n") + "\n]\n")
    let some = try await run("dlq", "export", "--project", "q")
    #expect(some.output == "[\n\(Self.items[2])\n]\n")
    #expect(try await run("dlq", "export", "bbbb").output == "[\n\(Self.items[1])\n]\n")
    try await expectRefusal("dlq", "export", "zz", saying: "\"zz\"")
  }

  // MARK: Undo and history

  @Test func anUndoTakesTheLastChangeBackAndThenTheOneBefore() async throws {
    try await expectRefusal("undo", saying: "There is no retry or drop to take back.")
    try await run("retry", "aaaa")
    try await run("dlq", "drop", "cccc", "--yes")
    let report = try await run("undo", "--json").json()
    #expect(report["action"] as? String == "undo")
    #expect(report["changed"] as? Int == 1)
    #expect(try letters().contains(Self.items[2]))
    #expect(try await run("undo").output.hasPrefix("Took back the retry made "))
    for item in Self.items { #expect(try letters().contains(item)) }
    try await expectRefusal("undo", saying: "There is no retry or drop to take back.")
  }

  @Test func anUndoKnowsTheDirectoryByAnySpelling() async throws {
    let link = program.home.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path)
    for spelling in [directory.path + "/", directory.path + "//.", link, link + "/"] {
      try await run("retry", "--all", "--dir", spelling)
      let undone = try await run("undo", "--dir", directory.path)
      #expect(undone.output.hasPrefix("Took back the retry made "), "\(spelling)")
      for item in Self.items { #expect(try letters().contains(item)) }
    }
  }

  @Test func aRetryThatAWorkerHasTriedSinceIsNotTakenBack() async throws {
    try await run("retry", "cccc")
    let tried = DeadLetterStage.text.replacingOccurrences(
      of: #""retry_count": 0, "last_attempt": 4000000003"#,
      with: #""retry_count": 1, "last_attempt": 1800000000"#
    )
    try directory.write(tried, to: WatchedDirectory.deadLetters)
    try await expectRefusal("undo", saying: "1 was tried again since")
  }

  @Test func theHistoryTellsWhoDidWhat() async throws {
    #expect(try await run("history").output == "Nothing has been done here yet.\n")
    try await run("retry", "aaaa")
    _ = try await program.run("retry", "zz")
    try await run("undo")
    let entries = try #require(
      try await run("history", "--json").json()["entries"] as? [[String: Any]]
    )
    #expect(entries.first?["action"] as? String == "retry_items")
    #expect(entries.last?["action"] as? String == "undo")
    #expect(entries.allSatisfy { $0["origin"] as? String == "command" })
    let text = try await run("history", "-n", "1").output
    #expect(text.contains("command  undo\nTook back the retry made "), "\(text)")
    #expect(!text.contains("retry_items"))
    #expect(try await program.run("history", "-n", "0").status == 64)
  }

  // MARK: Recover

  @Test func aFileThatParsesNeedsNoRecovery() async throws {
    #expect(try await run("recover").output == "The files parse: nothing needs to be recovered.\n")
    #expect(try letters() == DeadLetterStage.text)
  }

  /// A file that is gone parses as little as one that is torn: its last copy is named.
  @Test func theLastCopyOfAFileThatIsGoneIsNamedAndTakenIn() async throws {
    _ = try await run("dlq", "drop", "cccc3333", "--yes")
    try FileManager.default.removeItem(atPath: directory.path(of: WatchedDirectory.deadLetters))
    let told = try await run("recover").output
    let match = try #require(told.firstMatch(of: /--from (\S+) takes in/), "\(told)")
    #expect(told.hasPrefix("There is no mem0_queue_dlq.json; its last copy, taken "))
    let taken = try await run("absorb", "--from", String(match.1), "--yes")
    #expect(taken.output.contains(" into mem0_queue_dlq.json."))
    // What was dropped stays so: that is known here.
    #expect(try letters().contains("aaaa1111") && !letters().contains("cccc3333"))
  }

  @Test func aBrokenFileIsRebuiltAfterAYes() async throws {
    let broken = String(DeadLetterStage.text.prefix(DeadLetterStage.text.count - 40))
    try directory.write(broken, to: WatchedDirectory.deadLetters)
    let preview = try await run("recover", "--dry-run", "--json").json()
    let file = try #require((preview["files"] as? [[String: Any]])?.first)
    #expect(file["file"] as? String == "dlq")
    #expect(file["result"] as? String == "preview")
    #expect(file["salvaged"] as? Int == 2)
    #expect(try letters() == broken)
    let unasked = try await program.run("recover")
    #expect(unasked.status == 1)
    #expect(unasked.complaint.contains("pass --yes"))
    #expect(unasked.output.contains("byte"), "the preview names the place: \(unasked.output)")
    #expect(try letters() == broken)
    let done = try await run("recover", "--yes")
    #expect(done.output.contains("mem0_queue_dlq.json is rebuilt with 2 items."))
    let text = try letters()
    for item in Self.items.dropLast() { #expect(text.contains(item), "\(text)") }
    #expect(try await run("recover").output == "The files parse: nothing needs to be recovered.\n")
  }
}
