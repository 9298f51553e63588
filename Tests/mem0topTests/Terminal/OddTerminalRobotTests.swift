import Foundation
import QueueEngine
import TestSupport
import Testing

extension Robots {
  /// Terminals that can do less than most, or other things.
  @Suite struct OddTerminalRobotTests {
    private func stage() throws -> PtyStage {
      try PtyStage {
        try $0.writeIncident()
      }
    }

    /// Bad input 110: a dumb terminal shows an escape sequence as what it is written with.
    @Test(arguments: ["dumb", ""]) func watchingOnADumbTerminalWritesLines(name: String) throws {
      let outcome = try stage().play(
        [.see("Queue"), .see("Queue"), .signal(SIGINT)],
        arguments: ["status", "--watch"],
        environment: ["TERM": name]
      )
      #expect(outcome.status == -SIGINT)
      #expect(!outcome.written.contains("\u{1B}"), "\(outcome.written)")
    }

    @Test func theLocaleCGetsPlainASCII() throws {
      for arguments in [["status"], []] {
        let outcome = try stage().play(
          arguments.isEmpty ? [.see("clear lock"), .leave] : [.see("Queue")],
          arguments: arguments,
          environment: ["LC_ALL": "C", "TERM": arguments.isEmpty ? "xterm" : "dumb"]
        )
        #expect(outcome.written.allSatisfy { $0.isASCII }, "\(outcome.written)")
      }
    }

    @Test(arguments: [("BORDERS", "ascii"), ("AMBIGUOUS", "wide")])
    func framesOfASCIIWhereTheyAreWanted(setting: String, value: String) throws {
      let outcome = try stage().play(
        [.see("clear lock"), .leave],
        environment: ["MEM0TOP_UI_\(setting)": value]
      )
      #expect(outcome.written.contains("+-"))
      #expect(!outcome.written.contains { "╭─│━▁┃".contains($0) }, "\(outcome.written)")
      #expect(outcome.written.contains { "▲●·…".contains($0) } == (value == "ascii"))
    }

    @Test func bordersOfUnicodeInTheLocaleC() throws {
      let outcome = try stage().play(
        [.see("clear lock"), .leave],
        environment: ["LC_ALL": "C", "MEM0TOP_UI_BORDERS": "unicode"]
      )
      #expect(outcome.written.contains("╭"))
    }

    /// Bad input 109: there a number of a colour is red, green and blue.
    @Test func directColoursAreThoseOfThePalette() throws {
      let stage = try stage()
      let source = """
        mem0top-direct|test,
        \tuse=xterm-256color, colors#0x1000000, pairs#0x7FFF, RGB, initc@, ccc@,
        \tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,
        \tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,

        """
      try stage.home.write(source, to: "direct.ti")
      let folder = stage.home.path + "/terminfo"
      _ = try TmuxSession.run(["tic", "-x", "-o", folder, stage.home.path + "/direct.ti"])
      let outcome = try stage.play(
        [.see("clear lock"), .leave],
        environment: [
          "TERM": "mem0top-direct", "TERMINFO_DIRS": folder + ":/lib/terminfo:/usr/share/terminfo",
          "MEM0TOP_UI_THEME": "dark",
        ]
      )
      // Of 256 colours, the quiet grey is number 246 and the red number 203.
      #expect(outcome.written.contains("38:2::148:148:148"), "\(outcome.written)")
      #expect(outcome.written.contains("38:2::255:95:95"))
    }

    /// A terminal whose entry knows eight colours says that it has all of them.
    @Test func aTerminalThatTellsOfMoreColoursGetsThem() throws {
      let outcome = try stage().play(
        [.see("clear lock"), .leave],
        environment: ["TERM": "xterm", "COLORTERM": "truecolor", "MEM0TOP_UI_THEME": "dark"]
      )
      #expect(outcome.written.contains("38;5;246m"))
    }

    /// `ESCDELAY` as curses reads it: until then, what follows an Esc may be the rest of a sequence.
    @Test func theDelayOfEscapeIsRead() throws {
      let outcome = try stage().play(
        [
          .see("clear lock"), .pause(100), .type("?"), .see("Help"), .pause(100), .type("\u{1B}"),
          .pause(300), .type("[<0;1;1M"), .pause(100), .type("q"), .see("clear lock"), .leave,
        ],
        environment: ["ESCDELAY": "1000"]
      )
      #expect(outcome.status == 0)
    }
  }
}
