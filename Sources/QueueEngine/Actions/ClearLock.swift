/// Clears a stale lock, and never one that somebody holds (`docs/safety.md#clearing`).
///
/// The person's word is for one lock: the file and the bytes that were shown. Everything is looked
/// at again at the moment of acting, under the guard, before and after the lock is taken over.
public struct ClearLock: QueueAction {
  /// So often it is tried: a dashboard that looks at the file has it open for an instant.
  private static let mostTries = 5
  private static let pauseBetweenTries = Duration.milliseconds(15)

  private let shown: LockStatus?
  private let settle: Duration
  private let emptyRecheck: Duration
  private let linger: Duration
  private let isUnattended: Bool

  /// Makes the action.
  ///
  /// - Parameters:
  ///   - shown: The verdict that the person saw; `nil` lets the lock be judged now, as the command
  ///     line does.
  ///   - settle: How long the lock is ours before it goes, so that a worker that breaks locks
  ///     itself and is about to act shows itself.
  ///   - emptyRecheck: How long a lock that names nobody must stay as it is.
  ///   - linger: How long it stays locked once it is gone, so that a worker that had just looked it up
  ///     and opens it now does not have it.
  ///   - isUnattended: Nobody is there who could decide: a lock beside which a worker runs all the same
  ///     is left alone.
  public init(
    expecting shown: LockStatus? = nil,
    settle: Duration = .milliseconds(250),
    emptyRecheck: Duration = .seconds(2),
    linger: Duration = .milliseconds(20),
    isUnattended: Bool = false
  ) {
    self.shown = shown
    self.settle = settle
    self.emptyRecheck = emptyRecheck
    self.linger = linger
    self.isUnattended = isUnattended
  }

  /// Which action it is.
  public var kind: ActionKind { .clearLock }

