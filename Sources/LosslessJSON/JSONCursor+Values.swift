extension JSONCursor {
  /// Reads a value of any type, checked to its last byte, and says where it stands.
  package mutating func readValue() throws(JSONError) -> JSONValue {
    switch peekKind() {
    case .string?: return try readString()
    case .number?: return try readNumber()
    case .true?: return try readWord("true", as: .true)
    case .false?: return try readWord("false", as: .false)
    case .null?: return try readWord("null", as: .null)
    case .object?: return try readContainer(as: .object)
    case .array?: return try readContainer(as: .array)
    case nil: throw error(.value)
    }
  }

  /// Reads one of the words that JSON and Python know.
  mutating func readWord(
    _ word: StaticString,
    as kind: JSONValue.Kind,
    from start: Int? = nil
  ) throws(JSONError) -> JSONValue {
    let first = start ?? offset
    let end = offset + word.utf8CodeUnitCount
    guard end <= count, areEqual(base + offset, word.utf8Start, count: end - offset) else {
      throw error(.value, at: first)
    }
    offset = end
    return JSONValue(kind, start: first, end: end)
  }

  /// Reads a container to its end without recursion: depth is bounded, and so is the stack.
  private mutating func readContainer(as kind: JSONValue.Kind) throws(JSONError) -> JSONValue {
    let start = offset
    var open = NestingStack()
    repeat {
      if try enterContainer(&open) { continue }
      while open.count > 0, try !continues(in: open) {
        open.pop()
      }
      if open.count > 0, open.isInObject { _ = try readKey() }
    } while open.count > 0
    return JSONValue(kind, start: start, end: offset)
  }

  /// Reads a scalar or an empty container whole, or enters a container up to its first value.
  private mutating func enterContainer(_ open: inout NestingStack) throws(JSONError) -> Bool {
    let kind = peekKind()
    guard kind == .object || kind == .array else {
      _ = try readValue()
      return false
    }
    guard depth + open.count < Self.deepestNesting else { throw error(.lessDepth) }
    offset += 1
    let isObject = kind == .object
    if consume(UInt8(ascii: isObject ? "}" : "]")) { return false }
    open.push(isObject: isObject)
    if isObject { _ = try readKey() }
    return true
  }

  private mutating func continues(in open: NestingStack) throws(JSONError) -> Bool {
    open.isInObject
      ? try continues(until: UInt8(ascii: "}"), or: .commaOrBrace)
      : try continues(until: UInt8(ascii: "]"), or: .commaOrBracket)
  }
}
