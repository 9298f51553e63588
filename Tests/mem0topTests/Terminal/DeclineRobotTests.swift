import Foundation
import TestSupport
import Testing

extension Robots {
  /// Each kind of question, with each key that a person presses to get out of it.
  @Suite struct DeclineRobotTests {
    /// How a question is opened, how it is recognised, and whether letters are typed into it.
    struct Question: CustomStringConvertible, Sendable {
      let description: String
      let keys: [String]
      let mark: String
      var takesText = true
    }

    static let questions = [
      Question(description: "retry all", keys: ["R"], mark: "n no", takesText: false),
      Question(
        description: "retry the marked ones",
        keys: ["*", "r"],
        mark: "n no",
        takesText: false
      ),
      Question(description: "drop", keys: ["x"], mark: "type cccc3333"),
      Question(description: "filter", keys: ["/"], mark: "Esc clear"),
      Question(description: "palette", keys: [":"], mark: "Esc cancel"),
    ]

    @Test(arguments: questions)
    func aQuestionIsLeftAndNothingElse(question: Question) async throws {
      let stage = try await DeadLetterStage()
      try await leave(question, in: stage.session)
      #expect(try stage.letters() == DeadLetterStage.text)
      try stage.session.send("C-c")
      #expect(try await stage.session.exitStatus() == "0")
      #expect(try await stage.session.hasSameModes())
    }

    @Test func theQuestionAboutAnOrphanIsLeft() async throws {
      let (session, directory) = try Robots.onFiles(
        environment: ["MEM0TOP_WORKER_INTERVAL": "1s"]
      ) {
        try $0.write("", to: WatchedDirectory.lock, age: .seconds(3 * 3600))
      }
      try await session.wait(for: "✖ stale")
      let before = try directory.stamp(of: WatchedDirectory.lock)
      let question = Question(description: "orphan", keys: ["c"], mark: "n no", takesText: false)
      try await leave(question, in: session)
      #expect(try directory.stamp(of: WatchedDirectory.lock) == before)
    }

    @Test func theQuestionForAPIDIsLeft() async throws {
      let (session, directory) = try Robots.onFiles(
        environment: ["MEM0TOP_LOCK_MAX_HOLD": "1s"]
      ) { _ in }
      let holder = try PythonChild(
        LockPrograms.flocking,
        directory.path(of: WatchedDirectory.lock)
      )
      try await session.wait(for: "hung")
      try await leave(
        Question(description: "end the holder", keys: ["C"], mark: "type its PID"),
        in: session
      )
      #expect(holder.isRunning)
    }

    /// Opens the question and leaves it, once by each key; `q` is a letter where letters are typed.
    private func leave(_ question: Question, in session: TmuxSession) async throws {
      for key in ["C-c", "Escape", "q"] {
        for opening in question.keys {
          try session.send(opening)
          if opening == "*" { try await session.wait(for: "◆") }
        }
        try await session.wait(for: question.mark)
        try session.send(key)
        if key == "q", question.takesText {
          try session.send("C-l")
          let screen = try await session.wait(for: question.mark)
          #expect(!screen.contains("the program has ended"), "\(question)")
          try session.send("Escape")
        }
        try await session.wait(until: "no question after \(key)") {
          !$0.contains(question.mark) && !$0.contains("the program has ended")
        }
        if question.keys.first == "*" {
          try session.send("*")
          try await session.wait(until: "no marks") { !$0.contains("◆") }
        }
      }
      try session.send("?")
      try await session.wait(for: "Help")
      try session.send("q")
      try await session.wait(until: "the dashboard") { !$0.contains("Help") }
    }

    @Test func qLeavesAPageAndThenQuits() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send("?")
      try await stage.session.wait(for: "Help")
      try stage.session.send("q")
      try await stage.session.wait(for: "q quit")
      try stage.session.send("q")
      #expect(try await stage.session.exitStatus() == "0")
    }
  }
}
