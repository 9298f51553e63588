internal import CNcurses

/// What a terminal is told to send, and what not: private modes, which curses knows nothing of.
///
/// Whoever had the terminal before may have left any of them on, by being killed, say. So all are set
/// when we take the terminal, and what we set is taken back when we give it away.
@MainActor
enum TerminalModes {
  /// The reports of X10, of clicks, of drags and of all motion, and their encodings.
  private static let mouse = [9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016]
  /// Clicks and the wheel, with columns as decimal numbers: no other encoding gets beyond column 223.
  private static let wantedMouse = [1000, 1006]
  private static let focus = 1004
  /// Pasted text between marks, so that it is told from typed keys.
  private static let paste = 2004

  /// What is told when the terminal becomes ours.
  static func taking(mouse isMouseWanted: Bool) -> String {
    guard knowsPrivateModes else { return "" }
    return off(mouse) + coded(isOurs: true) + (isMouseWanted ? on(wantedMouse) : "")
      + on([focus, paste])
  }

  /// What is told when it ceases to be ours.
  static var giving: String {
    guard knowsPrivateModes else { return "" }
    return off(wantedMouse + [focus, paste]) + coded(isOurs: false)
  }

  /// What is told when the person wants the mouse, or the terminal's own selection back.
  static func mouse(_ isOn: Bool) -> String {
    guard knowsPrivateModes else { return "" }
    return isOn ? on(wantedMouse) : off(wantedMouse)
  }

  /// Whether the terminal is of the family that ignores a private mode that it does not know.
  static var knowsPrivateModes: Bool {
    cn_capability("cup").map { String(cString: $0).hasPrefix("\u{1B}[") } ?? false
  }

  /// Whether it is one of xterm's descendants, which take a question and longer sequences.
  ///
  /// The consoles of Linux and FreeBSD and the terminals of DEC would write some of them down.
  static var isLikeXterm: Bool {
    let name = Environment.value(of: "TERM") ?? ""
    return knowsPrivateModes && !["linux", "cons25", "ansi", "vt"].contains(where: name.hasPrefix)
  }

  /// Keys as plain bytes: kitty's protocol by a level of its own on the stack, and xterm's
  /// modifyOtherKeys, which has none.
  ///
  /// A terminal that takes the last for underlining is put right.
  private static func coded(isOurs: Bool) -> String {
    guard isLikeXterm else { return "" }
    return isOurs ? "\u{1B}[>0u\u{1B}[>4;0m\u{1B}[m" : "\u{1B}[<u"
  }

  private static func on(_ modes: [Int]) -> String { modes.map { "\u{1B}[?\($0)h" }.joined() }

  private static func off(_ modes: [Int]) -> String { modes.map { "\u{1B}[?\($0)l" }.joined() }
}