  /// Available for a stale lock; it asks first where nothing but absence speaks for that, and where a
  /// worker runs all the same.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    let lock = snapshot.lock
    if let shown, let change = Self.change(from: shown, to: lock) {
      return .unavailable("The lock is not the one that was shown: \(change).")
    }
    guard lock.isClearable else { return .unavailable(Self.refusal(lock, at: now)) }
    if let refusal = refusalForBystander(lock) { return .unavailable(refusal) }
    guard lock.clearingNeedsConfirmation else { return .available }
    let doubt = lock.bystanders.isEmpty ? "It names no owner" : "A worker runs all the same"
    return .afterConfirmation(
      "Clear the lock? \(doubt): \(lock.evidence.joined(separator: "; "))."
    )
  }

  /// The lock file goes, and nothing else.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    guard snapshot.lock.isClearable else {
      return ActionPreview(changes: [], files: [], command: "mem0top unlock")
    }
    let owner = snapshot.lock.pid.map { "of pid \($0)" } ?? "that names no owner"
    let age = snapshot.lock.modifiedAt.map { ", written \((now - $0).ageText) ago" } ?? ""
    return ActionPreview(
      changes: ["the lock \(owner)\(age), is removed"],
      files: [snapshot.files.lock],
      command: "mem0top unlock"
    )
  }

  /// A lock that would be removed and that somebody unseen has open.
  public func foreseenRefusal(in snapshot: Snapshot, settings: EngineSettings) -> String? {
    let lock = snapshot.lock
    guard lock.isClearable, lock.style != .flock,
      let file = try? OpenLockFile(path: LockPlace(settings: settings).path),
      file.identity == lock.identity
    else { return nil }
    for attempt in 0..<Self.mostTries {
      if attempt > 0 { SystemClock.wait(Self.pauseBetweenTries) }
      if !file.isOpenElsewhere { return nil }
    }
    return "The lock is not cleared: \(LockTakeover.unseenOpener)."
  }

  /// Clears the lock; takes `settle`, and `emptyRecheck` where it names nobody.
  public func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome {
    var examination = LockExamination(settings: settings, knownRefusal: shown?.lastRefusal)
    let shown = self.shown ?? examination.look(readsMaps: true)
    if shown.isOwnLeftover, shown.state == .settling { return try removeLeftover(shown, settings) }
    if shown.state == .free || shown.state == .idle {
      return ActionOutcome(
        action: name,
        summary: "Nothing to clear: \(shown.standing(at: SystemClock.now)).",
        evidence: shown.evidence,
        changed: 0
      )
    }
    try requireClearable(shown)
    let directoryGuard = try DirectoryGuard.acquire(in: settings.directory)
    return try clear(shown, LockPlace(settings: settings), &examination, directoryGuard)
  }

  /// Takes away an empty file of ours that somebody had open when we gave the lock back.
  private func removeLeftover(
    _ shown: LockStatus,
    _ settings: EngineSettings
  ) throws(ActionError) -> ActionOutcome {
    try QueueLock.acquire(settings: settings, timeout: .zero).release()
    let place = LockPlace(settings: settings)
    let isGone = LockFile(path: place.path).look() == .absent
    return ActionOutcome(
      action: name,
      summary: isGone
        ? "Removed the empty lock \(place.name), which mem0top had left while somebody had it open."
        : "Nothing to clear: somebody still has mem0top's own empty lock open.",
      evidence: shown.evidence,
      changed: isGone ? 1 : 0
    )
  }

  private func clear(
    _ shown: LockStatus,
    _ place: LockPlace,
    _ examination: inout LockExamination,
    _: borrowing DirectoryGuard
  ) throws(ActionError) -> ActionOutcome {
    var status = try look(&examination, expecting: shown)
    if status.reason == .orphan {
      SystemClock.wait(emptyRecheck)
      status = try look(&examination, expecting: shown)
    }
    let takeover = try LockTakeover.begin(status, at: place)
    SystemClock.wait(settle)
    try finish(takeover, &examination)
    let milliseconds = settle.wholeMilliseconds
    return ActionOutcome(
      action: name,
      summary: "Cleared the lock \(place.name): \(Self.cause(status)).",
      evidence: status.evidence + [
        "mem0top held it for \(milliseconds) ms, and nobody else appeared"
      ],
      changed: 1
    )
  }

  /// Ends the takeover once nobody has the lock open; all is looked at anew before each try.
  private func finish(
    _ takeover: borrowing LockTakeover,
    _ examination: inout LockExamination
  ) throws(ActionError) {
    for attempt in 0..<Self.mostTries {
      if attempt > 0 { SystemClock.wait(Self.pauseBetweenTries) }
      let last = try takeover.confirm(&examination)
      try requireClearable(last)
      if try takeover.finish(style: last.style, linger: linger) { return }
    }
    throw LockTakeover.refusalForOpener
  }

  /// Looks anew and refuses if the lock is another one, or no longer stale.
  private func look(
    _ examination: inout LockExamination,
    expecting shown: LockStatus
  ) throws(ActionError) -> LockStatus {
    let status = examination.look(readsMaps: true)
    if let change = Self.change(from: shown, to: status) {
      throw .refused(
        "The lock is not the one that was shown: \(change).",
        evidence: status.evidence
      )
    }
    try requireClearable(status)
    return status
  }

  private func requireClearable(_ status: LockStatus) throws(ActionError) {
    guard status.isClearable else {
      throw .refused(Self.refusal(status, at: SystemClock.now), evidence: status.evidence)
    }
    if let refusal = refusalForBystander(status) {
      throw .refused(refusal, evidence: status.evidence)
    }
  }

  /// Why nobody clears it where nobody is asked.
  private func refusalForBystander(_ status: LockStatus) -> String? {
    guard isUnattended, let worker = status.bystanders.first else { return nil }
    return "The lock is stale, but a worker runs (pid \(worker.pid)):"
      + " that is for a person to decide."
  }

  private static func refusal(_ status: LockStatus, at now: Timestamp) -> String {
    let standing = status.standing(at: now)
    return switch status.state {
    case .free, .idle: "Nothing to clear: \(standing)."
    case .hung: "The lock is not cleared: \(standing); \(status.wayOutOfHang)."
    default: "The lock is not cleared: \(standing)."
    }
  }

  /// What tells a lock from the one that was shown; `nil` if it is the same.
  private static func change(from shown: LockStatus, to status: LockStatus) -> String? {
    if status.state == .free && shown.state != .free { return "it is gone" }
    if status.identity != shown.identity { return "another file is there now" }
    return status.bytes == shown.bytes ? nil : "its content has changed"
  }

  private static func cause(_ status: LockStatus) -> String {
    status.reason == .orphan
      ? "it named no owner, and nobody held it" : status.evidence.first ?? "nobody held it"
  }
}
