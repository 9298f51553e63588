internal import CLibrary
internal import LosslessJSON

/// Where else memories stand that a copy or an emergency file holds: so that none is taken in twice.
///
/// A file of the queue counts its items, since lists are bags. What is only a record of a memory
/// (`last_100`, a claim, a line of the log) covers every item that is the same.
struct KnownMemories {
  /// How many of each stand in the files, or were taken in by us.
  private var present: [ItemIdentity: Int] = [:]
  /// Those of which there is a record.
  private var recorded: Set<ItemIdentity> = []
  /// What the queue's own list of the last deliveries has.
  private var delivered: [StoredItem] = []
  private var log = LogMentions()
  /// What was queued before this is older than the queue; `nil` where nothing tells.
  private(set) var horizon: Timestamp?

  /// Collects what the files say; the caller has the lock, or takes a look that may be old in a moment.
  ///
  /// - Throws: why a file cannot be read; nothing can be said of any memory then.
  init(settings: EngineSettings) throws(ActionError) {
    for list in ListFile.allCases { try take(list, settings) }
    do throws(SystemError) {
      try takeEmergency(settings)
      try takeJournal(ChangeJournal(settings: settings))
      log = try LogMentions(path: settings.path(of: \.log))
    } catch {
      throw .failed("\(error); nothing was taken in.")
    }
    var record = ClaimRecord(settings: settings)
    let claims = try record.load()
    recorded.formUnion(claims.claims)
    recorded.formUnion(claims.accepted.map(\.identity))
    recorded.formUnion(claims.gone.keys)
    for item in delivered { log.take(item) }
  }

  /// Of some items those that stand nowhere else, in their order, and why others do not count.
  func missing(of items: [StoredItem]) -> Missing {
    var (missing, left) = (Missing(), present)
    let unknown = items.filter { present[$0.identity] == nil && !recorded.contains($0.identity) }
    let alike = Dictionary(grouping: Set(unknown)) { [$0.project, $0.shortID] }
    for item in items {
      if let count = left[item.identity], count > 0 {
        left[item.identity] = count - 1
        missing.presentCount += 1
      } else if recorded.contains(item.identity)
        || log.names(item, among: alike[[item.project, item.shortID]]?.count ?? 1)
      {
        missing.recordedCount += 1
      } else if let horizon, let time = item.time, time < horizon {
        missing.olderCount += 1
      } else {
        missing.items.append(item)
      }
    }
    return missing
  }

  /// What of a file stands nowhere else.
  struct Missing {
    var items: [StoredItem] = []
    /// How many stand in another file, or were taken in before.
    var presentCount = 0
    /// How many were delivered or queued, by a record of that.
    var recordedCount = 0
    /// How many are older than all that the queue knows of.
    var olderCount = 0
  }

  private mutating func take(
    _ list: ListFile,
    _ settings: EngineSettings
  ) throws(ActionError) {
    let path = settings.path(of: list.file)
    let bytes: [UInt8]?
    do throws(SystemError) {
      bytes = try Self.content(of: path)
    } catch {
      throw .failed("\(error); nothing was taken in.")
    }
    guard let bytes else { return }
    guard let contents = ListContents(bytes, of: list) else {
      let name = PathText(path).shownName
      throw .refused(
        "\(name) does not parse, so nobody can say what a copy alone holds: recover it first.",
        evidence: []
      )
    }
    for item in contents.waiting { present[item.identity, default: 0] += 1 }
    recorded.formUnion(contents.recorded.map(\.identity))
    delivered += contents.recorded
    guard list == .queue else { return }
    // What is newer than the last delivery has not been delivered, however new the queue's items are.
    let oldest = (contents.waiting + contents.recorded).compactMap(\.time).min()
    horizon = contents.hasDelivered ? [oldest, contents.lastSync].compactMap(\.self).min() : nil
  }

