internal import LosslessJSON

/// The items of a file by where they stand in it, so that some can go and others come.
///
/// The file is read to its last byte, and no item is taken that is not well-formed: a file that does
/// not parse is never written.
struct ItemList {
  /// What one item is, whatever a retry changes of it: its id and what it says.
  ///
  /// Two programs may write the same text with other escapes, so the decoded content counts. An
  /// element without an id or without content is told by its bytes.
  struct Identity: Hashable {
    let id: ExactText
    let content: ContentHash
  }

  /// An item of the list.
  struct Item {
    let key: ItemKey
    let identity: Identity
    /// Where the value of `last_attempt` stands; `nil` where there is none.
    let lastAttempt: Range<Int>?
    /// Whether `last_attempt` is 0.
    let isDue: Bool
  }

  /// The bytes of the file.
  let text: JSONText
  /// Where the items stand.
  let elements: JSONElements
  /// The items, in the same order.
  let items: [Item]
  /// The text of `last_update`, where that is plain text.
  let lastUpdate: (range: Range<Int>, text: String)?

  /// Reads a file; refuses one that does not parse or has no such list.
  init(_ bytes: [UInt8], of list: ListFile, file: String) throws(DecodingProblem) {
    var drafts: [ItemDraft] = []
    var elements: JSONElements?
    var lastUpdate: (range: Range<Int>, text: String)?
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    _ = try source.read { (cursor, key) throws(JSONError) in
      if cursor.isEqual(key, to: list.listName) {
        // Of two lists the last one counts, as in Python.
        drafts = []
        elements = try cursor.readElements { (cursor) throws(JSONError) in
          drafts.append(try ItemDraft(&cursor))
        }
        return
      }
      let value = try cursor.readValue()
      if cursor.isEqual(key, to: "last_update") {
        let isPlain = value.kind == .string && !value.hasEscapes
        lastUpdate = isPlain ? (value.range, cursor.string(of: value)) : nil
      }
    }
    guard let elements else { throw source.missingList("\(list.listName)") }
    text = JSONText(bytes)
    self.elements = elements
    self.lastUpdate = lastUpdate
    var occurrences: [ExactText: Int] = [:]
    items = zip(drafts, elements.elements).map { draft, range in
      let id = ExactText(draft.id)
      defer { occurrences[id, default: 0] += 1 }
      return Item(
        key: ItemKey(id: draft.id, occurrence: occurrences[id, default: 0]),
        identity: Identity(id: id, content: draft.content ?? ContentHash(bytes[range])),
        lastAttempt: draft.lastAttempt,
        isDue: draft.isDue
      )
    }
  }

  /// The bytes of an item.
  func bytes(at index: Int) -> [UInt8] { Array(text.bytes[elements.elements[index]]) }

  /// The text with some replacements, in any order, and `last_update` renewed in the form it had.
  ///
  /// - Returns: `nil` where two replacements overlap, which would be a mistake of the caller.
  func replacing(_ replacements: [JSONReplacement], now: Timestamp) -> JSONText? {
    var all = replacements
    if let (range, text) = lastUpdate, let form = TimeForm(text) {
      all.append(JSONReplacement(range, with: Array("\"\(form.text(of: now))\"".utf8)))
    }
    return text.replacing(all.sorted { $0.range.lowerBound < $1.range.lowerBound })
  }
}

/// One element as it is read.
private struct ItemDraft {
  /// Its id, scrubbed; empty where it has none.
  var id = ""
  /// The hash of its decoded content; `nil` where it has none to be told by.
  var content: ContentHash?
  var lastAttempt: Range<Int>?
  var isDue = false

  /// Reads the element at the cursor; of a key that comes twice the last value, as in Python.
  init(_ cursor: inout JSONCursor) throws(JSONError) {
    guard cursor.peekKind() == .object else {
      _ = try cursor.readValue()
      return
    }
    var (id, content, lastAttempt): (JSONValue?, JSONValue?, JSONValue?)
    try cursor.readObject { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      switch ItemField(key, in: cursor) {
      case .id: id = value
      case .content: content = value
      case .lastAttempt: lastAttempt = value
      default: break
      }
    }
    if let id, id.kind == .string || id.kind == .number { self.id = cursor.scrubbedText(of: id) }
    if let content, content.kind == .string, !self.id.isEmpty {
      self.content =
        content.hasEscapes
        ? ContentHash(cursor.decodedBytes(of: content))
        : ContentHash(cursor.rawBytes(of: content))
    }
    if let lastAttempt {
      self.lastAttempt = lastAttempt.range
      isDue = cursor.double(of: lastAttempt) == 0
    }
  }
}
