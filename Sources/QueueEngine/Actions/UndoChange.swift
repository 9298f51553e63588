internal import LosslessJSON

/// Takes back the last retry or drop that was not taken back, as far as the file still allows it.
///
/// Item by item: a dead letter gets its `last_attempt` back unless a worker has tried it since, and what
/// was dropped from a list comes back into it unless it is there. An undo is not undone; the next one goes a step further.
public struct UndoChange: FileAction {
  private static let undoable: Set<JournalEntry.Kind> = [.retry, .drop]

  /// Makes the action.
  public init() {}

  /// Which action it is.
  public var kind: ActionKind { .undo }

  /// Whether there is something to take back is known only at the moment of acting.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    // The last change may have been to either list.
    let objections = [ListFile.deadLetters, .queue].compactMap {
      ListObjection.toFile(of: $0, in: snapshot, purpose: "changed")
    }
    return objections.count < ListFile.allCases.count
      ? .available : .unavailable(objections[0])
  }

  /// What the last change was is known only at the moment of acting.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    ActionPreview(
      changes: ["The last retry or drop is taken back, as far as the file still allows it."],
      files: [snapshot.files.deadLetters],
      command: "mem0top undo"
    )
  }

  /// Waits for the lock, changes the file, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let (page, entry) = try lastChange(session.journal)
    guard let list = entry.list(in: settings), list == .deadLetters || page.kind == .drop else {
      throw .refused(
        "The last change was to \(Scrubber.scrub(entry.file)), which is another file now.",
        evidence: []
      )
    }
    return page.kind == .drop
      ? try bringBack(entry, page, into: list, &session) : try resetTimes(entry, page, &session)
  }

  /// The last change that can be taken back, without what was put back since by a restore.
  private func lastChange(
    _ journal: ChangeJournal
  ) throws(ActionError) -> (JournalPage, JournalEntry) {
    // What was restored may have been delivered since: to bring it back would deliver it twice.
    var restored: [[UInt8]: Int] = [:]
    var isDamaged = false
    do throws(SystemError) {
      for page in try journal.pages().reversed() where page.state == .done {
        guard page.kind == .restore || Self.undoable.contains(page.kind) else { continue }
        let entry = try journal.entry(page)
        if page.kind == .restore {
          for item in entry?.items ?? [] { restored[item.bytes, default: 0] += 1 }
          continue
        }
        guard var entry else {
          isDamaged = true
          break
        }
        if page.kind == .drop { entry.items.removeAll { restored.takeOne($0.bytes) } }
        if !entry.items.isEmpty { return (page, entry) }
        try journal.markUndone(page.number)
      }
    } catch {
      throw .failed("The journal cannot be read: \(error).")
    }
    throw .refused(
      isDamaged
        ? "The record of the last change can no longer be read."
        : "There is no retry or drop to take back.",
      evidence: []
    )
  }

  private func bringBack(
    _ entry: JournalEntry,
    _ page: JournalPage,
    into list: ListFile,
    _ session: inout ChangeSession
  ) throws(ActionError) -> ActionOutcome {
    try session.createIfMissing(list, as: list.emptyFile(now: SystemClock.now))
    let report = try session.putBack(entry.items, into: list, as: .undo, undoing: page.number)
    let count = report.appended.count
    guard count > 0 else {
      throw try refusal("what was dropped \(entry.agoText) is in the file again", page, session)
    }
    var summary = "Took back the drop made \(entry.agoText): \(Self.count(count, list)) back"
    if report.presentCount > 0 { summary += "; \(report.presentCount) were there already" }
    return ActionOutcome(
      action: name,
      summary: summary + ".",
      evidence: report.appended.evidence { "\($0.key.id): back at the end" } + session.remarks,
      changed: count
    )
  }

  private func resetTimes(
    _ entry: JournalEntry,
    _ page: JournalPage,
    _ session: inout ChangeSession
  ) throws(ActionError) -> ActionOutcome {
    let (items, now) = (entry.items, SystemClock.now)
    let report = try session.edit(
      .deadLetters,
      as: .undo,
      undoing: page.number,
      plan: { listing throws(DecodingProblem) in
        try Self.resetTimes(items, in: listing, now)
      },
      items: { report in report.restored.map { .init(key: $0, bytes: []) } }
    )
    var rest: [String] = []
    if report.triedCount > 0 {
      rest.append(
        "\(report.triedCount) \(report.triedCount == 1 ? "was" : "were") tried again since"
      )
    }
    if report.goneCount > 0 {
      rest.append(
        report.goneCount == 1
          ? "1 is no dead letter any more" : "\(report.goneCount) are no dead letters any more"
      )
    }
    guard !report.restored.isEmpty else {
      throw try refusal(
        "of what was made due \(entry.agoText), \(rest.joined(separator: ", "))",
        page,
        session
      )
    }
    let what = Self.count(report.restored.count, .deadLetters)
    let others = rest.isEmpty ? "" : "; " + rest.joined(separator: ", ")
    return ActionOutcome(
      action: name,
      summary: "Took back the retry made \(entry.agoText): \(what) waiting again\(others).",
      evidence: session.remarks,
      changed: report.restored.count
    )
  }

  /// Gives dead letters that were made due the `last_attempt` back that they had; one that is no longer
  /// due was tried by a worker since, and stays as it is.
  private static func resetTimes(
    _ items: [JournalEntry.Item],
    in listing: ItemListing,
    _ now: Timestamp
  ) throws(DecodingProblem) -> (edit: ItemEdit, report: TimesReport) {
    let old = Dictionary(items.map { ($0.key, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    var (edit, report) = (ItemEdit(of: listing), TimesReport(goneCount: old.count))
    for (index, item) in listing.items.enumerated() {
      guard let bytes = old[item.key] else { continue }
      report.goneCount -= 1
      let value = try listing.members(at: index).value(of: "last_attempt")
      guard let value, listing.text.withCursor({ $0.double(of: value) }) == 0 else {
        report.triedCount += 1
        continue
      }
      try edit.set([("last_attempt", bytes)], at: index)
      report.restored.append(item.key)
    }
    if !edit.isEmpty { edit.noteUpdate(now) }
    return (edit, report)
  }

  /// What became of the items whose times were to be reset.
  private struct TimesReport {
    /// Those that have their old time again.
    var restored: [ItemKey] = []
    /// How many were tried since.
    var triedCount = 0
    /// How many are no longer in the file.
    var goneCount: Int
  }

  /// Why nothing is left to take back of a change, which must not bar the way to the one before.
  private func refusal(
    _ reason: String,
    _ page: JournalPage,
    _ session: borrowing ChangeSession
  ) throws(ActionError) -> ActionError {
    do throws(SystemError) {
      try session.journal.markUndone(page.number)
    } catch {
      throw .failed("The journal cannot be changed: \(error).")
    }
    return .refused(
      "Nothing was taken back: \(reason). Undo again to take back the change before it.",
      evidence: session.remarks
    )
  }

  private static func count(_ count: Int, _ list: ListFile) -> String {
    list.counted(count) + (count == 1 ? " is" : " are")
  }
}
