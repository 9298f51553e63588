extension JSONCursor {
  /// The escape whose backslash stands at `position`: its length in the text, and what it means.
  ///
  /// Half of a surrogate pair means U+FFFD, as Python writes such halves and no UTF-8 can hold them.
  func readEscape(at position: Int) throws(JSONError) -> (length: Int, scalar: Unicode.Scalar) {
    guard position + 1 < count else { throw error(.closingQuote, at: count) }
    let scalar: Unicode.Scalar
    switch self[position + 1] {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "u"): return try readUnicodeEscape(at: position)
    default: throw error(.escape, at: position)
    }
    return (2, scalar)
  }

  private func readUnicodeEscape(
    at position: Int
  ) throws(JSONError) -> (length: Int, scalar: Unicode.Scalar) {
    guard let unit = codeUnit(at: position) else { throw error(.escape, at: position) }
    if let scalar = Unicode.Scalar(unit) { return (6, scalar) }
    if UTF16.isLeadSurrogate(unit), let trail = codeUnit(at: position + 6),
      UTF16.isTrailSurrogate(trail)
    {
      return (12, Unicode.Scalar(lead: unit, trail: trail))
    }
    return (6, "\u{FFFD}")
  }

  /// The UTF-16 code unit of a `\uXXXX` at an offset, if one stands there.
  private func codeUnit(at position: Int) -> UInt16? {
    guard position + 6 <= count, self[position] == UInt8(ascii: "\\"),
      self[position + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for digit in position + 2..<position + 6 {
      guard let value = hexDigit(self[digit]) else { return nil }
      unit = unit << 4 | value
    }
    return unit
  }

  private func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

extension Unicode.Scalar {
  /// The character of a surrogate pair.
  fileprivate init(lead: UInt16, trail: UInt16) {
    let offset = UInt32(lead & 0x3FF) << 10 | UInt32(trail & 0x3FF)
    self = Unicode.Scalar(0x10000 + offset) ?? "\u{FFFD}"
  }
}
