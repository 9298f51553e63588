import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

extension Robots {
  /// What keys do to the files, and what they must not do.
  @Suite struct ActionRobotTests {
    private static let lock = WatchedDirectory.lock
    private static let letters = """
      {"items": [
        {"id": "aaaa1111", "project_id": "p", "content": "\\u00e9 é", "retry_count": 3, "last_attempt": 4000000001},
        {"id": "bbbb2222", "project_id": "p", "content": "x", "retry_count": 1, "last_attempt": 4000000002, "new": 1.0},
        {"id": "cccc3333", "project_id": "q", "content": "y", "retry_count": 0, "last_attempt": 4000000003}
      ], "other": 1.0}

      """

    // MARK: The lock

    @Test func aLockOfADeadProcessGoesByOneKey() async throws {
      try await Robots.onTheIncident { session, directory in
        try await session.wait(for: "the VPS is fine")
        let pid = try directory.text(of: Self.lock).trimmingCharacters(in: .newlines)
        try session.send("c")
        try await session.wait(for: "Cleared the lock mem0_queue.lock: pid \(pid) is not running")
        #expect(!directory.exists(Self.lock))
        try await session.wait(until: "the alarm is over") {
          !$0.contains("the VPS is fine") && $0.contains("free")
        }
        let entries = try WatchedDirectory.auditEntries(below: session.home.path)
        #expect(entries.map { $0["origin"] as? String } == ["key"])
        #expect(entries.map { $0["result"] as? String } == ["done"])
        let evidence = try #require(entries.first?["evidence"] as? [String])
        #expect(evidence.contains("pid \(pid) is not running"))
        #expect(evidence.contains { $0.hasPrefix("written 3h 07m") })
      }
    }

    @Test func aLockThatIsHeldIsRefusedWithTheReason() async throws {
      let (session, directory) = try Robots.onFiles { _ in }
      let holder = try PythonChild(LockPrograms.flocking, directory.path(of: Self.lock))
      try await session.wait(for: "● held")
      let before = try directory.stamp(of: Self.lock)
      try session.send("c")
      try await session.wait(for: "The lock is not cleared: it is held by pid \(holder.pid)")
      #expect(try directory.stamp(of: Self.lock) == before)
      #expect(holder.isRunning)
    }

    /// Opens the dashboard on an old lock that names nobody, and its question.
    private func questionAboutAnOrphan() async throws -> (TmuxSession, WatchedDirectory) {
      let worker = ["MEM0TOP_WORKER_INTERVAL": "1s"]
      let (session, directory) = try Robots.onFiles(environment: worker) {
        try $0.write("", to: Self.lock, age: .seconds(3 * 3600))
      }
      try await session.wait(for: "✖ stale")
      try session.send("c")
      try await session.wait(for: "Clear the lock? It names no owner.")
      return (session, directory)
    }

    @Test func anOrphanGoesAfterAYes() async throws {
      let (session, directory) = try await questionAboutAnOrphan()
      #expect(directory.exists(Self.lock))
      try session.send("y")
      try await session.wait(for: "Cleared the lock")
      #expect(!directory.exists(Self.lock))
    }

    @Test(arguments: ["Enter", "n", "Escape", "c"])
    func nothingButYIsAYes(key: String) async throws {
      let (session, directory) = try await questionAboutAnOrphan()
      let before = try directory.stamp(of: Self.lock)
      try session.send(key)
      try await session.wait(for: "Nothing was changed.")
      #expect(try directory.stamp(of: Self.lock) == before)
      #expect(try WatchedDirectory.auditEntries(below: session.home.path).isEmpty)
    }

    /// Bad input 59.
    @Test func aLockThatWasReplacedBeforeTheYesStays() async throws {
      let (session, directory) = try await questionAboutAnOrphan()
      try directory.write("", to: Self.lock, age: .seconds(2 * 3600))
      let replacement = try directory.stamp(of: Self.lock)
      try session.send("y")
      try await session.wait(for: "The lock is not the one that was shown")
      #expect(try directory.stamp(of: Self.lock) == replacement)
    }

    @Test func aHungHolderEndsOnlyByItsNumber() async throws {
      // Only who is a worker, or has the file, is ended: a number alone may be a namesake's.
      let name = "worker-\(UUID().uuidString)"
      let environment = [
        "MEM0TOP_LOCK_MAX_HOLD": "1s", "MEM0TOP_WORKER_MATCH": "[\"\(name)\"]",
      ]
      let (session, directory) = try Robots.onFiles(environment: environment) { _ in }
      let holder = try PythonChild(
        LockPrograms.recorded,
        asScript: directory.path(of: name + ".py"),
        directory.path(of: Self.lock)
      )
      try await session.wait(for: "hung")
      try session.send("C")
      try await session.wait(for: "End pid \(holder.pid)")
      try session.send("1")
      try await session.wait(for: "its PID: 1")
      try session.send("Enter")
      try await session.wait(for: "not its PID")
      #expect(holder.isRunning)
      try session.send("BSpace", "\(holder.pid)")
      try await session.wait(for: "its PID: \(holder.pid)")
      try session.send("Enter")
      try await session.wait(for: "Ended pid \(holder.pid)")
      #expect(!directory.exists(Self.lock))
    }

