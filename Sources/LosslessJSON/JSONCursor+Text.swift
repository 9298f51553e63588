extension JSONCursor {
  /// The bytes of a value as they stand in the text; those of a string without quotation marks.
  ///
  /// They are valid as long as the cursor is.
  @inlinable
  package func rawBytes(of value: JSONValue) -> UnsafeRawBufferPointer {
    let margin = value.kind == .string ? 1 : 0
    return UnsafeRawBufferPointer(
      start: base + (value.start &+ margin),
      count: value.end &- value.start &- (2 &* margin)
    )
  }

  /// The bytes of a range of the text.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Whether a string says `text`.
  @inlinable
  package func isEqual(_ string: JSONValue, to text: StaticString) -> Bool {
    guard string.decodedCount == text.utf8CodeUnitCount, string.kind == .string else {
      return false
    }
    if string.hasEscapes {
      let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      return decodedBytes(of: string).elementsEqual(bytes)
    }
    return areEqual(base + (string.start &+ 1), text.utf8Start, count: string.decodedCount)
  }

  /// Whether two strings say the same, however each is written.
  @inlinable
  package func isEqual(_ string: JSONValue, to other: JSONValue) -> Bool {
    guard string.decodedCount == other.decodedCount else { return false }
    if string.hasEscapes || other.hasEscapes {
      return decodedBytes(of: string) == decodedBytes(of: other)
    }
    let (one, two) = (base + (string.start &+ 1), base + (other.start &+ 1))
    return areEqual(one, two, count: string.decodedCount)
  }

  /// What a string says, as UTF-8; bytes that were not UTF-8 in the text are kept as they are.
  package func decodedBytes(of string: JSONValue) -> [UInt8] {
    let raw = rawBytes(of: string)
    guard string.hasEscapes else { return Array(raw) }
    var result: [UInt8] = []
    result.reserveCapacity(string.decodedCount)
    var position = string.start + 1
    let end = string.end - 1
    while position < end {
      // Every escape was checked when the string was read, so each backslash begins a good one.
      if self[position] == UInt8(ascii: "\\"), let escape = try? readEscape(at: position) {
        result.append(contentsOf: String(escape.scalar).utf8)
        position += escape.length
      } else {
        result.append(self[position])
        position += 1
      }
    }
    return result
  }

  /// What a string says; bytes that are not UTF-8 become U+FFFD.
  package func string(of string: JSONValue) -> String {
    String(decoding: decodedBytes(of: string), as: UTF8.self)
  }

  /// Whether two stretches of memory are equal, compared eight bytes at a time.
  @usableFromInline
  func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, count: Int) -> Bool {
    var position = 0
    while position &+ 8 <= count {
      let words = (
        one.loadUnaligned(fromByteOffset: position, as: UInt64.self),
        other.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      )
      if words.0 != words.1 { return false }
      position &+= 8
    }
    while position < count {
      if one.load(fromByteOffset: position, as: UInt8.self)
        != other.load(fromByteOffset: position, as: UInt8.self)
      {
        return false
      }
      position &+= 1
    }
    return true
  }
}
