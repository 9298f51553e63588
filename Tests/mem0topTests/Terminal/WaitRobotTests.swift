import Foundation
import TestSupport
import Testing

extension Robots {
  /// Changes that are asked for while a worker has the lock, and workers that do not keep to it.
  @Suite struct WaitRobotTests {
    /// Reads the file in its argument, and writes the same bytes back when it is told to.
    private static let careless = """
      import sys
      old = open(sys.argv[1], "rb").read(); print("ready"); input()
      open(sys.argv[1], "wb").write(old)
      """

    /// Asks for a retry while a worker has the lock.
    private func waiting() async throws -> (DeadLetterStage, PythonChild) {
      let stage = try await DeadLetterStage()
      let holder = try PythonChild(
        LockPrograms.flocking,
        stage.directory.path(of: WatchedDirectory.lock)
      )
      try await stage.session.wait(for: "● held")
      try stage.session.send("r")
      let screen = try await stage.session.wait(for: "Waiting for pid \(holder.pid)")
      #expect(screen.contains("python") && screen.contains("Esc cancel"), "\(screen)")
      return (stage, holder)
    }

    @Test func itIsAppliedOnceTheLockIsFree() async throws {
      let (stage, holder) = try await waiting()
      // Longer than a command would wait, so that it is the dashboard's timeout that is seen.
      try await stage.session.wait(until: "six seconds of waiting") { screen in
        screen.firstMatch(of: /had the lock for ([0-9]+)s/).flatMap { Int($0.1) }.map { $0 >= 6 }
          == true
      }
      #expect(try stage.letters() == DeadLetterStage.text)
      holder.release()
      try await stage.session.wait(for: "The dead letter cccc3333 is due now.")
      let expected = DeadLetterStage.text.replacingOccurrences(of: "4000000003", with: "0")
      #expect(try stage.letters() == expected)
    }

    @Test func escCancelsIt() async throws {
      let (stage, holder) = try await waiting()
      let before = try stage.directory.stamp(of: WatchedDirectory.deadLetters)
      try stage.session.send("r")
      try await stage.session.wait(for: "Retry cccc3333 still waits for the lock; Esc cancels.")
      try stage.session.send("Escape")
      try await stage.session.wait(for: "Nothing was changed.")
      #expect(holder.isRunning)
      let entries = try WatchedDirectory.auditEntries(below: stage.session.home.path)
      #expect(entries.map { $0["result"] as? String } == ["refused"])
      holder.release()
      try await stage.session.wait(for: "idle")
      // A change that waits on would come before one that is asked for now.
      try stage.session.send("G")
      try await stage.session.wait(until: "the last row") { Robots.selectedID($0) == "aaaa1111" }
      try stage.session.send("r")
      try await stage.session.wait(for: "The dead letter aaaa1111 is due now.")
      #expect(try stage.letters().contains(DeadLetterStage.items[2]))
      #expect(try stage.directory.stamp(of: WatchedDirectory.deadLetters) != before)
    }

    @Test func quittingCancelsIt() async throws {
      let (stage, holder) = try await waiting()
      try stage.session.send("q")
      #expect(try await stage.session.exitStatus() == "0")
      let entries = try WatchedDirectory.auditEntries(below: stage.session.home.path)
      #expect(entries.map { $0["result"] as? String } == ["refused"])
      #expect(try stage.letters() == DeadLetterStage.text)
      #expect(holder.isRunning)
    }

    @Test func aRetryThatAnotherProgramOverwritesIsOfferedAgain() async throws {
      let stage = try await DeadLetterStage()
      let path = stage.directory.path(of: WatchedDirectory.deadLetters)
      let careless = try PythonChild(Self.careless, path)
      try stage.session.send("r")
      try await stage.session.wait(for: "The dead letter cccc3333 is due now.")
      careless.release()
      try await stage.session.wait(for: "Another program overwrote the retry of cccc3333")
      #expect(try stage.letters() == DeadLetterStage.text)
      try stage.session.send("r")
      try await stage.session.wait(for: "The dead letter cccc3333 is due now.")
      #expect(try stage.letters() != DeadLetterStage.text)
      try stage.session.send("h")
      try await stage.session.wait(for: "Retry overwritten")
    }
  }
}
