internal import LosslessJSON

/// The members of one line of a record of ours: a JSON object of texts, whole numbers and evidence.
struct RecordLine {
  private(set) var texts: [String: String] = [:]
  private(set) var numbers: [String: Int] = [:]
  private(set) var evidence: [String] = []

  /// Reads a line; `nil` for one that a crash cut off: it tells nothing, and hides no other.
  init?(_ line: some Collection<UInt8>) {
    var members = (texts: texts, numbers: numbers, evidence: evidence)
    do throws(JSONError) {
      try JSONText(Array(line)).withCursor { (cursor) throws(JSONError) in
        try cursor.readObject { (cursor, key) throws(JSONError) in
          if cursor.isEqual(key, to: "evidence"), cursor.peekKind() == .array {
            try cursor.readArray { (cursor) throws(JSONError) in
              let value = try cursor.readValue()
              if value.kind == .string { members.evidence.append(cursor.string(of: value)) }
            }
            return
          }
          let value = try cursor.readValue()
          let name = cursor.string(of: key)
          if value.kind == .string { members.texts[name] = cursor.string(of: value) }
          if let number = cursor.integer(of: value) { members.numbers[name] = number }
        }
        try cursor.readEnd()
      }
    } catch {
      return nil
    }
    (texts, numbers, evidence) = members
  }
}
