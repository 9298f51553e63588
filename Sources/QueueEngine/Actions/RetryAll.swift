/// Makes every dead letter due that has an id and is in the file at the moment of acting.
///
/// What it does to each is what `RetryItems` does; but nobody need read the file first to say which
/// are meant, and that costs as much as the change.
public struct RetryAll: FileAction {
  /// Makes the action.
  public init() {}

  /// Which action it is.
  public var kind: ActionKind { .retryAll }

  /// Not without a file that parses.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    ListObjection.toFile(in: snapshot, purpose: "retried")
      .map(ActionAvailability.unavailable) ?? .available
  }

  /// Names how many items there are.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let count = snapshot.deadLetters.content?.items.count ?? 0
    let what = count == 1 ? "1 dead letter becomes" : "\(count) dead letters become"
    return ActionPreview(
      changes: ["\(what) due now: last_attempt is set to 0, retry_count stays."],
      files: [snapshot.files.deadLetters],
      command: "mem0top retry --all"
    )
  }

  /// Waits for the lock, changes the file, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let report = try session.makeDue(.all)
    let nameless = report.itemCount - report.changedCount - report.dueCount
    let sentence: String
    switch report.itemCount {
    case 0: sentence = "There are no dead letters, so there is nothing to retry."
    case nameless:
      throw .refused("None of the dead letters has an id.", evidence: session.remarks)
    default:
      let rest = nameless > 0 ? ["\(nameless) without an id cannot be selected"] : []
      sentence = report.sentence(with: rest)
    }
    return ActionOutcome(
      action: name,
      summary: sentence,
      evidence: report.evidence + session.remarks,
      changed: report.changedCount
    )
  }
}

extension ChangeSession {
  /// Makes the wanted dead letters due.
  mutating func makeDue(_ wanted: WantedItems) throws(ActionError) -> FastRetry.Report {
    let edit = FastRetry(wanted, file: name(of: .deadLetters), now: SystemClock.now)
    return try change(
      .deadLetters,
      as: .retry,
      transform: { bytes throws(DecodingProblem) in try edit.apply(to: bytes) },
      reparse: { bytes, report throws(DecodingProblem) in try edit.isDone(in: bytes, report) },
      items: \.changed
    )
  }
}

extension FastRetry.Report {
  /// What the items were that changed, one short sentence each.
  var evidence: [String] {
    changed.evidence(of: changedCount) { item in
      "\(item.key.id): last_attempt was \(Scrubber.scrub(bytes: item.bytes.prefix(40)))"
    }
  }

  /// How many are due now and how many were before, and what else there is to tell.
  func sentence(with rest: [String]) -> String {
    var parts: [String] = []
    if changedCount > 0 {
      parts.append("\(changedCount) dead letter\(changedCount == 1 ? " is" : "s are") due now")
    }
    if dueCount > 0 { parts.append("\(dueCount) had been made due before") }
    return (parts + rest).joined(separator: "; ") + "."
  }
}
