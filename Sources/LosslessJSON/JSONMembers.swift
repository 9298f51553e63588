/// Where the members of an object stand in a text, so that some can be set.
package struct JSONMembers: Sendable {
  /// A member's key and its value.
  private struct Member {
    let key: JSONValue
    let value: JSONValue
  }

  /// The bytes of the object, braces included.
  package let range: Range<Int>
  private let members: [Member]
  private let text: JSONText

  /// Reads the object whose opening brace stands at an offset, or behind white space there.
  package init(of text: JSONText, at offset: Int = 0) throws(JSONError) {
    var members: [Member] = []
    range = try text.withCursor(from: offset) { (cursor) throws(JSONError) in
      _ = cursor.peekKind()
      let start = cursor.offset
      try cursor.readObject { (cursor, key) throws(JSONError) in
        members.append(Member(key: key, value: try cursor.readValue()))
      }
      return start..<cursor.offset
    }
    self.members = members
    self.text = text
  }

  /// The value of a member; of a name that comes twice, the last one, as in Python.
  package func value(of name: String) -> JSONValue? {
    text.withCursor { cursor in
      members.last { cursor.decodedBytes(of: $0.key).elementsEqual(name.utf8) }?.value
    }
  }

  /// The replacements that give members new values; those that are not there come behind the last.
  ///
  /// - Parameter values: Names that need no escapes, none twice, each with a well-formed value. They
  ///   are added in this order, and set apart like the last member was.
  /// - Returns: replacements in ascending order.
  package func setting(_ values: [(name: String, value: [UInt8])]) -> [JSONReplacement] {
    var replacements: [JSONReplacement] = []
    var added: [[UInt8]] = []
    for (name, bytes) in values {
      if let value = value(of: name) {
        replacements.append(JSONReplacement(value.range, with: bytes))
      } else {
        added.append(Array("\"\(name)\"".utf8) + colon + bytes)
      }
    }
    replacements.sort { $0.range.lowerBound < $1.range.lowerBound }
    guard !added.isEmpty else { return replacements }
    let separator = [UInt8(ascii: ",")] + separation
    let content = Array(added.joined(separator: separator))
    if let last = members.last {
      let end = last.value.end
      replacements.append(JSONReplacement(end..<end, with: separator + content))
    } else {
      let inside = range.lowerBound + 1..<range.upperBound - 1
      replacements.append(JSONReplacement(inside, with: content))
    }
    return replacements
  }

  /// The colon between the last key and its value, with the white space around it.
  private var colon: [UInt8] {
    members.last.map { Array(text.bytes[$0.key.end..<$0.value.start]) } ?? Array(": ".utf8)
  }

  /// The white space before the last key, behind the comma or the brace.
  private var separation: [UInt8] {
    guard let last = members.last else { return Array(" ".utf8) }
    let space = text.bytes[..<last.key.start].reversed().prefix(while: JSONText.isWhitespace)
    // A lone member says nothing of the blank behind a comma; the one behind its colon does.
    if members.count == 1, space.isEmpty, colon.last == 0x20 { return [0x20] }
    return space.reversed()
  }
}
