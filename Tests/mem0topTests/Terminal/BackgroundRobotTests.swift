import Foundation
import TestSupport
import Testing

extension Robots {
  /// A terminal that does not say in its environment what its background is, is asked.
  @Suite struct BackgroundRobotTests {
    private static let question = "]11;?"
    private static let white = "\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\"
    /// The grey of quiet text on a light and on a dark background, and the one that is read on both.
    private static let onLight = "38;5;241m"
    private static let onDark = "38;5;246m"
    private static let onBoth = "38;5;243m"

    /// What is written at last, up to the end by a signal once the help is open.
    private func tail(
      _ steps: [PtyStage.Step],
      _ environment: [String: String] = [:]
    ) throws -> String {
      let outcome = try PtyStage().play(
        // What is typed while the keyboard is taken again is thrown away.
        steps + [.typeUntil("?", "Esc"), .signal(SIGTERM)],
        environment: environment
      )
      #expect(outcome.status == -SIGTERM)
      return outcome.tail
    }

    @Test func onAWhiteTerminalTheThemeIsLight() throws {
      let tail = try tail([.see(Self.question), .type(Self.white), .see("Dead letters")])
      #expect(tail.contains(Self.onLight), "\(tail)")
    }

    @Test func withoutAnAnswerItIsReadOnBoth() throws {
      let tail = try tail([.see(Self.question)])
      #expect(tail.contains(Self.onBoth), "\(tail)")
      #expect(!tail.contains(Self.onLight) && !tail.contains(Self.onDark), "\(tail)")
    }

    /// What a shell once inherited may be of another terminal: the answer is right.
    @Test func theEnvironmentTellsUntilTheTerminalDoes() throws {
      let environment = ["COLORFGBG": "15;0"]
      #expect(try tail([.see(Self.question)], environment).contains(Self.onDark))
      let told = try tail(
        [.see(Self.question), .type(Self.white), .see("Dead letters")],
        environment
      )
      #expect(told.contains(Self.onLight), "\(told)")
    }

    /// Bad input 112: the terminal is asked again when it may have changed.
    @Test func lightThatBecomesDarkIsSeen() throws {
      let black = "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\"
      let tail = try tail([
        .see(Self.question), .type(Self.white), .see("Dead letters"), .type("\u{1B}[O"),
        .pause(20), .type("\u{1B}[I"), .see(Self.question), .type(black), .see("Dead letters"),
        .resizes(3), .see(Self.question),
      ])
      #expect(tail.contains(Self.onDark), "\(tail)")
    }

    @Test func aThemeOfTheConfigurationIsNotAskedAbout() throws {
      for theme in ["dark", "light", "mono"] {
        let tail = try tail([.see("Dead letters")], ["MEM0TOP_UI_THEME": theme])
        #expect(!tail.contains(Self.question), "\(theme)")
      }
      #expect(
        try tail([.see(Self.question)], ["MEM0TOP_UI_THEME": "contrast"]).contains(Self.question)
      )
    }

    @Test(arguments: [
      ["NO_COLOR": "1"], ["TERM": "linux"], ["TERM": "vt100"],
      ["TERM": "ansi"],
    ])
    func whoCannotAnswerIsNotAsked(environment: [String: String]) throws {
      let tail = try tail([.see("Dead letters")], environment)
      #expect(!tail.contains(Self.question), "\(tail)")
    }

    @Test func anAnswerThatComesWithCtrlZIsNotLeftToTheShell() throws {
      let tail = try tail([
        .see(Self.question), .type("\u{1A}" + Self.white), .stopped, .inputTaken, .resume,
        .see("\u{1B}[?1049h"), .seeThen("Dead letters"),
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
