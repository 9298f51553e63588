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
  /// Does it, waiting for the lock for as long as a command does.
  public func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome {
    try perform(settings: settings, waiting: LockWait())
  }
}

/// Whether an action may run.
public enum ActionAvailability: Hashable, Sendable {
  /// It may.
  case available
  /// It may once the person has said yes to this question.
  case afterConfirmation(String)
  /// It may not, for this reason, one sentence.
  case unavailable(String)
}

/// What an action would do.
public struct ActionPreview: Hashable, Sendable, Codable {
  /// What will change, one short sentence each.
  public var changes: [String]
  /// The files that will change, by name.
  public var files: [String]
  /// The command that does the same.
  public var command: String

  /// Makes a preview.
  public init(changes: [String], files: [String], command: String) {
    self.changes = changes
    self.files = files
    self.command = command
  }
}

/// What an action did.
public struct ActionOutcome: Hashable, Sendable, Codable {
  /// The action's name.
  public var action: String
  /// What happened, one sentence for a person.
  public var summary: String
  /// The facts that it acted on, one short sentence each.
  public var evidence: [String]
  /// How many items or files changed; 0 where there was nothing to do.
  public var changed: Int
  /// What the person must be told although it was done, one sentence.
  public var notice: String?

  /// Makes an outcome.
  public init(
    action: String,
    summary: String,
    evidence: [String] = [],
    changed: Int,
    notice: String? = nil
  ) {
    self.notice = notice
    self.action = action
    self.summary = summary
    self.evidence = evidence
    self.changed = changed
  }
}

/// Why an action changed nothing.
public enum ActionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is not allowed as things stand: the reason as one sentence, and the facts behind it.
  case refused(String, evidence: [String])
  /// The system did not let us: what happened, where, and what to do, as one sentence.
  case failed(String)

  /// The sentence that the person reads.
  public var description: String {
    switch self {
    case .refused(let reason, _): reason
    case .failed(let sentence): sentence
    }
  }

  /// The facts behind a refusal.
  public var evidence: [String] {
    switch self {
    case .refused(_, let evidence): evidence
    case .failed: []
    }
  }
}

/// Who asked for an action.
public enum ActionOrigin: String, Hashable, Sendable, Codable {
  /// A key of the dashboard.
  case key
  /// A subcommand.
  case command
  /// The built-in worker.
  case worker
}
