internal import Dashboard

/// What a terminal answers to the question for its background (xterm's OSC 11): `11;rgb:ffff/ffff/dddd`.
enum BackgroundAnswer {
  /// The question.
  static let question = "\u{1B}]11;?\u{1B}\\"
  /// How long after the question an answer is still expected.
  static let patience = Duration.seconds(1)
  private static let start = Array("11;rgb:".utf8)
  /// How bright red, green and blue are to the eye, in thousandths (ITU-R BT.709).
  private static let weights = [213, 715, 72]

  /// Whether these bytes, without the Esc before them, begin an answer or are the beginning of one.
  static func isBegun(in bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == KeyToken.systemCommand else { return false }
    return start.starts(with: bytes.dropFirst().prefix(start.count))
  }

  /// Reads what stands between `ESC ]` and the end; `nil` for anything else.
  static func background(in content: ArraySlice<UInt8>) -> Theme.Background? {
    guard content.starts(with: start) else { return nil }
    let parts = content.dropFirst(start.count).split(
      separator: UInt8(ascii: "/"),
      omittingEmptySubsequences: false
    )
    let levels = parts.compactMap(thousandths)
    guard parts.count == 3, levels.count == 3 else { return nil }
    let brightness = zip(levels, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return brightness >= 500_000 ? .light : .dark
  }

  /// One to four hexadecimal digits as a share of what they can say at most.
  private static func thousandths(_ digits: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: digits, as: UTF8.self)
    guard (1...4).contains(digits.count), text.allSatisfy(\.isHexDigit),
      let value = UInt16(text, radix: 16)
    else { return nil }
    return Int(value) * 1000 / (1 << (4 * digits.count) - 1)
  }
}
