internal import CLibrary

/// The clipboard of the terminal that the person sits at, also where that is on another machine.
///
/// OSC 52 asks the terminal to set it. A tmux in between takes that from a program only where it was
/// told to (`set-clipboard on`), but its own `load-buffer -w` always passes it on.
enum Clipboard {
  /// How long tmux may take.
  private static let timeout = Duration.milliseconds(500)

  /// Puts the text there, and returns why it is not, one sentence; whether the terminal does it, that
  /// does not say.
  ///
  /// Terminals drop what is longer than about 75 000 bytes: whoever calls keeps below that.
  static func copy(_ text: String) -> String? {
    if let obstacle = Environment.copyObstacle { return obstacle }
    if Environment.value(of: "TMUX") != nil {
      return copyByTmux(text) ? nil : "tmux did not take the copy: select the text with the mouse."
    }
    var bytes = sequence(for: text)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return "The terminal did not take the copy (errno \(errno))." }
      bytes = bytes.dropFirst(count)
    }
    return nil
  }

  /// What tells a terminal to set its clipboard.
  static func sequence(for text: String) -> [UInt8] {
    Array("\u{1B}]52;c;".utf8) + base64(Array(text.utf8)) + [0x07]
  }

  private static func copyByTmux(_ text: String) -> Bool {
    guard let tmux = GuestProgram.start("exec tmux load-buffer -w - 2>/dev/null", reading: text)
    else { return false }
    return tmux.status(within: timeout) == 0
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        let isPadding = place > group.count
        result.append(isPadding ? UInt8(ascii: "=") : digits[bits >> (18 - 6 * place) & 63])
      }
    }
    return result
  }
}
