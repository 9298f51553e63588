/// Takes items out of a list for good, with a copy of each from which it can be restored.
///
/// The copies are on disk, in the journal, before the items leave their file. Nothing else of the
/// file changes.
public struct DropItems: FileAction {
  /// The items that are meant, captured when the person was asked.
  public let keys: [ItemKey]
  /// Where they are.
  public let list: ListFile

  /// Makes the action for the items with these keys; see `RetryItems.resolve(ids:in:)` for typed ids.
  public init(keys: [ItemKey], from list: ListFile = .deadLetters) {
    self.keys = keys
    self.list = list
  }

  /// Which action it is.
  public var kind: ActionKind { .dropItems }

  /// What a person types to confirm: the first eight characters of the id, or the number of items.
  public var confirmation: String {
    keys.count == 1 ? keys[0].shortID : "\(keys.count)"
  }

  /// Never without a question; and not without a file that parses.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    if let objection = ListObjection.toItems(keys, of: list, in: snapshot) {
      return .unavailable(objection)
    }
    let what =
      keys.count == 1 ? "the \(list.word(for: 1)) \(keys[0].shortID)" : list.counted(keys.count)
    return .afterConfirmation("Drop \(what)? A copy is kept.")
  }

  /// Names how many items leave, and the command that drops the same ones.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let what = list.counted(keys.count) + (keys.count == 1 ? " leaves" : " leave")
    return ActionPreview(
      changes: ["\(what) the queue; mem0top dlq restore brings dropped ones back."],
      files: [snapshot.files[keyPath: list.file]],
      command: "mem0top \(list.rawValue) drop "
        + RetryItemsCommandText.arguments(
          forIDsOf: keys,
          among: list == .deadLetters ? snapshot.deadLetters.content?.items ?? [] : []
        )
    )
  }

  /// Waits for the lock, keeps the copies, changes the file, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    if let objection = ListObjection.toKeys(keys, of: list) {
      throw .refused(objection, evidence: [])
    }
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let (wanted, now) = (Set(keys.filter { !$0.id.isEmpty }), SystemClock.now)
    let report = try session.edit(
      list,
      as: .drop,
      plan: { listing in
        let places = listing.places(of: wanted)
        var edit = ItemEdit(of: listing)
        for index in places { edit.remove(at: index) }
        if !places.isEmpty { edit.noteUpdate(now) }
        let dropped = listing.items(leaving: places)
        let identities = Set(places.map { listing.identity(at: $0) })
        let goneCount = wanted.count - dropped.count
        return (edit, Report(dropped: dropped, identities: identities, goneCount: goneCount))
      },
      items: \.dropped
    )
    return try outcome(report, session.remarks + Self.underWay(report.identities, settings))
  }

  /// That our worker is sending some of them, which a drop does not stop.
  private static func underWay(_ identities: Set<ItemIdentity>, _ settings: EngineSettings)
    -> [String]
  {
    var record = ClaimRecord(settings: settings)
    // Where the record cannot be read the worker says so before it sends anything.
    guard let claims = try? record.load().claims, !identities.isDisjoint(with: claims) else {
      return []
    }
    return ["the worker was sending it: the server may have it all the same"]
  }

  /// What became of the items.
  private struct Report {
    /// Those that leave, with their bytes.
    let dropped: [JournalEntry.Item]
    let identities: Set<ItemIdentity>
    /// How many are not in the file.
    let goneCount: Int
  }

  private func outcome(
    _ report: Report,
    _ remarks: [String]
  ) throws(ActionError) -> ActionOutcome {
    let count = report.dropped.count
    guard count > 0 else {
      let what =
        keys.count == 1
        ? "The \(list.word(for: 1)) \(keys[0].shortID) has" : "All \(list.counted(keys.count)) have"
      throw .refused("\(what) left the queue; nothing was changed.", evidence: remarks)
    }
    var summary =
      count == 1
      ? "The \(list.word(for: 1)) \(report.dropped[0].key.shortID) was dropped"
      : "\(list.counted(count)) were dropped"
    summary += "; \"mem0top undo\" brings \(count == 1 ? "it" : "them") back"
    if report.goneCount > 0 { summary += "; \(report.goneCount) had already left" }
    return ActionOutcome(
      action: name,
      summary: summary + ".",
      evidence: report.dropped.evidence { "\($0.key.id): \($0.bytes.count) bytes kept" } + remarks,
      changed: count
    )
  }
}

extension ItemListing {
  /// Where some items stand now, in the order of the file.
  fileprivate func places(of keys: Set<ItemKey>) -> [Int] {
    var found = Set(items.indices.filter { keys.contains(items[$0].key) })
    let distinct = keys.filter { $0.digest != nil }
    guard !distinct.isEmpty else { return found.sorted() }
    // One of several with an id is told by what it says: another may stand in its place by now.
    let candidates = places(ofIDs: Set(distinct.map(\.exactID)))
    found.subtract(candidates.values.joined().filter { keys.digest(of: items[$0].key) != nil })
    for key in distinct.sorted(by: { $0.occurrence < $1.occurrence }) {
      let same = (candidates[key.exactID] ?? []).filter {
        !found.contains($0) && identity(at: $0).hash.digest == key.digest
      }
      if let index = same.first(where: { items[$0].key == key }) ?? same.first {
        found.insert(index)
      }
    }
    return found.sorted()
  }

  /// The items at some places as the journal keeps them, each with how many of the same stay.
  fileprivate func items(leaving places: [Int]) -> [JournalEntry.Item] {
    let identities = places.map(identity(at:))
    var staying = self.places(of: Set(identities)).mapValues(\.count)
    for identity in identities { staying[identity, default: 1] -= 1 }
    return zip(places, identities).map { index, identity in
      JournalEntry.Item(
        key: items[index].key,
        bytes: bytes(at: index),
        twins: staying[identity] ?? 0
      )
    }
  }
}

extension Set<ItemKey> {
  /// The digest that a key has in the set, whatever it has itself.
  fileprivate func digest(of key: ItemKey) -> UInt64? {
    firstIndex(of: key).flatMap { self[$0].digest }
  }
}

extension [JournalEntry.Item] {
  /// A fact for each of the first items, and how many more there are.
  func evidence(_ fact: (JournalEntry.Item) -> String) -> [String] { evidence(of: count, fact) }
}

extension Sequence<JournalEntry.Item> {
  private static var mostNamed: Int { 20 }

  /// A fact for each of the first of `count` items, and how many more there are.
  func evidence(of count: Int, _ fact: (JournalEntry.Item) -> String) -> [String] {
    let more = count > Self.mostNamed ? ["and \(count - Self.mostNamed) more"] : []
    return prefix(Self.mostNamed).map(fact) + more
  }
}
