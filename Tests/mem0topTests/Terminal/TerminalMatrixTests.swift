import Foundation
import QueueEngine
import TestSupport
import Testing

/// Whether a matrix is taken whole: `MEM0TOP_LONG=1`, as `make stress` has it.
enum Matrix {
  static let isWhole = ProcessInfo.processInfo.environment["MEM0TOP_LONG"] == "1"
}

extension Robots {
  /// Each kind of terminal in each locale: it opens, its keys work, it ends, and nothing of it is left.
  ///
  /// The short form takes half of the terminals, each in another locale.
  @Suite struct TerminalMatrixTests {
    struct Place: CustomStringConvertible, Sendable {
      let terminal: String
      let locale: String

      var description: String { "\(terminal) in \(locale)" }
      /// Whether the terminal cannot move its cursor: it gets the status, as lines.
      var isPlain: Bool { terminal == "dumb" }
      /// Whether it is of a kind that knows sequences of ECMA-48.
      var knowsSequences: Bool { terminal != "vt52" && !isPlain }
      /// A locale that is not installed tells by its name.
      var isUTF8: Bool { ["UTF-8", "utf8"].contains(where: locale.hasSuffix) }
    }

    private static let terminals = [
      "Eterm", "ansi", "cons25", "cygwin", "dumb", "hurd", "linux", "mach", "mach-color", "pcansi",
      "rxvt", "rxvt-unicode", "rxvt-unicode-256color", "screen", "screen-256color",
      "screen.xterm-256color", "sun", "tmux", "tmux-256color", "vt100", "vt102", "vt220", "vt52",
      "wsvt25", "xterm", "xterm-256color", "xterm-color", "xterm-mono", "xterm-r6",
    ]
    private static let locales = [
      "C", "POSIX", "C.UTF-8", "C.utf8", "en_US.UTF-8", "de_DE.utf8", "de_DE", "de_DE@euro",
      "de_DE.ISO-8859-1", "ja_JP.UTF-8", "ja_JP.eucJP", "zh_CN.GB18030", "tr_TR.UTF-8", "no-such",
    ]

    static let places: [Place] =
      Matrix.isWhole
      ? terminals.flatMap { terminal in locales.map { Place(terminal: terminal, locale: $0) } }
      : stride(from: 0, to: terminals.count, by: 2).map { index in
        Place(terminal: terminals[index], locale: locales[index / 2 % locales.count])
      }

    /// Whether the terminfo of this machine knows a terminal: Debian's basic set is wanted at least.
    private static func isKnown(_ terminal: String) -> Bool {
      ["/lib/terminfo", "/usr/share/terminfo", "/etc/terminfo"].contains {
        FileManager.default.fileExists(atPath: "\($0)/\(terminal.prefix(1))/\(terminal)")
      }
    }

    @Test(arguments: places)
    func itOpensObeysAndLeavesNothing(place: Place) throws {
      guard Self.isKnown(place.terminal) else {
        print("terminals: \(place.terminal) is not in this machine's terminfo")
        return
      }
      let stage = try PtyStage {
        try $0.writeIncident()
      }
      let lock = stage.directory.path(of: WatchedDirectory.lock)
      let outcome = try stage.play(
        place.isPlain
          ? [.see("Queue")]
          : [
            .see("quit"), .pause(40), .type("?"), .see("Help"), .pause(40), .type("q"),
            .see("quit"), .present(lock), .pause(40), .type("c"), .see("Cleared the lock"),
            .absent(lock), .leave,
          ],
        environment: ["TERM": place.terminal, "LC_ALL": place.locale],
        // A VT52 names a column by a byte, and has no more.
        columns: 80
      )
      #expect(outcome.status == 0, "\(place): \(outcome.tail)")
      #expect(outcome.hasSameModes && outcome.isRestored && outcome.inputLeft == 0, "\(place)")
      if place.isPlain { #expect(!outcome.written.contains("\u{1B}"), "\(place)") }
      if !place.knowsSequences { #expect(!outcome.written.contains("\u{1B}[?"), "\(place)") }
      // The log of the incident has glyphs that no ASCII has.
      #expect(outcome.written.allSatisfy(\.isASCII) == !place.isUTF8, "\(place)")
      #expect(!outcome.written.contains("\u{FFFD}"), "\(place)")
    }
  }
}
