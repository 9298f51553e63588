internal import LosslessJSON

/// A file of the queue, checked for what makes it no JSON object at all, then read member by member.
struct QueueFile {
  /// The file's name, for sentences.
  let file: String
  /// What becomes of the file if it does not parse.
  let remedy: String
  /// The list for which the file is there; `nil` where any object will do.
  let listName: String?
  private let text: JSONText

  /// Takes the bytes of a file; refuses what cannot be read as UTF-8 text.
  init(
    _ bytes: [UInt8],
    file: String,
    remedy: String,
    listName: String? = nil
  ) throws(DecodingProblem) {
    self.file = file
    self.listName = listName
    self.remedy = remedy
    text = JSONText(bytes)
    if bytes.isEmpty { throw problem(at: 0, "the file is empty") }
    if Self.looksLikeUTF16(bytes) {
      throw problem(at: 0, "expected UTF-8, found text in UTF-16")
    }
  }

  /// Reads the file's one object; `member` gets each key and must read exactly one value.
  ///
  /// - Returns: remarks on the file as a whole.
  func read(
    _ member: (inout JSONCursor, _ key: JSONValue) throws(JSONError) -> Void
  ) throws(DecodingProblem) -> [String] {
    do {
      var remarks: [String] = []
      if text.hasByteOrderMark {
        remarks.append(
          "\(file) begins with a byte order mark, which Python's json refuses: save it without one"
        )
      }
      let invalidOffset = try text.withCursor { (cursor) throws(JSONError) in
        try cursor.readObject(member)
        try cursor.readEnd()
        return cursor.invalidUTF8Offset
      }
      if let invalidOffset {
        remarks.append(
          "\(file) has a byte that is not UTF-8 outside its items, at \(invalidOffset)"
        )
      }
      return remarks
    } catch {
      throw otherShape(at: error) ?? DecodingProblem(file: file, error: error, remedy: remedy)
    }
  }

  /// That the file parses as JSON, and is only not what it should be; `nil` where it does not parse.
  private func otherShape(at error: JSONError) -> DecodingProblem? {
    guard error.reason == .object || error.reason == .array else { return nil }
    let kinds = try? text.withCursor { (cursor) throws(JSONError) in
      let whole = try cursor.readValue()
      try cursor.readEnd()
      return (whole: whole.kind, start: whole.start)
    }
    guard let kinds else { return nil }
    let shape: String
    if kinds.whole != .object, error.offset == kinds.start {
      let expected = listName.map { "an object with \"\($0)\"" } ?? "an object"
      shape = "\(kinds.whole.words) where \(expected) is expected"
    } else if let listName, error.reason == .array {
      shape = "\"\(listName)\" is not a list"
    } else {
      return nil
    }
    return DecodingProblem(file: file, offset: error.offset, shape: shape, remedy: remedy)
  }

  /// A problem of the file at an offset.
  func problem(at offset: Int, _ fault: String) -> DecodingProblem {
    DecodingProblem(file: file, offset: offset, fault: fault, remedy: remedy)
  }

  /// The problem of a file without the list that it exists for.
  func missingList(_ name: String) -> DecodingProblem {
    DecodingProblem(
      file: file,
      offset: text.bytes.count,
      shape: "an object without \"\(name)\"",
      remedy: remedy
    )
  }

  private static func looksLikeUTF16(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2 else { return false }
    switch (bytes[0], bytes[1]) {
    case (0xFF, 0xFE), (0xFE, 0xFF): return true
    case (0, 1...), (1..., 0): return true
    default: return false
    }
  }
}

extension JSONValue.Kind {
  /// What it is, as a person says it.
  fileprivate var words: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a text"
    case .number: "a number"
    case .true: "true"
    case .false: "false"
    case .null: "null"
    }
  }
}
