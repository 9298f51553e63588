internal import LosslessJSON

/// Takes the memories of the emergency file into the queue, without loss and without a double.
///
/// The file is renamed, so that producers make a new one, and read once nobody writes it any more. Its
/// items are in the queue, on disk, and its other lines in a file that is kept, before it is removed. A
/// crash leaves the renamed file: the next one takes that in first, and knows by the journal whether
/// its items were added, even if they have been delivered since (docs/contract.md#emergency-file).
public struct AbsorbEmergency: FileAction {
  /// Makes the action.
  public init() {}

  /// Which action it is.
  public var kind: ActionKind { .absorb }

  /// Not without an emergency file, and not into a queue that does not parse.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    if snapshot.emergency.isEmpty { return .unavailable("There is no emergency file to take in.") }
    switch snapshot.queue.state {
    case .ok, .missing: return .available
    case .corrupt, .unreadable:
      return .unavailable((snapshot.queue.problem?.message ?? "The queue cannot be read") + ".")
    }
  }

  /// Whether there is anything to take in, for the price of a listing.
  package static func isWanted(settings: EngineSettings) -> Bool {
    // Where that cannot be told, the action says why.
    (try? EmergencyShelf(settings: settings).isOccupied()) ?? true
  }

  /// Names how many memories come into the queue, and what stays out of it.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let emergency = snapshot.emergency
    let count = emergency.items == 1 ? "1 memory" : "\(emergency.items) memories"
    var changes = [
      "\(count) from \(emergency.files.joined(separator: ", ")), added to the end of the queue unless"
        + " in a file already"
    ]
    if emergency.otherLines > 0 {
      changes.append(
        (emergency.otherLines == 1
          ? "1 line that is not a memory" : "\(emergency.otherLines) lines that are not memories")
          + ", moved to a file that is kept beside it"
      )
    }
    return ActionPreview(
      changes: changes,
      files: [snapshot.files.queue] + emergency.files,
      command: "mem0top absorb"
    )
  }

  /// Waits for the lock, takes in what there is, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    let shelf = EmergencyShelf(settings: settings)
    guard try shelf.isOccupied() else {
      return ActionOutcome(
        action: name,
        summary: "There is nothing to take in: there is no \(shelf.name).",
        changed: 0
      )
    }
    var intake = try EmergencyIntake(shelf, settings: settings, waiting: waiting)
    for taken in try shelf.taken() { try intake.take(taken, isLeftover: true) }
    let taken = try FileUser.act(onFileAt: shelf.path) { () throws(ActionError) in
      try shelf.take()
    }
    if let taken { try intake.take(taken, isLeftover: false) }
    return intake.outcome(name)
  }
}

/// Takes in one renamed emergency file after the other, under the lock.
private struct EmergencyIntake: ~Copyable {
  private let shelf: EmergencyShelf
  private let settings: EngineSettings
  private var session: ChangeSession
  /// The dead letters, and what was delivered and could not be acknowledged yet.
  private let letters: ItemListing?
  private let accepted: [ItemIdentity: Int]
  private var added = 0
  private var presentCount = 0
  private var notes: [String] = []

  /// Takes the lock; a file that does not parse is a refusal before anything is renamed.
  init(
    _ shelf: EmergencyShelf,
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) {
    let session = try ChangeSession(settings: settings, waiting: waiting)
    var (queue, letters) = (
      WorkFile(.queue, settings: settings), WorkFile(.deadLetters, settings: settings)
    )
    _ = try queue.refresh()
    _ = try letters.refresh()
    var record = ClaimRecord(settings: settings)
    let accepted = try record.load().accepted.reduce(into: [:]) {
      $0[$1.identity, default: 0] += 1
    }
    self.init(shelf, settings, session, letters: letters.listing, accepted: accepted)
  }

  private init(
    _ shelf: EmergencyShelf,
    _ settings: EngineSettings,
    _ session: consuming ChangeSession,
    letters: ItemListing?,
    accepted: [ItemIdentity: Int]
  ) {
    self.shelf = shelf
    self.settings = settings
    self.session = session
    self.letters = letters
    self.accepted = accepted
  }

