internal import LosslessJSON

/// One element of a list of items: where its members stand, and what is wrong with its form.
struct ItemMembers {
  /// The bytes of the element.
  private(set) var range = 0..<0
  /// Where the first byte stands that is wrong, if one is.
  private(set) var problemOffset: Int?
  /// What is wrong with the form; what is wrong with the values is not known here.
  private(set) var flags: ItemFlags = []
  private var values = [JSONValue?](repeating: nil, count: ItemField.count)
  private var unknownKeys = KeyWitness()

  /// The value of a field; of one that comes twice, the last, as in Python.
  subscript(field: ItemField) -> JSONValue? { values[field.rawValue] }

  /// What `body` makes of the item at an offset of a text; `nil` where no well-formed value is there.
  static func read<Result>(
    _ text: JSONText,
    at offset: Int = 0,
    _ body: (ItemMembers, borrowing JSONCursor) -> Result?
  ) -> Result? {
    text.withCursor(from: offset) { cursor -> Result? in
      var members = ItemMembers()
      do throws(JSONError) {
        _ = cursor.peekKind()
        let start = cursor.offset
        try members.readElement(&cursor)
        members.range = start..<cursor.offset
      } catch {
        return nil  // What does not parse is no item; whoever needs to know why reads the file.
      }
      return body(members, cursor)
    }
  }

  /// Reads the element at the cursor into this one, replacing what was there.
  ///
  /// An element that is malformed in itself becomes an item with a flag, as long as the next one
  /// can be found; otherwise the error stands, and the file as a whole does not parse. So it does
  /// where nesting is too deep: no reader that recurses, Python's among them, gets beyond that.
  mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
    clear()
    let start = cursor.offset
    let earlierInvalidOffset = cursor.invalidUTF8Offset
    cursor.invalidUTF8Offset = nil
    do {
      try readElement(&cursor)
      range = start..<cursor.offset
    } catch {
      guard error.reason != .lessDepth, let element = cursor.recover(from: start) else {
        throw error
      }
      range = element
      flags.insert(.malformed)
      problemOffset = error.offset
    }
    if let offset = cursor.invalidUTF8Offset {
      flags.insert(.invalidUTF8)
      problemOffset = problemOffset ?? offset
    }
    cursor.invalidUTF8Offset = earlierInvalidOffset
  }

  private mutating func clear() {
    for index in values.indices { values[index] = nil }
    unknownKeys.forget()
    flags = []
    problemOffset = nil
  }

  private mutating func readElement(_ cursor: inout JSONCursor) throws(JSONError) {
    guard cursor.peekKind() == .object else {
      _ = try cursor.readValue()
      flags.insert(.notAnObject)
      return
    }
    try cursor.readObject { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      if let field = ItemField(key, in: cursor) {
        if values[field.rawValue] != nil { flags.insert(.duplicateKeys) }
        values[field.rawValue] = value
      } else if !unknownKeys.isNew(key, in: cursor) {
        flags.insert(.duplicateKeys)
      }
    }
  }
}

/// Tells whether a key that we do not know came before in the same object.
private struct KeyWitness {
  /// Up to here comparing each with each is cheaper than a set, and nothing is allocated.
  private static let mostCompared = 16

  private var keys: [JSONValue] = []
  private var others: Set<[UInt8]> = []

  mutating func forget() {
    keys.removeAll(keepingCapacity: true)
    if !others.isEmpty { others = [] }
  }

  mutating func isNew(_ key: JSONValue, in cursor: borrowing JSONCursor) -> Bool {
    if keys.contains(where: { cursor.isEqual($0, to: key) }) { return false }
    if keys.count == Self.mostCompared {
      return others.insert(cursor.decodedBytes(of: key)).inserted
    }
    keys.append(key)
    return true
  }
}
