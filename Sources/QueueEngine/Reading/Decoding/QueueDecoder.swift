internal import LosslessJSON

/// Reads the queue file, `{"queue":[…]}`; its other members are none of our business.
package enum QueueDecoder {
  /// What waits in the queue, by the bytes of its file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The file's name, for sentences.
  ///   - now: The current time, which tells times in the future.
  ///   - writtenAt: When the file was last modified, by which the zone of `last_sync` is told.
  /// - Returns: how many items wait, since when, of which projects, and which are odd.
  /// - Throws: the problem of a file that does not parse, with the byte where that shows.
  package static func decode(
    _ bytes: [UInt8],
    file: String,
    now: Timestamp,
    writtenAt: Timestamp? = nil
  ) throws(DecodingProblem) -> QueueContents {
    var census = QueueCensus(now: now)
    let frame = try ListFrame(bytes, of: .queue, file: file, into: &census)
    var contents = census.contents(of: frame)
    contents.lastSync = frame.statsOffset.flatMap { lastSync(in: bytes, at: $0, writtenAt) }
    return contents
  }
}

extension QueueDecoder {
  /// When something was last delivered, as the `stats` of the queue file in `settings` say; `nil` where they
  /// do not, or there is no such file that parses: then others say why.
  static func lastSync(_ settings: EngineSettings, now: Timestamp) -> Timestamp? {
    guard let file = try? OpenFile(path: settings.path(of: \.queue)),
      let bytes = try? file.readAll()
    else { return nil }
    return try? decode(bytes, file: "", now: now, writtenAt: file.stamp.modifiedAt).lastSync
  }

  /// When something was last delivered, as `stats` say; `nil` where they do not.
  private static func lastSync(in bytes: [UInt8], at offset: Int, _ writtenAt: Timestamp?)
    -> Timestamp?
  {
    let text = JSONText(bytes)
    // They were read with the rest of the file, so this cannot fail.
    guard let stats = try? JSONMembers(of: text, at: offset),
      let value = stats.value(of: "last_sync")
    else { return nil }
    return text.withCursor { $0.moment(of: value, writtenAt: writtenAt) }
  }
}

/// What was counted of a queue so far.
private struct QueueCensus: ItemTaker {
  private static let mostFlagged = 100
  /// Items that have failed so often are about to become dead letters.
  private static let failingFrom = 2

  private struct FailingKey: Hashable {
    let project: String
    let cause: String?
  }

  private var items: [FlaggedItem] = []
  private var traces: [ItemTrace] = []
  private var oldest: Timestamp?
  private var projects: [String: Int] = [:]
  private var failing: [FailingKey: FailingItems] = [:]
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
    let project = reader.project(in: cursor)
    if !project.isEmpty { projects[project, default: 0] += 1 }
    let time = reader.time(.timestamp, in: cursor)
    if let time { oldest = oldest.map { min($0, time) } ?? time }
    _ = reader.contentBytes()
    let failures = reader.retries(.retries, in: cursor)
    traces.append(ItemTrace(id: id, failures: failures))
    if failures >= Self.failingFrom {
      let key = FailingKey(project: project, cause: reader.lastError(in: cursor))
      failing[key, default: FailingItems(project: project, cause: key.cause)].add(failures, time)
    }
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
    contents.failing = failing.values.sorted {
      ($1.count, $0.project, $0.cause ?? "") < ($0.count, $1.project, $1.cause ?? "")
    }
    let flagged = items.filter { !$0.flags.isEmpty }
    contents.flaggedCount = flagged.count
    contents.flagged = Array(flagged.prefix(Self.mostFlagged))
    contents.failedCount = frame.failedCount
    contents.remarks = frame.remarks
    contents.traces = traces.sorted()
    return contents
  }
}
