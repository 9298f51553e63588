internal import LosslessJSON

/// Objects in which a name comes twice: readers disagree which of the two values counts.
package enum RepeatedMembers {
  /// Whether any object of a JSON text has one; the text must not be nested deeper than a stack bears.
  package static func areIn(_ json: [UInt8]) -> Bool {
    var isFound = false
    try? JSONText(json).withCursor { (cursor) throws(JSONError) in
      try look(&cursor, &isFound)
    }
    return isFound
  }

  private static func look(_ cursor: inout JSONCursor, _ isFound: inout Bool) throws(JSONError) {
    var found = isFound
    switch cursor.peekKind() {
    case .object:
      var names: Set<[UInt8]> = []
      try cursor.readObject { (cursor, name) throws(JSONError) in
        if !names.insert(cursor.decodedBytes(of: name)).inserted { found = true }
        try look(&cursor, &found)
      }
    case .array:
      try cursor.readArray { (cursor) throws(JSONError) in try look(&cursor, &found) }
    default: _ = try cursor.readValue()
    }
    isFound = found
  }
}
