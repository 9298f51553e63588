import Foundation
import TestSupport
import Testing

/// Two directories whose workers share one lock, in a place of its own.
struct SharedLockTests {
  /// How many commands run at a time, and how many for each directory in all.
  private static let (atOnce, count) = (4, 25)

  @Test(.timeLimit(.minutes(3)))
  func commandsOfTwoDirectoriesTakeTurns() async throws {
    let program = try Program()
    let place = try TemporaryDirectory()
    let lock = place.path + "/shared.lock"
    let directories = ["one", "two"].map { program.home.path + "/" + $0 }
    for directory in directories {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }
    let run: @Sendable (Int) async throws -> Program.Outcome = { number in
      try await program.run(
        ["enqueue", "--dir", directories[number % 2], "--project", "p", "--content", "\(number)"],
        environment: ["MEM0TOP_FILES_LOCK": lock]
      )
    }
    var added = [0, 0]
    try await withThrowingTaskGroup(of: (Int, Program.Outcome).self) { group in
      for number in 0..<(2 * Self.count) {
        if number >= Self.atOnce, let (done, outcome) = try await group.next() {
          added[done % 2] += expectTurn(outcome)
        }
        group.addTask { (number, try await run(number)) }
      }
      for try await (done, outcome) in group { added[done % 2] += expectTurn(outcome) }
    }
    #expect(added[0] > 0 && added[1] > 0)
    for (directory, count) in zip(directories, added) {
      let data = try Data(contentsOf: URL(filePath: directory + "/mem0_queue.json"))
      let queue = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      #expect((queue?["queue"] as? [Any])?.count == count)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
  }

  /// Returns 1 where the memory was added; 0 where timeout ended, as it may on a busy machine: it is in the emergency file then.
  private func expectTurn(_ outcome: Program.Outcome) -> Int {
    #expect(outcome.status == 0, "\(outcome.complaint)")
    if outcome.complaint.isEmpty { return 1 }
    let hasTimedOut = ["try again.\n", "try again later.\n"].contains {
      outcome.complaint.hasSuffix($0)
    }
    #expect(hasTimedOut && outcome.complaint.contains("mem0_emergency.json"))
    return 0
  }
}
