/// Makes dead letters due now, so that the next run of a worker tries them.
///
/// Of each item the `last_attempt` becomes 0 and nothing else changes; `retry_count` stays, because
/// the backoff goes by it. The items are found by their keys in the file as it is at the moment of
/// acting, under the worker's lock: those that left in the meantime are told, and the others change.
public struct RetryItems: FileAction {
  /// The items that are meant, captured when the person was asked.
  public let keys: [ItemKey]

  /// Makes the action for the items with these keys; see `resolve(ids:in:)` for ids that a person typed.
  public init(keys: [ItemKey]) {
    self.keys = keys
  }

  /// Which action it is.
  public var kind: ActionKind { .retryItems }

  /// Not without a file that parses; one of several items that share an id is asked about.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    if let objection = ListObjection.toFile(in: snapshot, purpose: "retried")
      ?? ListObjection.toKeys(keys)
    {
      return .unavailable(objection)
    }
    guard keys.count == 1, let key = keys.first else { return .available }
    let items = snapshot.deadLetters.content?.items ?? []
    guard let item = items.first(where: { $0.key == key }) else {
      return .unavailable("The dead letter \(key.shortID) has left the queue.")
    }
    guard item.flags.contains(.duplicateID) else { return .available }
    let place = "number \(key.occurrence + 1) in the file"
    return .afterConfirmation(
      "Several dead letters share the id \(key.shortID). Make this one due now, \(place)?"
    )
  }

  /// Names how many items become due, and the command that makes the same ones due.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let what = keys.count == 1 ? "1 dead letter becomes" : "\(keys.count) dead letters become"
    return ActionPreview(
      changes: ["\(what) due now: last_attempt is set to 0, retry_count stays."],
      files: [snapshot.files.deadLetters],
      command: "mem0top retry " + RetryItemsCommandText.arguments(for: keys, in: snapshot)
    )
  }

  /// Waits for the lock, changes the file, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    if let objection = ListObjection.toKeys(keys) {
      throw .refused(objection, evidence: [])
    }
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let report = try session.makeDue(WantedItems(keys))
    return try outcome(report, session.remarks)
  }
}

extension RetryItems {
  private func outcome(
    _ report: FastRetry.Report,
    _ remarks: [String]
  ) throws(ActionError) -> ActionOutcome {
    guard report.changedCount + report.dueCount > 0 else {
      throw .refused(
        keys.count == 1
          ? "The dead letter \(keys[0].shortID) has left the queue; nothing was changed."
          : "All \(keys.count) dead letters have left the queue; nothing was changed.",
        evidence: remarks
      )
    }
    return ActionOutcome(
      action: name,
      summary: summary(report),
      evidence: report.evidence + remarks,
      changed: report.changedCount
    )
  }

  private func summary(_ report: FastRetry.Report) -> String {
    if keys.count == 1 {
      return report.changedCount == 1
        ? "The dead letter \(keys[0].shortID) is due now."
        : "The dead letter \(keys[0].shortID) was due already; nothing was changed."
    }
    var rest: [String] = []
    if report.goneCount > 0 {
      rest.append("\(report.goneCount) of \(keys.count) had already left")
    }
    let nameless = keys.count { $0.id.isEmpty }
    if nameless > 0 { rest.append("\(nameless) without an id cannot be selected") }
    return report.sentence(with: rest)
  }
}
