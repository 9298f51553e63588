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
  ///   - writtenAt: When the file was last modified: no attempt that it tells of was later.
  /// - Returns: the dead letters in the order of the file.
  /// - Throws: the problem of a file that does not parse, with the byte where that shows.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    now: Timestamp,
    writtenAt: Timestamp? = nil
  ) throws(DecodingProblem) -> DeadLetters {
    var list = ItemCollector(.deadLetters, now: now, writtenAt: writtenAt)
    let frame = try ListFrame(bytes, of: .deadLetters, file: file, into: &list)
    var deadLetters = DeadLetters()
    deadLetters.items = list.distinguished(in: JSONText(bytes))
    deadLetters.remarks = frame.remarks
    deadLetters.lastUpdate = frame.lastUpdate.flatMap { value in
      JSONText(bytes).withCursor { $0.moment(of: value, writtenAt: writtenAt) }
    }
    return deadLetters
  }
}

/// Reads the items of the queue one by one, for whoever looks at them as a list.
package enum QueuedItemDecoder {
  /// The items in the bytes of the queue's file; odd ones are flagged.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The file's name, for sentences.
  ///   - now: The current time, which tells times in the future.
  /// - Returns: the items in the order of the file.
  /// - Throws: the problem of a file that does not parse, with the byte where that shows.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    now: Timestamp
  ) throws(DecodingProblem) -> [QueuedItem] {
    var list = ItemCollector(.queue, now: now)
    _ = try ListFrame(bytes, of: .queue, file: file, into: &list)
    return list.distinguished(in: JSONText(bytes))
  }
}

/// The items of a list that were read so far.
private struct ItemCollector: ItemTaker {
  private(set) var items: [DeadLetter] = []
  private let list: ListFile
  private var reader: ItemReader
  private var occurrences = ItemOccurrences()
  /// What an attempt in the future counts as.
  private let latestAttempt: Timestamp

  init(_ list: ListFile, now: Timestamp, writtenAt: Timestamp? = nil) {
    self.list = list
    reader = ItemReader(now: now)
    latestAttempt = min(now, writtenAt ?? now)
  }

  /// The items, those that share an id told apart by what they say.
  func distinguished(in text: JSONText) -> [DeadLetter] {
    var items = items
    for index in items.indices where items[index].flags.contains(.duplicateID) {
      let start = items[index].byteRange.lowerBound
      items[index].key.digest = ItemMembers.read(text, at: start) { members, cursor in
        ItemIdentity(members, in: cursor).hash.digest
      }
    }
    return items
  }

  mutating func startOver() {
    (items, occurrences) = ([], ItemOccurrences())
  }

  mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
    try reader.read(&cursor)
    let (key, first) = occurrences.next(id: reader.id(in: cursor))
    let project = reader.project(in: cursor)
    let isQueue = list == .queue
    let retryCount = reader.retries(isQueue ? .retries : .retryCount, in: cursor)
    let queueRetries = isQueue ? 0 : reader.queueRetries(in: cursor)
    var lastAttempt = isQueue ? nil : reader.time(.lastAttempt, in: cursor)
    if reader.flags.contains(.futureTime) {
      lastAttempt = lastAttempt.map { min($0, latestAttempt) }
    }
    let movedAt = reader.time(isQueue ? .timestamp : .movedAt, in: cursor)
    if !isQueue { reader.checkIsNumber(.timestamp) }
    let contentBytes = reader.contentBytes()
    let isRepeated = first != nil && !key.id.isEmpty
    if isRepeated, let first { items[first].flags.insert(.duplicateID) }
    items.append(
      DeadLetter(
        key: key,
        project: project,
        retryCount: retryCount,
        lastAttempt: lastAttempt ?? Timestamp(0),
        movedAt: movedAt,
        contentBytes: contentBytes,
        flags: isRepeated ? reader.flags.union(.duplicateID) : reader.flags,
        lastError: reader.lastError(in: cursor),
        byteRange: reader.members.range,
        problemOffset: reader.members.problemOffset,
        queueRetries: queueRetries
      )
    )
  }
}
