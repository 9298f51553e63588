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
  ///
  /// Four bytes are looked at as one word, the first one lowest. The masks single out the bits that
  /// mark lead and continuation bytes; what is left tells overlong forms, surrogates and characters
  /// beyond U+10FFFF.
  @inline(__always)
  private func sequenceLength(at position: Int) -> Int {
    let word = fourBytes(at: position)
    if word & 0xC0E0 == 0x80C0 { return word & 0x1E == 0 ? 0 : 2 }
    if word & 0xC0_C0F0 == 0x80_80E0 {
      let payload = word & 0x200F
      return payload == 0 || payload == 0x200D ? 0 : 3
    }
    if word & 0xC0C0_C0F8 == 0x8080_80F0 {
      let isOverlong = word & 0x3007 == 0
      let isTooLarge = word & 0x0004 != 0 && word & 0x3003 != 0
      return isOverlong || isTooLarge ? 0 : 4
    }
    return 0
  }

  /// The four bytes at an offset as a number, the first one lowest; zeros behind the end.
  @inline(__always)
  private func fourBytes(at position: Int) -> UInt32 {
    if position &+ 4 <= count {
      return UInt32(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
    return (position..<count).reversed().reduce(0) { $0 << 8 | UInt32(self[$1]) }
  }
}
