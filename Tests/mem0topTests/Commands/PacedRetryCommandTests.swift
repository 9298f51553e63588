import CLibrary
import Foundation
import TestSupport
import Testing

/// `retry --pace` and `--canary`: a few at a time, and one first that shows whether the rest would go through.
struct PacedRetryCommandTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try write(["aa": "5", "bb": "6", "cc": "7"])
  }

  /// Dead letters by their ids, each with its last attempt; one that has failed again has another count.
  private func write(_ attempts: [String: String], counts: [String: Int] = [:]) throws {
    let items = attempts.sorted { $0.key < $1.key }.map { id, attempt in
      #"{"id":"\#(id)","project_id":"p","content":"x","retry_count":\#(counts[id] ?? 9),"last_attempt":\#(attempt)}"#
    }
    try directory.write(
      #"{"items":[\#(items.joined(separator: ","))]}"#,
      to: WatchedDirectory.deadLetters
    )
  }

  private func text() throws -> String { try directory.text(of: WatchedDirectory.deadLetters) }

  private func isDue(_ id: String) throws -> Bool {
    try text().contains(try Regex(#""id":"\#(id)"[^}]*"last_attempt":0"#))
  }

  private func launch(_ arguments: String...) throws -> Process {
    let child = Process()
    child.executableURL = URL(filePath: Program.path)
    child.arguments = ["retry", "--all"] + arguments
    child.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
    child.standardOutput = Pipe()
    child.standardError = Pipe()
    try child.run()
    return child
  }

  private func wait(until holds: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try !holds(), ContinuousClock.now < deadline { usleep(20_000) }
    #expect(try holds())
  }

  private func output(of child: Process) -> String {
    child.waitUntilExit()
    let texts = [child.standardOutput, child.standardError].compactMap {
      ($0 as? Pipe)?.fileHandleForReading
    }
    return texts.map { String(decoding: $0.availableData, as: UTF8.self) }.joined()
  }

  @Test func allBecomeDueAFewAtATime() async throws {
    let outcome = try await program.run("retry", "--all", "--pace", "6/s")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("3 dead letters were made due."))
    #expect(try ["aa", "bb", "cc"].allSatisfy(isDue))
  }

  @Test func theRestFollowsOnceTheFirstIsGone() throws {
    let child = try launch("--canary", "--pace", "6000/min")
    try wait { try isDue("aa") }
    #expect(try !isDue("bb") && !isDue("cc"))
    try write(["bb": "6", "cc": "7"])
    let told = output(of: child)
    #expect(child.terminationStatus == 0)
    #expect(told.contains("aa is due; once it has been delivered, the other 2 follow."))
    #expect(try isDue("bb") && isDue("cc"))
  }

  @Test func aFirstOneThatFailsAgainLeavesTheRestAlone() throws {
    let child = try launch("--canary")
    try wait { try isDue("aa") }
    try write(["aa": "8", "bb": "6", "cc": "7"], counts: ["aa": 10])
    let told = output(of: child)
    #expect(child.terminationStatus == 1)
    #expect(
      told.contains("aa failed again. 1 dead letter was made due; the other 2 stay as they are.")
    )
    #expect(try !isDue("bb") && !isDue("cc"))
  }

  @Test func aSignalEndsItAndSaysHowFarItCame() throws {
    let child = try launch("--canary")
    try wait { try isDue("aa") }
    kill(child.processIdentifier, SIGTERM)
    let told = output(of: child)
    #expect(child.terminationStatus == 128 + SIGTERM)
    #expect(told.contains("1 dead letter was made due; the other 2 stay as they are."))
    #expect(try !isDue("bb") && !isDue("cc"))
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  @Test(arguments: ["0", "x", "5/year", "99999999999999999999", "-1", "7000/min"])
  func whatIsNoPaceIsRefused(_ pace: String) async throws {
    #expect(try await program.run(["retry", "--all", "--pace=\(pace)"]).status == 64)
    #expect(try !isDue("aa"))
  }
}
