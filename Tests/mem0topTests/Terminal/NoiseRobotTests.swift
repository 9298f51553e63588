import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

extension Robots {
  /// Bad inputs 100 to 104: what a terminal sends without anybody pressing a key clears no lock, retries
  /// nothing and ends nothing.
  ///
  /// The lock here goes by the one key `c`.
  @Suite struct NoiseRobotTests {
    private static let question = "]11;?"

    private func stage() throws -> PtyStage {
      try PtyStage {
        try Incident.write(into: $0.path, now: Timestamp(Date().timeIntervalSince1970))
      }
    }

    /// Sends noise, sees that the dashboard goes on, and that a key which is typed afterwards works.
    private func expectNothing(
      _ noise: [PtyStage.Step],
      environment: [String: String] = [:],
      thenClears: Bool = true
    ) throws {
      let stage = try stage()
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let afterwards: [PtyStage.Step] =
        thenClears ? [.pause(100), .type("c"), .see("Cleared the lock"), .absent(lock)] : []
      let outcome = try stage.play(
        [.see("clear lock")] + noise + [.pause(100), .present(lock), .type("?"), .see("Help")]
          + [.pause(100), .type("q"), .see("clear lock"), .present(lock)] + afterwards + [.leave],
        environment: environment
      )
      #expect(outcome.status == 0, "\(outcome.tail)")
      #expect(outcome.hasSameModes && outcome.isRestored)
      let entries = try WatchedDirectory.auditEntries(below: stage.home.path)
      #expect(entries.count == (thenClears ? 1 : 0))
    }

    /// A click on column 67 is a `c` in the oldest encoding; others have their columns in digits.
    static let reports: [[UInt8]] =
      [67, 82, 83, 87, 150, 223, 224, 400].flatMap { column -> [[UInt8]] in
        let numbers = [32, column + 32, 33]
        let scalars = String(
          String.UnicodeScalarView(numbers.compactMap { Unicode.Scalar($0) })
        )
        return [
          Array("\u{1B}[M".utf8) + numbers.map { $0 > 255 ? 0 : UInt8($0) },
          Array("\u{1B}[M\(scalars)".utf8), Array("\u{1B}[<0;\(column);1M".utf8),
          Array("\u{1B}[32;\(column);1M".utf8),
        ]
      }

    @Test func aMouseThatWasLeftOnClearsNothing() throws {
      try expectNothing(Self.reports.flatMap { [.bytes($0), .pause(5)] })
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

    @Test(arguments: [1, 2, 3, 5, 9, 12, 20, answer.count - 1], [60, 1_300])
    func anAnswerThatComesInTwoClearsNothing(cut: Int, delay: Int) throws {
      try expectNothing(
        [.bytes(Array(Self.answer[..<cut])), .pause(delay), .bytes(Array(Self.answer[cut...]))],
        thenClears: false
      )
    }

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

    @Test(arguments: [2, 3, 5, 8, 11])
    func aTornPasteClearsNothing(cut: Int) throws {
      let paste = Array("\u{1B}[200~c\rqc\u{1B}[201~".utf8)
      try expectNothing([
        .bytes(Array(paste[..<cut])), .pause(300), .bytes(Array(paste[cut...])),
      ])
    }

    @Test func aPasteWithoutMarksClearsNothing() throws {
      try expectNothing([.type("echo cleared; exit\r"), .pause(100), .type("\u{1B}")])
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

    @Test func ctrlLDrawsAnewWhatOthersHaveWrittenOver() throws {
      let outcome = try stage().play([
        .see("clear lock"), .pause(300), .type("\u{C}"), .see("clear lock"), .leave,
      ])
      #expect(outcome.status == 0)
    }
  }

  /// Each kind of question, with the keys that say no.
  @Suite struct DeclineRobotTests {
    @Test(arguments: ["R", "x", "/", ":"], ["C-c", "Escape"])
    func aQuestionIsLeftAndNothingElse(opening: String, key: String) async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send(opening)
      let footer = opening == "/" ? "Esc clear" : opening == "R" ? "n no" : "Esc cancel"
      try await stage.session.wait(for: footer)
      try stage.session.send(key)
      try await stage.session.wait(until: "the dashboard") {
        !$0.contains(footer) && ($0.contains("q quit") || $0.contains("Nothing was changed"))
      }
      #expect(try stage.letters() == DeadLetterStage.text)
      try stage.session.send("C-c")
      #expect(try await stage.session.exitStatus() == "0")
      #expect(try await stage.session.hasSameModes())
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