  private mutating func takeEmergency(_ settings: EngineSettings) throws(SystemError) {
    let path = settings.path(of: \.emergency)
    let names = try DirectoryNames.list(PathText(path).parent)
    for file in EmergencyShelf.taken(among: names, of: path).map(\.path) + [path] {
      let lines = EmergencyLines(try Self.content(of: file) ?? [])
      for item in lines.items { present[item.identity, default: 0] += 1 }
    }
  }

  /// What we dropped, brought back or took in before is no longer missing, wherever it went; a change
  /// that a kill may have cut, or that was taken back, says nothing.
  private mutating func takeJournal(_ journal: ChangeJournal) throws(SystemError) {
    let kinds: Set<JournalEntry.Kind> = [.absorb, .drop, .restore]
    for page in try journal.pages() where page.state == .done && kinds.contains(page.kind) {
      for item in try journal.entry(page)?.items ?? [] {
        if let identity = ItemIdentity(ofItem: item.bytes) { recorded.insert(identity) }
      }
    }
  }

  private static func content(of path: String) throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      guard file.stamp.size <= DecodingProblem.largestFile else {
        throw SystemError(code: EFBIG, attempt: "read", path: path)
      }
      return try file.readAll()
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }
}

/// The items of a list's file and of the records beside it, as far as they are any.
struct ListContents {
  /// What stands in the list.
  private(set) var waiting: [StoredItem] = []
  /// How many elements of the list are nothing that could be sent.
  private(set) var otherCount = 0
  /// What `last_100` and `failed` hold.
  private(set) var recorded: [StoredItem] = []
  /// The time of `last_sync`.
  private(set) var lastSync: Timestamp?
  /// Whether anything was ever delivered from it, as far as its `stats` do not deny that.
  private(set) var hasDelivered = true

  /// Reads a file; `nil` where it does not parse or has no such list.
  init?(_ bytes: [UInt8], of list: ListFile) {
    let text = JSONText(bytes)
    var (elements, records): (JSONElements?, [JSONElements]) = (nil, [])
    var stats: Int?
    do throws(JSONError) {
      try text.withCursor { (cursor) throws(JSONError) in
        try cursor.readObject { (cursor, key) throws(JSONError) in
          let isRecord = cursor.isEqual(key, to: "last_100") || cursor.isEqual(key, to: "failed")
          let isList = cursor.isEqual(key, to: list.listName)
          guard isList || isRecord, cursor.peekKind() == .array else {
            let value = try cursor.readValue()
            if cursor.isEqual(key, to: "stats"), value.kind == .object { stats = value.start }
            return
          }
          let found = try cursor.readElements { (cursor) throws(JSONError) in
            _ = try cursor.readValue()
          }
          if isList { elements = found } else { records.append(found) }
        }
        try cursor.readEnd()
      }
    } catch {
      return nil
    }
    guard let elements else { return nil }
    waiting = Self.items(of: elements, in: text)
    otherCount = elements.elements.count - waiting.count
    recorded = records.flatMap { Self.items(of: $0, in: text) }
    lastSync = stats.flatMap { Self.time(ofMember: "last_sync", in: text, at: $0) }
    if let stats, lastSync == nil {
      hasDelivered = !Self.isZero("total_synced", in: text, at: stats)
    }
  }

  private static func isZero(_ name: String, in text: JSONText, at offset: Int) -> Bool {
    guard let value = (try? JSONMembers(of: text, at: offset))?.value(of: name) else {
      return false
    }
    return text.withCursor { $0.integer(of: value) } == 0
  }

  private static func items(of elements: JSONElements, in text: JSONText) -> [StoredItem] {
    elements.elements.compactMap { StoredItem.read(text, at: $0.lowerBound)?.item }
  }

  private static func time(ofMember name: String, in text: JSONText, at offset: Int) -> Timestamp? {
    guard let value = (try? JSONMembers(of: text, at: offset))?.value(of: name) else { return nil }
    return text.withCursor { $0.moment(of: value) }
  }
}
