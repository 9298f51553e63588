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
