import Foundation
import TestSupport
import Testing

/// No further thread can be started: what waits for nothing works, the rest says one sentence.
@Suite("Bad input: no threads", .tags(.alone), .timeLimit(.minutes(3)))
struct ThreadLimitTests {
  /// Each thread wants a stack that is larger than all the memory that the process may have.
  private static let limits = "ulimit -s 8000000 && ulimit -v 6000000; exec timeout 30 \"$@\""

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
  }

  @Test(arguments: [
    ["status", "--oneline"], ["status", "--json"], ["metrics"], ["probe"], ["sync"],
  ])
  func whatWaitsSaysThatItCannot(command: [String]) async throws {
    let outcome = try await program.run(
      after: Self.limits,
      command,
      environment: ["MEM0TOP_SERVER_URL": "http://127.0.0.1:1"]
    )
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("mem0top: This process cannot start the 12 threads"))
    #expect(outcome.complaint.contains("ulimit -u"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }

  @Test func aPluginCannotTell() async throws {
    let outcome = try await program.run(after: Self.limits, ["check"])
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix("MEM0TOP UNKNOWN - This process cannot start the 12 threads"))
    #expect(outcome.complaint.isEmpty)
  }

  @Test(arguments: [
    ["enqueue", "--project", "p", "--content", "x"], ["dlq"], ["dlq", "export"], ["unlock"],
    ["history"], ["config"], ["dlq", "drop", WatchedDirectory.goodID, "--yes"],
  ])
  func whatWaitsForNothingWorks(command: [String]) async throws {
    let outcome = try await program.run(after: Self.limits, command)
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.complaint.isEmpty)
    #expect(!outcome.output.isEmpty)
  }

  /// The dashboard does not open where it gets no further thread, or too few.
  @Test(arguments: [8_000_000, 1_000_000])
  func theDashboardEndsWithTheSameSentence(stack: Int) throws {
    let stage = try PtyStage { try $0.writeGoodFiles() }
    let outcome = try stage.play([], after: "ulimit -s \(stack) && ulimit -v 6000000")
    #expect(outcome.status == 1)
    #expect(outcome.hasSameModes)
    #expect(outcome.tail.contains("mem0top: This process cannot start the 12 threads"))
  }
}
