import Foundation
import TestSupport
import Testing

extension Robots {
  /// A terminal that does not say in its environment what its background is, is asked.
  @Suite struct BackgroundRobotTests {
    private static let question = "]11;?"
    private static let white = "\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\"
    /// The grey of quiet text on a light and on a dark background.
    private static let onLight = "38;5;242m"
    private static let onDark = "38;5;245m"

    /// What is written at last, up to the end by a signal once the help is open.
    private func tail(
      _ steps: [PtyStage.Step],
      _ environment: [String: String] = [:]
    ) throws -> String {
      let outcome = try PtyStage().play(
        steps + [.type("?"), .see("Esc"), .signal(SIGTERM)],
        environment: environment
      )
      #expect(outcome.status == -SIGTERM)
      return outcome.tail
    }

    @Test func onAWhiteTerminalTheThemeIsLight() throws {
      let tail = try tail([.see(Self.question), .type(Self.white), .see("Dead letters")])
      #expect(tail.contains(Self.onLight), "\(tail)")
    }

    @Test func withoutAnAnswerItIsDark() throws {
      let tail = try tail([.see(Self.question)])
      #expect(tail.contains(Self.onDark) && !tail.contains(Self.onLight), "\(tail)")
    }

    @Test(arguments: [
      ["NO_COLOR": "1"], ["COLORFGBG": "0;15"], ["TERM": "linux"], ["TERM": "vt100"],
      ["TERM": "ansi"],
    ])
    func whoCannotAnswerIsNotAsked(environment: [String: String]) throws {
      let tail = try tail([.see("Dead letters")], environment)
      #expect(!tail.contains(Self.question), "\(tail)")
    }

    /// The key may end the dashboard, and the answer would be the shell's.
    @Test func whoTypesAlreadyIsNotAsked() throws {
      let outcome = try PtyStage().play([
        .type("j"), .see("Dead letters"), .type("/"), .see("no dead letter to filter"),
        .signal(SIGTERM),
      ])
      #expect(!outcome.tail.contains(Self.question), "\(outcome.tail)")
    }

    @Test func anAnswerThatComesWithCtrlZIsNotLeftToTheShell() throws {
      let tail = try tail([
        .see(Self.question), .type("\u{1A}" + Self.white), .stopped, .inputTaken, .resume,
        .see("Dead letters"),
      ])
      #expect(tail.contains(Self.onLight), "\(tail)")
    }

    /// Where files may not grow, a frame is not held in one.
    @Test(arguments: [0, 1]) func aLimitOnFilesDoesNotCutAFrame(blocks: Int) throws {
      let outcome = try PtyStage().play(
        [.see("q quit"), .type("?"), .see("Esc"), .signal(SIGTERM)],
        after: "ulimit -f \(blocks)"
      )
      #expect(outcome.status == -SIGTERM)
    }
  }
}
