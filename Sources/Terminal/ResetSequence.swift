internal import CNcurses

/// The bytes that bring a terminal back where curses can no longer be called.
@MainActor
enum ResetSequence {
  /// Nothing more is told of mouse, focus and pastes; plain colours, the cursor, the main screen.
  static func bytes() -> [UInt8] {
    var text = TerminalModes.giving
    for name in ["op", "sgr0", "cnorm", "rmcup"] {
      text += withoutDelays(cn_capability(name).map { String(cString: $0) } ?? "")
    }
    return Array(text.utf8)
  }

  /// Whether the terminal can do what a full screen needs.
  static var canMoveCursor: Bool { cn_capability("cup") != nil && cn_capability("clear") != nil }

  /// Drops the `$<5>` in which terminfo writes delays for terminals of long ago.
  private static func withoutDelays(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var rest = text[...]
    var result = ""
    while let dollar = rest.firstIndex(of: "$"), let end = rest[dollar...].firstIndex(of: ">") {
      result += rest[..<dollar]
      rest = rest[end...].dropFirst()
    }
    return result + rest
  }
}
