internal import Dashboard

/// What a terminal answers to the question for its background (xterm's OSC 11): `11;rgb:ffff/ffff/dddd`.
enum BackgroundAnswer {
  /// The question.
  static let question = "\u{1B}]11;?\u{1B}\\"
  /// How long after the question an answer that comes in parts is known for one.
  static let timeout = Duration.seconds(10)
  /// How long after the question whoever ends waits for it: the next program would read it.
  static let timeoutAtEnd = Duration.seconds(1)

  private static let start = Array("11;rgb".utf8)
  private static let letters = Set("0123456789abcdefABCDEF:/".utf8)
  /// How bright red, green and blue are to the eye, in thousandths (ITU-R BT.709).
  private static let weights = [213, 715, 72]

  /// Whether these bytes, without the Esc before them, begin an answer or are the beginning of one.
  static func isBegun(in bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == SequenceExtent.systemCommand else { return false }
    let content = bytes.dropFirst()
    guard start.starts(with: content.prefix(start.count)) else { return false }
    var rest = content.dropFirst(start.count)
    if rest.first == UInt8(ascii: "a") { rest = rest.dropFirst() }
    guard let end = rest.firstIndex(where: { !letters.contains($0) }) else { return true }
    return rest[end] == 0x07 || rest[end] == SequenceExtent.escape
  }

  /// Reads what stands between `ESC ]` and the end; `nil` for anything else.
  static func background(in content: ArraySlice<UInt8>) -> Theme.Background? {
    guard content.starts(with: start) else { return nil }
    let color = content.dropFirst(start.count)
    let hasAlpha = color.first == UInt8(ascii: "a")
    let digits = color.dropFirst(hasAlpha ? 1 : 0)
    guard digits.first == UInt8(ascii: ":") else { return nil }
    let parts = digits.dropFirst().split(
      separator: UInt8(ascii: "/"),
      omittingEmptySubsequences: false
    )
    let levels = parts.compactMap(thousandths)
    guard parts.count == (hasAlpha ? 4 : 3), levels.count == parts.count else { return nil }
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
