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
    var census = QueueCensus(now: now)
    let frame = try ListFrame(bytes, of: .queue, file: file, into: &census)
    return census.contents(of: frame)
  }
}

/// What was counted of a queue so far.
private struct QueueCensus: ItemTaker {
  private static let mostFlagged = 100

  private var items: [FlaggedItem] = []
  private var digests: [UInt64] = []
  private var oldest: Timestamp?
  private var projects: [String: Int] = [:]
  private var reader: ItemReader
  private var occurrences = ItemOccurrences()
  private let now: Timestamp

  init(now: Timestamp) {
    self.now = now
    reader = ItemReader(now: now)
  }

  mutating func startOver() { self = QueueCensus(now: now) }

  mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
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
    if let first = occurrences.next(id: id).first, !id.isEmpty {
      flags.insert(.duplicateID)
      items[first].flags.insert(.duplicateID)
    }
    let offset = reader.members.problemOffset ?? reader.members.range.lowerBound
    items.append(FlaggedItem(id: id, flags: flags, byteOffset: offset))
  }

  /// The result, with the projects most first and by name where two have as many.
  func contents(of frame: ListFrame) -> QueueContents {
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
    contents.failedCount = frame.failedCount
    contents.remarks = frame.remarks
    contents.idDigests = digests.sorted()
    return contents
  }
}