    // MARK: Retry

    private func onLetters(
      environment: [String: String] = [:]
    ) async throws -> (TmuxSession, WatchedDirectory) {
      let (session, directory) = try Robots.onFiles(environment: environment) {
        try $0.write(Self.letters, to: WatchedDirectory.deadLetters)
      }
      try await session.wait(for: "cccc3333")
      return (session, directory)
    }

    /// The file with some of the last attempts 0, and nothing else changed.
    private func letters(due: Int...) -> String {
      due.reduce(Self.letters) { $0.replacingOccurrences(of: "400000000\($1)", with: "0") }
    }

    @Test func oneItemBecomesDueAndNothingElseChanges() async throws {
      let (session, directory) = try await onLetters()
      let screen = try await session.wait(until: "a selection") { Robots.selectedID($0) != nil }
      let id = try #require(Robots.selectedID(screen))
      let number = try #require(["aaaa1111", "bbbb2222", "cccc3333"].firstIndex(of: id)) + 1
      try session.send("r")
      try await session.wait(for: "The dead letter \(id) is due now.")
      try await session.wait(until: "due now in its row") { screen in
        screen.split(separator: "\n").contains { $0.contains(id) && $0.contains("  due now") }
      }
      #expect(try directory.text(of: WatchedDirectory.deadLetters) == letters(due: number))
      #expect(!directory.exists(Self.lock))
    }

    @Test func theMarkedOnesBecomeDue() async throws {
      let (session, directory) = try await onLetters()
      try session.send("g", "Space", "Space")
      try await session.wait(for: "2 marked")
      try session.send("r")
      try await session.wait(for: "Make 2 marked dead letters due now?")
      try session.send("y")
      try await session.wait(for: "2 dead letters are due now.")
      let text = try directory.text(of: WatchedDirectory.deadLetters)
      #expect(text.components(separatedBy: "\"last_attempt\": 0").count == 3)
    }

    @Test func allAreAskedAboutByTheirCount() async throws {
      let (session, directory) = try await onLetters()
      for answer in ["n", "Enter"] {
        try session.send("R")
        try await session.wait(for: "Make 3 dead letters due now?")
        try session.send(answer)
        try await session.wait(for: "Nothing was changed.")
        #expect(try directory.text(of: WatchedDirectory.deadLetters) == Self.letters)
      }
      try session.send("R")
      try await session.wait(for: "Make 3 dead letters due now?")
      try session.send("y")
      try await session.wait(for: "3 dead letters are due now.")
      #expect(try directory.text(of: WatchedDirectory.deadLetters) == letters(due: 1, 2, 3))
    }

    @Test func aPasteAnswersNoQuestion() async throws {
      let (session, directory) = try await onLetters()
      try session.send("R")
      try await session.wait(for: "Make 3 dead letters due now?")
      try session.paste("y\n")
      try session.send("n")
      try await session.wait(for: "Nothing was changed.")
      #expect(try directory.text(of: WatchedDirectory.deadLetters) == Self.letters)
    }

    // MARK: The worker

    @Test func theWorkerStreamsIntoTheLogPanel() async throws {
      let code = "echo begun; while [ ! -e go ]; do sleep 0.05; done; echo ended; exit 3"
      let (session, directory) = try Robots.onFiles(
        environment: ["MEM0TOP_WORKER_COMMAND": #"["sh", "-c", "\#(code)"]"#]
      ) { _ in }
      try await session.wait(for: "quit")
      try session.send("s")
      try await session.wait(for: "run│ begun")
      try directory.write("", to: "go")
      try await session.wait(for: "run│ ended")
      try await session.wait(for: "The worker ended with status 3")
    }

    @Test func theWorkerCanBeEndedBySignals() async throws {
      let code = "grep SigBlk /proc/self/status"
      let (session, _) = try Robots.onFiles(
        environment: ["MEM0TOP_WORKER_COMMAND": #"["sh", "-c", "\#(code)"]"#]
      ) { _ in }
      try await session.wait(for: "quit")
      try session.send("s")
      let screen = try await session.wait(for: "SigBlk:")
      #expect(screen.contains(/SigBlk:\W*0{16}/), "\(screen)")
    }

    @Test func theDemoNeverRunsThePersonsWorker() async throws {
      let session = try TmuxSession(
        arguments: ["demo", "--incident", "stale-lock"],
        environment: ["MEM0TOP_WORKER_COMMAND": #"["echo", "the person's worker ran"]"#]
      )
      try await session.wait(for: "the VPS is fine")
      try session.send("c")
      try await session.wait(for: "Cleared the lock")
      try session.send("s")
      let screen = try await session.wait(for: "Worker done")
      #expect(!screen.contains("the person's worker ran"))
      try await session.wait(for: "0 pending")
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
    }

    @Test func withoutAWorkerTheKeySaysWhy() async throws {
      let (session, _) = try Robots.onFiles { _ in }
      try await session.wait(for: "quit")
      try session.send("s")
      try await session.wait(for: "no server is set")
    }
  }
}