  mutating func take(
    _ taken: EmergencyShelf.Taken,
    isLeftover: Bool
  ) throws(ActionError) {
    let shelf = shelf
    let bytes = try FileUser.act(onFileAt: shelf.path) { () throws(ActionError) in
      try shelf.read(taken)
    }
    let lines = EmergencyLines(bytes)
    let hash = ContentHash(bytes)
    let wasAdded = isLeftover ? try wasAdded(hash) : false
    if wasAdded {
      presentCount += lines.items.count
    } else if !lines.items.isEmpty {
      try add(lines.items, from: hash)
    }
    let kept = try FileUser.act(onFileAt: shelf.path) { () throws(ActionError) -> String? in
      let kept = lines.rest.isEmpty ? nil : try shelf.keep(lines.rest, of: taken)
      try shelf.remove(taken)
      return kept
    }
    guard let kept else { return }
    let count = lines.rest.count
    notes.append(
      (count == 1 ? "1 line that is not a memory is" : "\(count) lines that are not memories are")
        + " kept in \(kept), which nobody reads: look whether anything in it is a memory"
    )
  }

  /// Appends those that are not there yet, and notes in the journal which file they came from.
  private mutating func add(_ items: [StoredItem], from hash: ContentHash) throws(ActionError) {
    try session.createIfMissing(.queue, as: ListFile.queue.emptyFile(now: SystemClock.now))
    let groups = Dictionary(grouping: items.indices) { items[$0].identity }
    let identities = Set(groups.keys)
    var elsewhere = accepted
    for (identity, places) in letters?.places(of: identities) ?? [:] {
      elsewhere[identity] = max(places.count, elsewhere[identity] ?? 0)
    }
    let others = elsewhere
    let added: [JournalEntry.Item] = try session.edit(
      .queue,
      as: .absorb,
      from: hash,
      plan: { listing throws(DecodingProblem) in
        var edit = ItemEdit(of: listing)
        let present = listing.places(of: identities).mapValues(\.count)
        // One that was delivered and could not be acknowledged stands in a file mostly, and once only.
        let missing = groups.flatMap { identity, group -> ArraySlice<Int> in
          let inQueue = present[identity] ?? 0
          return group.prefix(max(group.count - inQueue - (others[identity] ?? 0), 0))
        }
        let added = missing.sorted().map { index in
          let bytes = items[index].asQueueItem()
          return JournalEntry.Item(
            key: ItemKey(id: items[index].identity.shownID.text),
            bytes: bytes,
            twins: present[items[index].identity] ?? 0
          )
        }
        for item in added { edit.append(item.bytes) }
        try edit.count("total_queued", adding: added.count)
        return (edit, added)
      },
      items: { $0 }
    )
    self.added += added.count
    presentCount += items.count - added.count
  }

  /// Whether a crash came after the items of a file had been added, and before it was removed.
  ///
  /// They come into the queue in one step. Where the queue was changed since and there is no telling
  /// by its content, one of them that is there shows it, and so does one that the log calls delivered.
  private func wasAdded(_ hash: ContentHash) throws(ActionError) -> Bool {
    do throws(SystemError) {
      for page in try session.journal.pages().reversed() where page.kind == .absorb {
        guard page.state == .done || page.state == .unsure,
          let entry = try session.journal.entry(page), entry.source == hash
        else { continue }
        if page.state == .done { return true }
        return try isThere(entry.items)
      }
      return false
    } catch {
      throw .failed("The journal cannot be read: \(error); nothing was taken in.")
    }
  }

  private func isThere(_ items: [JournalEntry.Item]) throws(SystemError) -> Bool {
    var queue = WorkFile(.queue, settings: settings)
    // It was read a moment ago, and could be.
    _ = try? queue.refresh()
    let stored = items.compactMap { StoredItem.read(JSONText($0.bytes))?.item }
    let twins = Dictionary(
      zip(stored.map(\.identity), items.map(\.twins)),
      uniquingKeysWith: { first, _ in first }
    )
    for listing in [queue.listing, letters].compactMap(\.self) {
      for (identity, places) in listing.places(of: Set(twins.keys))
      where places.count > (twins[identity] ?? 0) {
        return true
      }
    }
    let log = try LogMentions(path: settings.path(of: \.log))
    return stored.contains { log.names($0) }
  }

  func outcome(_ name: String) -> ActionOutcome {
    let count = added == 1 ? "1 memory" : "\(added) memories"
    var facts = notes
    if presentCount > 0 {
      facts.append(
        (presentCount == 1 ? "1 was" : "\(presentCount) were") + " in a file or delivered already"
      )
    }
    return ActionOutcome(
      action: name,
      summary: "Took \(count) from \(shelf.name) into the queue.",
      evidence: facts + session.remarks,
      changed: added > 0 ? added : notes.count
    )
  }
}
