extension JSONCursor {
  /// Reads a string, whose opening quotation mark is the next byte.
  mutating func readString() throws(JSONError) -> JSONValue {
    let start = offset
    var position = start &+ 1
    var shrinkage = 0
    while true {
      position = endOfPlainText(from: position)
      guard position < count else { throw error(.closingQuote, at: count) }
      switch self[position] {
      case UInt8(ascii: "\""):
        offset = position &+ 1
        return JSONValue(
          .string,
          start: start,
          end: offset,
          decodedCount: position &- start &- 1 &- shrinkage,
          hasEscapes: shrinkage > 0
        )
      case UInt8(ascii: "\\"):
        let escape = try readEscape(at: position)
        shrinkage &+= escape.length &- UTF8.width(escape.scalar)
        position &+= escape.length
      case 0x80...:
        position = endOfNonASCII(from: position)
      default:
        throw error(.escapedControl, at: position)
      }
    }
  }

  /// The offset of the first byte from `start` on that ends or interrupts plain ASCII text.
  ///
  /// Eight bytes at a time: a byte of `stops` has its high bit set where the text has a quotation
  /// mark, a backslash, a control or a byte beyond ASCII. Borrows may set more bits, but only above
  /// the first one, and the first is all that is asked for.
  @inline(__always)
  private func endOfPlainText(from start: Int) -> Int {
    var position = start
    while position &+ 8 <= count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let quotes = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
      let backslashes = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
      let controls = word &- 0x2020_2020_2020_2020
      let stops = (quotes | backslashes | controls | word) & 0x8080_8080_8080_8080
      if stops != 0 { return position &+ stops.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < count {
      let byte = self[position]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        break
      }
      position &+= 1
    }
    return position
  }

  /// The offset behind a run of bytes beyond ASCII; notes the first that is not UTF-8.
  private mutating func endOfNonASCII(from start: Int) -> Int {
    var position = start
    while position < count, self[position] >= 0x80 {
      let length = sequenceLength(at: position)
      if length == 0, invalidUTF8Offset == nil { invalidUTF8Offset = position }
      position &+= max(length, 1)
    }
    return position
  }

  /// The length of the well-formed UTF-8 sequence at an offset (Unicode, table 3-7), or 0.
  private func sequenceLength(at position: Int) -> Int {
    func isContinuation(_ distance: Int, from low: UInt8 = 0x80, to high: UInt8 = 0xBF) -> Bool {
      position &+ distance < count && low <= self[position &+ distance]
        && self[position &+ distance] <= high
    }
    let (length, low, high): (Int, UInt8, UInt8) =
      switch self[position] {
      case 0xC2...0xDF: (2, 0x80, 0xBF)
      case 0xE0: (3, 0xA0, 0xBF)
      case 0xED: (3, 0x80, 0x9F)
      case 0xE1...0xEF: (3, 0x80, 0xBF)
      case 0xF0: (4, 0x90, 0xBF)
      case 0xF1...0xF3: (4, 0x80, 0xBF)
      case 0xF4: (4, 0x80, 0x8F)
      default: (0, 0, 0)
      }
    guard length > 0, isContinuation(1, from: low, to: high) else { return 0 }
    if length > 2, !isContinuation(2) { return 0 }
    if length > 3, !isContinuation(3) { return 0 }
    return length
  }
}
