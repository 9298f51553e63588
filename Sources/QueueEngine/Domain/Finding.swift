/// How bad a finding is; the worse one is the greater.
public enum Severity: String, Codable, Sendable, Comparable {
  /// Nothing is wrong.
  case ok
  /// Something wants attention.
  case warning
  /// Something does not work.
  case critical

  private var rank: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .critical: 2
    }
  }

  /// Orders severities from `ok` to `critical`.
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }
}

/// What a finding is about; the raw value is its name in JSON.
public enum FindingCode: String, Codable, Sendable, CaseIterable {
  case directoryMissing = "directory_missing"
  case unreadable
  case falseAlarmStaleLock = "false_alarm_stale_lock"
  case staleLock = "stale_lock"
  case queueCorrupt = "queue_corrupt"
  case deadLettersCorrupt = "dlq_corrupt"
  case serverRejects = "server_rejects"
  case serverDown = "server_down"
  case lockHung = "lock_hung"
  case deadLetterAlert = "dlq_alert"
  case lockUnknown = "lock_unknown"
  case twoWorkers = "two_workers"
  case workerNotRunning = "worker_not_running"
  case metricsContradictProbe = "metrics_contradict_probe"
  case deadLetterInvestigate = "dlq_investigate"
  case poisonItems = "poison_items"
  case clockSkew = "clock_skew"
  case allClear = "all_clear"
}

/// What the person can do about a finding.
public struct Suggestion: Codable, Sendable, Hashable {
  /// The action's name, for programs: `clear_lock`, say.
  public var action: String
  /// The dashboard's key by default; `nil` where there is none.
  public var key: String?
  /// The command that does the same; `nil` where there is none.
  public var command: String?

  /// Makes a suggestion.
  public init(action: String, key: String? = nil, command: String? = nil) {
    self.action = action
    self.key = key
    self.command = command
  }
}

/// One thing that is wrong, with the evidence for it and the way out.
public struct Finding: Codable, Sendable, Hashable {
  /// How bad it is.
  public var severity: Severity
  /// What it is.
  public var code: FindingCode
  /// One plain sentence that claims no more than the evidence proves.
  public var summary: String
  /// The facts that prove it, one short sentence each.
  public var evidence: [String]
  /// The way out, where there is one.
  public var suggestion: Suggestion?

  /// Makes a finding.
  public init(
    _ severity: Severity,
    _ code: FindingCode,
    _ summary: String,
    evidence: [String] = [],
    suggestion: Suggestion? = nil
  ) {
    self.severity = severity
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.suggestion = suggestion
  }
}
