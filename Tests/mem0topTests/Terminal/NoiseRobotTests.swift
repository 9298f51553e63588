import Foundation
import QueueEngine
import TestSupport
import Testing

extension Robots {
  /// Bad inputs 100 to 104: what a terminal sends without anybody pressing a key clears no lock, retries
  /// nothing and ends nothing; `NoiseMatrixTests` has more of each.
  ///
  /// The lock here goes by the one key `c`.
  @Suite struct NoiseRobotTests {
    private static let question = "]11;?"

    private func stage() throws -> PtyStage {
      try PtyStage {
        try $0.writeIncident()
      }
    }

    /// Sends noise, sees that the dashboard goes on, and that a key which is typed afterwards works.
    private func expectNothing(
      _ noise: [PtyStage.Step],
      environment: [String: String] = [:]
    ) throws {
      let stage = try stage()
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let outcome = try stage.play(
        [.see("clear lock")] + noise + [.pause(100), .present(lock), .type("?"), .see("Help")]
          + [.pause(100), .type("q"), .see("clear lock"), .present(lock), .pause(100), .type("c")]
          + [.see("Cleared the lock"), .absent(lock), .leave],
        environment: environment
      )
      #expect(outcome.status == 0, "\(outcome.tail)")
      #expect(outcome.hasSameModes && outcome.isRestored)
      let entries = try WatchedDirectory.auditEntries(below: stage.home.path)
      #expect(entries.count == 1)
    }

    @Test func aMouseReportTornAtEachByteClearsNothing() throws {
      let report = Array("\u{1B}[M cc".utf8)
      try expectNothing(
        (2..<report.count).flatMap { cut -> [PtyStage.Step] in
          [.bytes(Array(report[..<cut])), .pause(60), .bytes(Array(report[cut...])), .pause(60)]
        }
      )
    }

    /// Of a colour that is spelt with a command.
    static let answer = Array("\u{1B}]11;rgb:cccc/cccc/cccc\u{1B}\\".utf8)

    @Test func answersThatNobodyAskedForClearNothing() throws {
      let answers = [
        "\u{1B}[?62;1;c", "\u{1B}P>|c\u{1B}\\", "\u{1B}]lc\u{1B}\\", "\u{1B}_Gi=1;c\u{1B}\\",
        "\u{1B}[3;1R",
      ]
      try expectNothing(
        answers.flatMap { answer -> [PtyStage.Step] in
          let bytes = Array(answer.utf8)
          return [
            .bytes(Array(bytes.dropLast(2))), .pause(60), .bytes(bytes.suffix(2)), .pause(20),
          ]
        },
        environment: ["NO_COLOR": "1"]
      )
    }

    @Test func aPasteWithoutMarksClearsNothing() throws {
      // It opens the history, and on it why: each Esc closes a page.
      let leave = [PtyStage.Step.pause(100), .type("\u{1B}")]
      try expectNothing([.type("echo cleared; exit\r")] + leave + leave)
    }

    @Test func aPasteWithoutEndFreesTheKeyboard() throws {
      try expectNothing([.type("\u{1B}[200~cq"), .pause(1_200)])
    }

    /// tmux hands Esc and a key over as one where they come quickly after each other.
    @Test func escapeAndACommandInOneReadClearNothing() throws {
      try expectNothing([.type("\u{1B}c"), .see("press it alone")])
    }

    /// Bad input 103.
    @Test(arguments: ["\u{1B}[99;5u", "\u{1B}[27;5;99~", "\u{1B}[113u", "\u{3}"])
    func ctrlCAndQInEachSpelling(key: String) throws {
      let outcome = try stage().play([.see("clear lock"), .pause(100), .type(key)])
      #expect(outcome.status == 0)
      #expect(outcome.hasSameModes && outcome.isRestored)
    }

    @Test func theModesThatOthersLeftOnAreSwitchedOffAndOursTakenBack() throws {
      let stage = try stage()
      let outcome = try stage.play([
        .see("clear lock"), .signal(SIGTSTP), .stopped, .resume, .see("clear lock"), .leave,
      ])
      for mode in [9, 1000, 1002, 1003, 1005, 1006, 1015] {
        #expect(outcome.written.components(separatedBy: "\u{1B}[?\(mode)l").count > 2, "\(mode)")
      }
      for mode in [1004, 2004] {
        let last = [outcome.written.range(of: "\u{1B}[?\(mode)h", options: .backwards)]
          .compactMap { $0 }.first
        let off = outcome.written.range(of: "\u{1B}[?\(mode)l", options: .backwards)
        #expect(try #require(off).lowerBound > (try #require(last)).lowerBound)
      }
      let pushed = outcome.written.components(separatedBy: "\u{1B}[>0u").count
      #expect(pushed == outcome.written.components(separatedBy: "\u{1B}[<u").count && pushed > 2)
    }

    /// What was typed before there was a screen means nothing on it.
    @Test func whatWasTypedAheadIsThrownAway() throws {
      let stage = try stage()
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let outcome = try stage.play([
        .type("ccc"), .see("clear lock"), .pause(200), .present(lock),
        .signal(SIGSTOP), .pause(100), .type("c"), .pause(100), .signal(SIGCONT), .pause(1_000),
        .present(lock), .leave,
      ])
      #expect(outcome.status == 0)
    }

    /// An answer on its way at the end is not left to the shell, and not shown by it.
    @Test(arguments: [0, 200, 600])
    func anAnswerAfterTheEndIsTaken(delay: Int) throws {
      let outcome = try stage().play([
        .see(Self.question), .type("q"), .see("\u{1B}[?1049l"), .pause(delay), .bytes(Self.answer),
      ])
      #expect(outcome.status == 0)
      #expect(outcome.hasSameModes && outcome.isRestored && outcome.inputLeft == 0)
      #expect(!outcome.tail.contains("cccc"), "\(outcome.tail)")
    }

    /// Bad input 106: what another process wrote to the terminal goes with one key.
    @Test func ctrlLDrawsAnewWhatOthersHaveWrittenOver() async throws {
      let session = try TmuxSession()
      try await session.wait(for: "q quit")
      let terminal = try session.value(of: "#{pane_tty}")
      _ = try TmuxSession.run(["sh", "-c", "printf '\\033[10;10HGARBAGE' >\(terminal)"])
      try await session.wait(for: "GARBAGE")
      try session.send("C-l")
      try await session.wait(until: "no garbage") {
        !$0.contains("GARBAGE") && $0.contains("q quit")
      }
    }

    /// Who comes back sees what is new, until a key is pressed.
    @Test func whatChangedWhileOneLookedAwayIsMarked() throws {
      let stage = try stage()
      let outcome = try stage.play([
        .see("clear lock"), .pause(100), .type("\u{1B}[O"), .pause(100),
        .appendForever(to: stage.directory.path(of: WatchedDirectory.log)),
        .see("a line of the log"),
        .type("\u{1B}[I"), .see("· new"), .leave,
      ])
      #expect(outcome.status == 0 && outcome.hasSameModes)
    }
  }
}
