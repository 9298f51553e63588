/// Puts dropped dead letters back at the end of their file, byte for byte, and none twice.
public struct RestoreItems: FileAction {
  /// The ids that a person named, or how they begin.
  public let ids: [String]

  /// Makes the action for dropped items with these ids, or whose ids begin so.
  public init(ids: [String]) {
    self.ids = ids
  }

  /// Which action it is.
  public var kind: ActionKind { .restoreItems }

  /// Not into a file that does not parse; which copies are kept is known at the moment of acting.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    if ids.isEmpty { return .unavailable("No dropped item is named.") }
    if snapshot.deadLetters.state == .missing { return .available }
    return DeadLetterObjection.toFile(of: snapshot, purpose: "restored")
      .map(ActionAvailability.unavailable) ?? .available
  }

  /// Names how many items come back.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let keys = ids.map { ItemKey(id: Scrubber.scrub($0)) }
    return ActionPreview(
      changes: ["\(ids.count) dropped item\(ids.count == 1 ? "" : "s") back at the end"],
      files: [snapshot.files.deadLetters],
      command: "mem0top dlq restore " + RetryItemsCommandText.arguments(forIDsOf: keys)
    )
  }

  /// Waits for the lock, changes the file, which may be missing, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let items = try selection(from: DroppedItem.kept(in: settings))
    try session.createIfMissing(.deadLetters, as: Array(#"{"items":[]}"#.utf8))
    let report = try session.putBack(items.map(\.item), as: .restore)
    return try outcome(report, session.remarks)
  }

  private func selection(from kept: [DroppedItem]) throws(ActionError) -> [DroppedItem] {
    var (chosen, named): ([DroppedItem], Set<ExactText>) = ([], [])
    for asked in ids.map(Scrubber.scrub) {
      let exact = kept.filter { ExactText($0.id) == ExactText(asked) }
      let matches =
        exact.isEmpty && !asked.isEmpty
        ? kept.filter { ExactText($0.id).hasPrefix(asked) } : exact
      guard let first = matches.first else {
        throw .refused(
          "There is no copy of a dropped item \"\(asked)\"; see mem0top dlq restore --list.",
          evidence: []
        )
      }
      guard matches.allSatisfy({ ExactText($0.id) == ExactText(first.id) }) else {
        throw .refused(
          "\(matches.count) dropped items have an id that begins with \"\(asked)\"; give more of it.",
          evidence: matches.prefix(3).map(\.id)
        )
      }
      if named.insert(ExactText(first.id)).inserted { chosen += matches }
    }
    return chosen.reversed()
  }

  private func outcome(
    _ report: ChangeSession.PutBack,
    _ remarks: [String]
  ) throws(ActionError) -> ActionOutcome {
    let count = report.appended.count
    guard count > 0 else {
      throw .refused(
        "\(report.presentCount == 1 ? "It is" : "All are") in the dead letters already; nothing was"
          + " changed.",
        evidence: remarks
      )
    }
    let what =
      count == 1
      ? "The dead letter \(report.appended[0].key.shortID) is" : "\(count) dead letters are"
    let rest = report.presentCount > 0 ? "; \(report.presentCount) were there already" : ""
    return ActionOutcome(
      action: name,
      summary: "\(what) back at the end\(rest).",
      evidence: report.appended.evidence { "\($0.key.id): \($0.bytes.count) bytes" } + remarks,
      changed: count
    )
  }
}

extension ChangeSession {
  /// What became of items that were to come back: those that did, and how many are there already.
  typealias PutBack = (appended: [JournalEntry.Item], presentCount: Int)

  /// Puts dead letters back at the end of their file, none that is there already.
  mutating func putBack(
    _ items: [JournalEntry.Item],
    as kind: JournalEntry.Kind,
    undoing undoes: Int? = nil
  ) throws(ActionError) -> PutBack {
    let now = SystemClock.now
    return try edit(
      .deadLetters,
      as: kind,
      undoing: undoes,
      plan: { listing in
        var edit = ItemEdit(of: listing)
        let report = edit.putBack(items)
        if !edit.isEmpty { edit.noteUpdate(now) }
        return (edit, report)
      },
      items: \.appended
    )
  }
}
