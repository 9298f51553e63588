internal import LosslessJSON

/// Reads the dead-letter file, `{"items":[…],"last_update":…}`.
package enum DeadLetterDecoder {
  /// The dead letters in the bytes of a file.
  ///
  /// An item that is odd is flagged and the others stay usable; a file whose structure is broken
  /// is a problem as a whole, and never "no items".
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The file's name, for sentences.
  ///   - now: The current time, which tells times in the future.
  /// - Returns: the dead letters in the order of the file.
  /// - Throws: the problem of a file that does not parse, with the byte where that shows.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    now: Timestamp
  ) throws(DecodingProblem) -> DeadLetters {
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    var list: DeadLetterList?
    var deadLetters = DeadLetters()
    deadLetters.remarks = try source.read { (cursor, key) throws(JSONError) in
      if cursor.isEqual(key, to: "items") {
        var items = DeadLetterList(now: now)
        try cursor.readArray { (cursor) throws(JSONError) in try items.append(from: &cursor) }
        list = items
      } else {
        let value = try cursor.readValue()
        if cursor.isEqual(key, to: "last_update") {
          deadLetters.lastUpdate = cursor.moment(of: value)
        }
      }
    }
    guard let list else { throw source.missingList("items") }
    deadLetters.items = list.items
    return deadLetters
  }
}

/// The dead letters that were read so far.
private struct DeadLetterList {
  private(set) var items: [DeadLetter] = []
  private var reader: ItemReader
  private var ids = ItemIDs()

  init(now: Timestamp) {
    reader = ItemReader(now: now)
  }

  /// Reads the item at the cursor.
  mutating func append(from cursor: inout JSONCursor) throws(JSONError) {
    try reader.read(&cursor)
    let key = nextKey(id: reader.id(in: cursor))
    let project = reader.project(in: cursor)
    let retryCount = reader.retries(.retryCount, in: cursor)
    let lastAttempt = reader.time(.lastAttempt, in: cursor) ?? Timestamp(0)
    let movedAt = reader.time(.movedAt, in: cursor)
    reader.checkIsNumber(.timestamp)
    let contentBytes = reader.contentBytes()
    let isRepeated = key.occurrence > 0 && !key.id.isEmpty
    items.append(
      DeadLetter(
        key: key,
        project: project,
        retryCount: retryCount,
        lastAttempt: lastAttempt,
        movedAt: movedAt,
        contentBytes: contentBytes,
        flags: isRepeated ? reader.flags.union(.duplicateID) : reader.flags,
        lastError: reader.lastError(in: cursor),
        byteRange: reader.members.range,
        problemOffset: reader.members.problemOffset
      )
    )
  }

  /// The key of the item that comes next; flags the first one that has the same id.
  private mutating func nextKey(id: String) -> ItemKey {
    let sighting = ids.note(id, ofItem: items.count) { items[$0].key.exactID == ExactText(id) }
    guard case .again(let occurrence, let first) = sighting else { return ItemKey(id: id) }
    if !id.isEmpty { items[first].flags.insert(.duplicateID) }
    return ItemKey(id: id, occurrence: occurrence)
  }
}
