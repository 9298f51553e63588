/// A place in a JSON text that moves forward, value by value, without allocating.
///
/// It points into the buffer of its text, so it cannot be copied out of `JSONText.withCursor(_:)`.
/// Each `read…` expects its value after optional white space and leaves the cursor right behind
/// it. After an error the cursor's place is undefined until `recover(from:)` succeeds.
package struct JSONCursor: ~Copyable {
  /// The deepest nesting that is read; Python's own reader gives up at about twice that.
  package static let deepestNesting = 512

  @usableFromInline let base: UnsafeRawPointer
  /// The length of the text.
  package let count: Int
  /// The offset of the next byte.
  package internal(set) var offset: Int
  /// The first byte that is not UTF-8 in the strings read since this was last set to `nil`.
  package var invalidUTF8Offset: Int?
  /// How many containers the reader is in.
  var depth = 0

  init(over buffer: UnsafeRawBufferPointer, from start: Int) {
    // An empty buffer may have no address; nothing is ever loaded from this one.
    base = buffer.baseAddress ?? UnsafeRawPointer(StaticString("").utf8Start)
    count = buffer.count
    offset = start
  }

  /// The byte at an offset that must lie in the text.
  @inline(__always)
  subscript(position: Int) -> UInt8 {
    base.load(fromByteOffset: position, as: UInt8.self)
  }

  /// The next byte; `nil` at the end.
  @inline(__always)
  var next: UInt8? {
    offset < count ? self[offset] : nil
  }

  /// The type of the next value by its first byte, behind white space; `nil` where none begins.
  package mutating func peekKind() -> JSONValue.Kind? {
    skipWhitespace()
    switch next {
    case UInt8(ascii: "{")?: return .object
    case UInt8(ascii: "[")?: return .array
    case UInt8(ascii: "\"")?: return .string
    case UInt8(ascii: "t")?: return .true
    case UInt8(ascii: "f")?: return .false
    case UInt8(ascii: "n")?: return .null
    case UInt8(ascii: "-")?, UInt8(ascii: "N")?, UInt8(ascii: "I")?: return .number
    case .some(let byte) where byte &- UInt8(ascii: "0") < 10: return .number
    default: return nil
    }
  }

  /// Reads an object; `member` gets each key and must read exactly one value.
  package mutating func readObject(
    _ member: (inout JSONCursor, _ key: JSONValue) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "{"), or: .object)
    defer { depth -= 1 }
    if consume(UInt8(ascii: "}")) { return }
    repeat {
      try member(&self, readKey())
    } while try continues(until: UInt8(ascii: "}"), or: .commaOrBrace)
  }

  /// Reads an array; `element` is called before each element and must read exactly that one.
  package mutating func readArray(
    _ element: (inout JSONCursor) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "["), or: .array)
    defer { depth -= 1 }
    if consume(UInt8(ascii: "]")) { return }
    repeat {
      skipWhitespace()
      try element(&self)
    } while try continues(until: UInt8(ascii: "]"), or: .commaOrBracket)
  }

  /// Expects nothing but white space up to the end of the text.
  package mutating func readEnd() throws(JSONError) {
    skipWhitespace()
    if offset < count { throw error(.end) }
  }

  /// Reads a key and the colon behind it.
  mutating func readKey() throws(JSONError) -> JSONValue {
    skipWhitespace()
    guard next == UInt8(ascii: "\"") else { throw error(.key) }
    let key = try readString()
    guard consume(UInt8(ascii: ":")) else { throw error(.colon) }
    return key
  }

  /// Reads a comma, and says so, or the closing bracket.
  mutating func continues(until bracket: UInt8, or reason: JSONError.Reason) throws(JSONError)
    -> Bool
  {
    if consume(UInt8(ascii: ",")) { return true }
    if consume(bracket) { return false }
    throw error(reason)
  }

  /// Steps over `byte` if it comes next behind white space.
  @inline(__always)
  mutating func consume(_ byte: UInt8) -> Bool {
    skipWhitespace()
    guard next == byte else { return false }
    offset &+= 1
    return true
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while offset < count {
      let byte = self[offset]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        return
      }
      offset &+= 1
    }
  }

  /// An error at the next byte, or at another one.
  func error(_ reason: JSONError.Reason, at position: Int? = nil) -> JSONError {
    let place = position ?? offset
    return JSONError(offset: place, reason: reason, found: place < count ? self[place] : nil)
  }

  private mutating func open(_ bracket: UInt8, or reason: JSONError.Reason) throws(JSONError) {
    guard consume(bracket) else { throw error(reason) }
    guard depth < Self.deepestNesting else { throw error(.lessDepth, at: offset - 1) }
    depth += 1
  }
}
