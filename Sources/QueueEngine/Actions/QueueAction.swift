/// Something that the engine does to the files on a person's word.
///
/// Keys and commands run the same actions. What may run and what it would change are pure functions of
/// a snapshot; `perform` trusts none of that and rechecks everything at the moment of acting.
public protocol QueueAction: Sendable {
  /// Which action it is.
  var kind: ActionKind { get }

  /// Whether it may run as things stand in a snapshot, and why not.
  func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability

  /// What it would change, and the command that does the same.
  func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview

  /// Why it would be refused although it is available: for the lock as it stands in a snapshot, or for what
  /// the kernel alone can tell. Nothing is changed.
  func foreseenRefusal(in snapshot: Snapshot, settings: EngineSettings) -> String?

  /// Does it, or throws and leaves everything as it was.
  ///
  /// It blocks for up to some seconds (settling, a live worker's lock), so it never runs where the
  /// screen is painted. Callers use `run`, which also writes the audit log.
  func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome

  /// Does it as `perform(settings:)`, with a say in how long a live worker's lock is waited for.
  ///
  /// An action that takes no lock ignores the wait.
  func perform(settings: EngineSettings, waiting: LockWait) throws(ActionError) -> ActionOutcome
}

extension QueueAction {
  /// Its name in the audit log and in JSON: `clear_lock`, say.
  public var name: String { kind.row.journalName }

  /// By default none is foreseen.
  public func foreseenRefusal(in snapshot: Snapshot, settings: EngineSettings) -> String? { nil }

  /// By default there is nothing to wait for.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    try perform(settings: settings)
  }
}

/// An action that changes the queue's files, and so needs the worker's lock.
public protocol FileAction: QueueAction {}

extension FileAction {
  /// A lock that cannot be taken, however long it is waited for.
  public func foreseenRefusal(in snapshot: Snapshot, settings: EngineSettings) -> String? {
    guard [.stale, .hung, .unknown].contains(snapshot.lock.state) else { return nil }
    return QueueLock.refusal(snapshot.lock, settings: settings, timeout: .zero).description
  }

  /// Does it, waiting for the lock for as long as a command does.
  public func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome {
    try perform(settings: settings, waiting: LockWait())
  }
}
