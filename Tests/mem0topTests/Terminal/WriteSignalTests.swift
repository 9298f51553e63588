import Foundation
import TestSupport
import Testing

extension Robots {
  /// A signal that comes in the middle of a write: the write is whole, the lock is given back, and the
  /// program ends by the signal all the same.
  ///
  /// The library of the crash tests holds the program for 0.3 s in the middle: before the journal is
  /// synced, and before the new file takes the place of the old one.
  @Suite struct WriteSignalTests {
    /// Where in the write it comes: at the first call of this name.
    static let moments = ["fsync", "renameat"]

    /// For so long, in seconds, the end waits for the write.
    private static let timeout = 5.0

    /// Who writes.
    enum Writer: CaseIterable {
      case dashboard, command

      var arguments: [String] { self == .command ? ["retry", "--all"] : [] }

      /// What leads to the write.
      var steps: [PtyStage.Step] {
        self == .command
          ? [] : [.see("aaaa1111"), .type("R"), .see("all now"), .pause(50), .type("y")]
      }
    }

    private static let before = """
      {"items":[{"id":"aaaa1111","project_id":"p","content":"x","retry_count":9,"last_attempt":1},
      {"id":"bbbb2222","project_id":"p","content":"x","retry_count":9,"last_attempt":2}]}
      """
    private static let after = before.replacing(#"attempt":1"#, with: #"attempt":0"#)
      .replacing(#"attempt":2"#, with: #"attempt":0"#)

    private let stage: PtyStage
    private let tools: TemporaryDirectory
    private let shim: CrashShim?

    init() async throws {
      stage = try PtyStage { try $0.write(Self.before, to: WatchedDirectory.deadLetters) }
      tools = try TemporaryDirectory()
      shim = try await CrashShim(in: tools)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], Writer.allCases)
    func theWriteIsFinishedFirst(signal: Int32, writer: Writer) throws {
      for moment in Self.moments {
        guard var outcome = try play(writer, at: moment, [.signal(signal)]) else { return }
        // Where the machine stalls for longer than the barrier waits, the end comes as a death does.
        for _ in 0..<2 where outcome.seconds >= Self.timeout {
          outcome = try play(writer, at: moment, [.signal(signal)]) ?? outcome
        }
        #expect(outcome.status == -signal, "\(moment): \(outcome.tail)")
        let place = "\(writer), signal \(signal) at \(moment)"
        let milliseconds = Int(outcome.seconds * 1000)
        print("signal in a write: \(place): ended after \(milliseconds) ms, 300 of them waiting")
        try expectDone(place, outcome)
      }
    }

    @Test(arguments: Writer.allCases)
    func itIsStoppedAfterTheWriteAndGoesOn(writer: Writer) throws {
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let end: [PtyStage.Step] =
        writer == .command ? [] : [.see("Dead letters"), .leave]
      for moment in Self.moments {
        let steps = [.signal(SIGTSTP), .stopped, .absent(lock), .resume] + end
        guard let outcome = try play(writer, at: moment, steps) else { return }
        #expect(outcome.status == 0, "\(moment): \(outcome.tail)")
        try expectDone("\(moment), stopped, \(writer)", outcome)
      }
    }

    /// Nothing can be finished after these: the file is the old one or the new one, and the lock that
    /// is left names a process that is no more.
    @Test(arguments: [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGKILL], Writer.allCases)
    func afterADeathTheFileIsWholeAndTheLockCanBeCleared(
      signal: Int32,
      writer: Writer
    ) async throws {
      for moment in Self.moments {
        guard let outcome = try play(writer, at: moment, [.signal(signal)]) else { return }
        #expect(outcome.status == -signal, "\(moment): \(outcome.tail)")
        #expect(signal == SIGKILL || outcome.isRestored && outcome.hasSameModes, "\(outcome.tail)")
        #expect(outcome.seconds < 2)
        #expect(try text == Self.before, "\(moment)")
        let program = Program(home: stage.home)
        let unlock = try await program.run("unlock")
        #expect(unlock.status == 0, "\(moment): \(unlock.complaint)")
        let retry = try await program.run("retry", "--all")
        #expect(retry.status == 0, "\(moment): \(retry.complaint)")
        #expect(try text == Self.after, "\(moment)")
      }
    }

    private var text: String {
      get throws { try stage.directory.text(of: WatchedDirectory.deadLetters) }
    }

    /// Plays steps in the middle of a write; `nil` where there is no C compiler.
    private func play(
      _ writer: Writer,
      at moment: String,
      _ steps: [PtyStage.Step]
    ) throws -> PtyStage.Outcome? {
      guard let shim else { return nil }
      try stage.directory.write(Self.before, to: WatchedDirectory.deadLetters)
      let mark = tools.path + "/mark"
      unlink(mark)
      unlink(stage.directory.path(of: WatchedDirectory.lock))
      return try stage.play(
        writer.steps + [.present(mark)] + steps,
        arguments: writer.arguments,
        environment: shim.environment(waitingAt: moment, mark: mark)
      )
    }

    private func expectDone(_ place: String, _ outcome: PtyStage.Outcome) throws {
      #expect(outcome.hasSameModes && outcome.isRestored, "\(place): \(outcome.tail)")
      // The promise is a second, which a busy machine may not keep.
      #expect(outcome.seconds < Self.timeout, "\(place)")
      #expect(try text == Self.after, "\(place)")
      let left = try stage.directory.names()
      #expect(left == [WatchedDirectory.deadLetters, ".mem0top.guard"], "\(place): \(left)")
    }
  }
}
