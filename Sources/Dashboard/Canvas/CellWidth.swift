/// How many columns of a terminal a text takes.
///
/// The answers are those of `wcwidth` in a UTF-8 locale, from a table of our own, so that every
/// screen is the same on every system: the C library is not asked, and no locale matters.
package enum CellWidth {
  /// The columns that a text takes on a canvas.
  package static func of(_ text: String) -> Int {
    if isASCII(text) { return text.utf8.count }
    var width = 0
    for scalar in text.unicodeScalars {
      width += scalar.isASCII ? 1 : of(scalar)
    }
    return width
  }

  private static func isASCII(_ text: String) -> Bool {
    // All bytes at once and no early end: so they are compared many at a time.
    text.utf8.withContiguousStorageIfAvailable { $0.reduce(0, |) < 0x80 } ?? false
  }

  /// The columns of one scalar: 2 for wide ones, 0 for marks that combine, else 1.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 || (0x2500..<0x25A0).contains(value) { return 1 }
    if isWide(value) { return 2 }
    return isCombining(scalar) ? 0 : 1
  }

  /// The text cut to so many columns; what is cut off is shown by `…`.
  package static func clipped(_ text: String, to columns: Int) -> String {
    // No text takes more columns than it has bytes.
    guard text.utf8.count > columns, of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    if isASCII(text) { return String(Substring(text.utf8.prefix(columns - 1))) + "…" }
    var width = 0
    let end = text.unicodeScalars.firstIndex { scalar in
      width += of(scalar)
      return width >= columns && of(scalar) > 0
    }
    return String(text.unicodeScalars[..<(end ?? text.endIndex)]) + "…"
  }

  /// The end of a text in so many columns, for paths, whose end says most.
  package static func clippedAtStart(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var width = 1
    let kept = text.unicodeScalars.reversed().prefix { scalar in
      width += of(scalar)
      return width <= columns
    }
    return "…" + String(String.UnicodeScalarView(kept.reversed()))
  }

  /// The text broken into lines of at most so many columns, at blanks where there are some.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    guard columns > 0, of(text) > columns else { return [text] }
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var width = 0
    for word in text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false) {
      let wordWidth = word.reduce(0) { $0 + of($1) }
      if width > 0, width + 1 + wordWidth > columns {
        lines.append(String(line))
        (line, width) = (String.UnicodeScalarView(), 0)
      } else if !line.isEmpty {
        line.append(" ")
        width += 1
      }
      for scalar in word {
        let scalarWidth = of(scalar)
        if width + scalarWidth > columns {
          lines.append(String(line))
          (line, width) = (String.UnicodeScalarView(), 0)
        }
        line.append(scalar)
        width += scalarWidth
      }
    }
    lines.append(String(line))
    return lines
  }

  /// The text broken into so many lines at most; what is left over is cut off and shown by `…`.
  static func wrapped(_ text: String, to columns: Int, lines most: Int) -> [String] {
    let lines = wrapped(text, to: columns)
    guard lines.count > most, most > 0 else { return lines }
    let rest = lines[(most - 1)...].joined(separator: " ")
    return lines.prefix(most - 1) + [clipped(rest, to: columns)]
  }

  /// Whether a scalar may not be drawn: controls, invisible characters, and what reorders a line.
  static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD }
    if (0x2500..<0x25A0).contains(value) { return false }
    if scalar.properties.isDefaultIgnorableCodePoint { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      return true
    default: return false
    }
  }

  private static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
    if (0x1160..<0x1200).contains(scalar.value) { return true }  // Vowels and finals of Hangul.
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return true
    default: return false
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    var (low, high) = (0, wideRanges.count)
    while low < high {
      let middle = (low + high) / 2
      if wideRanges[middle].last < value { low = middle + 1 } else { high = middle }
    }
    return low < wideRanges.count && wideRanges[low].first <= value
  }

  /// East Asian Width W and F of Unicode 14, emoji included; unassigned gaps are joined.
  private static let wideRanges: [(first: UInt32, last: UInt32)] = [
    (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0),
    (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x267F, 0x267F),
    (0x2693, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5),
    (0x26CE, 0x26CE), (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5),
    (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728),
    (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797),
    (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
    (0x2E80, 0x303E), (0x3041, 0x3247), (0x3250, 0x4DBF), (0x4E00, 0xA4C6), (0xA960, 0xA97C),
    (0xAC00, 0xD7A3), (0xF900, 0xFAD9), (0xFE10, 0xFE19), (0xFE30, 0xFE6B), (0xFF01, 0xFF60),
    (0xFFE0, 0xFFE6), (0x16FE0, 0x18D08), (0x1AFF0, 0x1B2FB), (0x1F004, 0x1F004),
    (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F202),
    (0x1F210, 0x1F23B), (0x1F240, 0x1F248), (0x1F250, 0x1F251), (0x1F260, 0x1F265),
    (0x1F300, 0x1F320), (0x1F32D, 0x1F335), (0x1F337, 0x1F37C), (0x1F37E, 0x1F393),
    (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F3E0, 0x1F3F0), (0x1F3F4, 0x1F3F4),
    (0x1F3F8, 0x1F43E), (0x1F440, 0x1F440), (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D),
    (0x1F54B, 0x1F54E), (0x1F550, 0x1F567), (0x1F57A, 0x1F57A), (0x1F595, 0x1F596),
    (0x1F5A4, 0x1F5A4), (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC),
    (0x1F6D0, 0x1F6D2), (0x1F6D5, 0x1F6DF), (0x1F6EB, 0x1F6EC), (0x1F6F4, 0x1F6FC),
    (0x1F7E0, 0x1F7EB), (0x1F7F0, 0x1F7F0), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945),
    (0x1F947, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
  ]
}
