internal import LosslessJSON

/// Reads the queue file, `{"queue":[…]}`; its other members are none of our business.
package enum QueueDecoder {
  /// What waits in the queue, by the bytes of its file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The file's name, for sentences.
  ///   - now: The current time, which tells times in the future.
  /// - Returns: how many items wait, since when, of which projects, and which are odd.
  /// - Throws: the problem of a file that does not parse, with the byte where that shows.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    now: Timestamp
  ) throws(DecodingProblem) -> QueueContents {
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    var census: QueueCensus?
    let remarks = try source.read { (cursor, key) throws(JSONError) in
      guard cursor.isEqual(key, to: "queue") else {
        _ = try cursor.readValue()
        return
      }
      var items = QueueCensus(now: now)
      try cursor.readArray { (cursor) throws(JSONError) in try items.count(from: &cursor) }
      census = items
    }
    guard let census else { throw source.missingList("queue") }
    return census.contents(remarks: remarks)
  }
}

/// What was counted of a queue so far.
private struct QueueCensus {
  private static let mostFlagged = 100

  private var items: [FlaggedItem] = []
  private var digests: [UInt64] = []
  private var oldest: Timestamp?
  private var projects: [String: Int] = [:]
  private var reader: ItemReader
  private var ids = ItemIDs()

  init(now: Timestamp) {
    reader = ItemReader(now: now)
  }

  /// Counts the item at the cursor.
  mutating func count(from cursor: inout JSONCursor) throws(JSONError) {
    try reader.read(&cursor)
    let id = reader.id(in: cursor)
    digests.append(QueueTrafficCounter.digest(ofID: id))
    let project = reader.project(in: cursor)
    if !project.isEmpty { projects[project, default: 0] += 1 }
    if let time = reader.time(.timestamp, in: cursor) {
      oldest = oldest.map { min($0, time) } ?? time
    }
    _ = reader.contentBytes()
    _ = reader.retries(.retries, in: cursor)
    var flags = reader.flags
    let sighting = ids.note(id, ofItem: items.count) { ExactText(items[$0].id) == ExactText(id) }
    if !id.isEmpty, case .again(_, let first) = sighting {
      flags.insert(.duplicateID)
      items[first].flags.insert(.duplicateID)
    }
    let offset = reader.members.problemOffset ?? reader.members.range.lowerBound
    items.append(FlaggedItem(id: id, flags: flags, byteOffset: offset))
  }

  /// The result, with the projects most first and by name where two have as many.
  func contents(remarks: [String]) -> QueueContents {
    var contents = QueueContents()
    contents.pending = items.count
    contents.oldest = oldest
    contents.projects =
      projects
      .map { ProjectCount(project: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.project) < ($0.count, $1.project) }
    let flagged = items.filter { !$0.flags.isEmpty }
    contents.flaggedCount = flagged.count
    contents.flagged = Array(flagged.prefix(Self.mostFlagged))
    contents.remarks = remarks
    contents.idDigests = digests.sorted()
    return contents
  }
}
