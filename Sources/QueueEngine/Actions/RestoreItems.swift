/// Puts dropped items back at the end of the file that they were in, byte for byte, and none twice.
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
    return ListObjection.toFile(in: snapshot, purpose: "restored")
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
    var report: ChangeSession.PutBack = ([], 0)
    var lists: [ListFile] = []
    for list in ListFile.allCases {
      let own = items.filter { $0.list == list }
      guard !own.isEmpty else { continue }
      let empty =
        list == .queue ? list.emptyFile(now: SystemClock.now) : Array(#"{"items":[]}"#.utf8)
      try session.createIfMissing(list, as: empty)
      let back = try session.putBack(own.map(\.item), into: list, as: .restore)
      report.appended += back.appended
      report.presentCount += back.presentCount
      lists.append(list)
    }
    return try outcome(report, lists, session.remarks)
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
    _ lists: [ListFile],
    _ remarks: [String]
  ) throws(ActionError) -> ActionOutcome {
    let count = report.appended.count
    guard count > 0 else {
      throw .refused(
        "\(report.presentCount == 1 ? "It is" : "All are") in"
          + " \(lists.map(\.place).joined(separator: " or ")) already; nothing was changed.",
        evidence: remarks
      )
    }
    let what =
      lists.count > 1
      ? "\(count) items are"
      : count == 1
        ? "The \(lists[0].word(for: 1)) \(report.appended[0].key.shortID) is"
        : "\(lists[0].counted(count)) are"
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

  /// Puts items back at the end of a list's file, none that is there already.
  mutating func putBack(
    _ items: [JournalEntry.Item],
    into list: ListFile,
    as kind: JournalEntry.Kind,
    undoing undoes: Int? = nil
  ) throws(ActionError) -> PutBack {
    let now = SystemClock.now
    return try edit(
      list,
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
