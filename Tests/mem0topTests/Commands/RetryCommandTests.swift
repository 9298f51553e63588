import Foundation
import TestSupport
import Testing

@Suite struct RetryCommandTests {
  private static let keys: Set<String> = [
    "schema", "action", "result", "changed", "summary", "evidence",
  ]

  /// Dead letters with what a careless program would not keep.
  private static let letters = """
    {"items": [
      {"id": "aa11", "project_id": "p", "content": "\\u00e9 é", "retry_count": 3, "last_attempt": 1.5e9},
      {"id": "aa22", "project_id": "p", "content": "x",  "retry_count": 1, "last_attempt": 1700000000, "new": NaN},
      {"id": "bb33", "project_id": "q", "content": "y", "retry_count": 0, "last_attempt": 0}
    ], "last_update": 7, "other": 1.0}

    """

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.write(Self.letters, to: WatchedDirectory.deadLetters)
  }

  private func text() throws -> String { try directory.text(of: WatchedDirectory.deadLetters) }

  /// The file with other last attempts; when it was updated is the writer's business.
  private func expectOnlyTokensChanged(_ changes: [String: String]) throws {
    var expected = Self.letters
    for (old, new) in changes { expected = expected.replacingOccurrences(of: old, with: new) }
    let update = /"last_update": [^,]*,/
    #expect(try text().replacing(update, with: "") == expected.replacing(update, with: ""))
  }

  private func expectUntouched(_ outcome: Program.Outcome, saying words: String...) throws {
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
    for word in words { #expect(outcome.complaint.contains(word), "\(outcome.complaint)") }
    #expect(try text() == Self.letters)
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  @Test func oneItemByTheStartOfItsIDBecomesDue() async throws {
    let outcome = try await program.run("retry", "aa2")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("The dead letter aa22 is due now.\n"))
    try expectOnlyTokensChanged(["1700000000": "0"])
    #expect(!directory.exists(WatchedDirectory.lock))
    let entries = try WatchedDirectory.auditEntries(below: program.home.path)
    #expect(entries.map { $0["action"] as? String } == ["retry_items"])
  }

  @Test func allBecomeDueAndThoseThatWereAreTold() async throws {
    let outcome = try await program.run("retry", "--all")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("2 dead letters are due now"), "\(outcome.output)")
    #expect(outcome.output.contains("1 had been made due before"))
    try expectOnlyTokensChanged(["1700000000": "0", "1.5e9": "0"])
  }

  @Test func aProjectBecomesDue() async throws {
    let outcome = try await program.run("retry", "--project", "p")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("2 dead letters are due now."))
    try expectOnlyTokensChanged(["1700000000": "0", "1.5e9": "0"])
    try expectOnlyTokensChanged(["1700000000": "0", "1.5e9": "0"])
  }

  @Test func severalIDsAreOneChange() async throws {
    let outcome = try await program.run("retry", "aa1", "aa11", "aa22")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("2 dead letters are due now."))
  }

  @Test func whatNamesNoneOrSeveralIsRefused() async throws {
    try expectUntouched(
      await program.run("retry", "aa"),
      saying: "2 dead letters",
      "aa11",
      "aa22"
    )
    try expectUntouched(await program.run("retry", "zz"), saying: "\"zz\"", "mem0top dlq list")
    try expectUntouched(await program.run("retry", "aa11", "zz"), saying: "\"zz\"")
    try expectUntouched(
      await program.run("retry", "--project", "r"),
      saying: "\"r\"",
      "mem0top dlq stats"
    )
  }

  @Test func withoutDeadLettersAllOfThemAreNone() async throws {
    try FileManager.default.removeItem(atPath: directory.path(of: WatchedDirectory.deadLetters))
    let outcome = try await program.run("retry", "--all")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("There are no dead letters"))
    #expect(!directory.exists(WatchedDirectory.deadLetters))
  }

  @Test func aFileThatDoesNotParseStaysAsItIs() async throws {
    try directory.write(#"{"items":[{"id":"aa11","#, to: WatchedDirectory.deadLetters)
    let before = try directory.stamp(of: WatchedDirectory.deadLetters)
    let outcome = try await program.run("retry", "aa11")
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("mem0_queue_dlq.json"))
    #expect(outcome.complaint.contains("byte"))
    #expect(try directory.stamp(of: WatchedDirectory.deadLetters) == before)
  }

  @Test func aLiveWorkerIsWaitedForAndThenNamed() async throws {
    let holder = try PythonChild(
      LockPrograms.flocking,
      directory.path(of: WatchedDirectory.lock)
    )
    let start = ContinuousClock.now
    let outcome = try await program.run("retry", "aa11")
    let elapsed = ContinuousClock.now - start
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    for words in ["pid \(holder.pid)", "python3", "started"] {
      #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    }
    // Five seconds of timeout, and time to start on a busy machine.
    #expect(elapsed >= .seconds(5) && elapsed < .seconds(60), "\(elapsed)")
    #expect(try text() == Self.letters)
    #expect(holder.isRunning)
  }

  @Test(.tags(.alone)) func aWorkerThatFinishesInTimeDelaysItOnly() async throws {
    let holder = try PythonChild(
      LockPrograms.flocking,
      directory.path(of: WatchedDirectory.lock)
    )
    async let retry = program.run("retry", "aa11")
    let guardPath = directory.path(of: ".mem0top.guard")
    let deadline = ContinuousClock.now + .seconds(4)
    while !FileManager.default.fileExists(atPath: guardPath), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try text() == Self.letters)
    holder.release()
    let outcome = try await retry
    #expect(outcome.status == 0, "\(outcome.complaint)")
    try expectOnlyTokensChanged(["1.5e9": "0"])
  }

  @Test func theObjectHasExactlyItsKeys() async throws {
    let done = try await program.run("retry", "aa11", "--json")
    #expect(done.complaint.isEmpty)
    let report = try done.json()
    #expect(Set(report.keys) == Self.keys)
    #expect(report["schema"] as? Int == 1)
    #expect(report["action"] as? String == "retry_items")
    #expect(report["result"] as? String == "done")
    #expect(report["changed"] as? Int == 1)
    let none = try await program.run("retry", "zz", "--json")
    #expect(none.status == 1)
    let refusal = try none.json()
    #expect(Set(refusal.keys) == Self.keys)
    #expect(refusal["result"] as? String == "refused")
    #expect((refusal["summary"] as? String).map { "mem0top: \($0)\n" } == none.complaint)
  }

  @Test(arguments: [[], ["--all", "aa11"], ["--all", "--project", "p"]])
  func exactlyOneWayOfChoosing(arguments: [String]) async throws {
    let outcome = try await program.run(["retry"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(try text() == Self.letters)
  }
}
