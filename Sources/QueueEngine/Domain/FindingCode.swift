/// What a finding is about; the raw value is its name in JSON.
///
/// A new finding is a case here, its row below, and the rule in `Findings/` that raises it. The order
/// decides among findings of one severity: from what blocks everything to what merely looks odd.
public enum FindingCode: String, Codable, Sendable, CaseIterable {
  case directoryMissing = "directory_missing"
  case nothingHere = "nothing_here"
  case unreadable
  case falseAlarmStaleLock = "false_alarm_stale_lock"
  case staleLock = "stale_lock"
  case cannotAcknowledge = "cannot_acknowledge"
  case queueCorrupt = "queue_corrupt"
  case deadLettersCorrupt = "dlq_corrupt"
  case serverRejects = "server_rejects"
  case serverDown = "server_down"
  case lockHung = "lock_hung"
  case noProgress = "no_progress"
  case deadLetterAlert = "dlq_alert"
  case lockUnknown = "lock_unknown"
  case lockContended = "lock_contended"
  case endpointDown = "endpoint_down"
  case twoWorkers = "two_workers"
  case workerNotRunning = "worker_not_running"
  case emergencyItems = "emergency_items"
  case dueNotTried = "due_not_tried"
  case failing
  case metricsContradictProbe = "metrics_contradict_probe"
  case deadLetterInvestigate = "dlq_investigate"
  case poisonItems = "poison_items"
  case strayCopies = "stray_copies"
  case clockSkew = "clock_skew"
  case allClear = "all_clear"
}

/// What a finding belongs to, as `check --only` and `--except` name it.
public enum FindingTopic: String, Codable, Sendable, CaseIterable {
  case vps, queue, lock, dlq, worker, files, metrics
}

/// All that is the same for every finding of one code.
public struct FindingRow: Sendable, Hashable {
  /// How bad it is, unless the evidence makes it worse or milder.
  public let severity: Severity
  /// What heads it on the screen; what stands behind ` · ` may be left out where there is no room.
  public let heading: String
  /// What is wrong in two or three words, as `--oneline` says it.
  public let short: String
  /// What it belongs to; `nil` for `all_clear`, which belongs to all.
  public let topic: FindingTopic?

  fileprivate init(_ severity: Severity, _ topic: FindingTopic?, _ heading: String, _ short: String)
  {
    self.severity = severity
    self.topic = topic
    self.heading = heading
    self.short = short
  }
}

extension FindingCode {
  /// The words for it; no two codes share a heading or a short form.
  public var row: FindingRow {
    switch self {
    case .directoryMissing: FindingRow(.critical, .files, "NO DIRECTORY", "no directory")
    case .nothingHere: FindingRow(.warning, .files, "NOTHING HERE", "no files here")
    case .unreadable: FindingRow(.critical, .files, "UNREADABLE", "unreadable file")
    case .falseAlarmStaleLock:
      FindingRow(.critical, .lock, "STALE LOCK · the VPS is fine", "VPS up, stale lock")
    case .staleLock: FindingRow(.critical, .lock, "STALE LOCK", "stale lock")
    case .cannotAcknowledge:
      FindingRow(.critical, .files, "CANNOT ACKNOWLEDGE", "file cannot be replaced")
    case .queueCorrupt: FindingRow(.critical, .queue, "QUEUE CORRUPT", "queue corrupt")
    case .deadLettersCorrupt: FindingRow(.critical, .dlq, "DLQ CORRUPT", "dlq corrupt")
    case .serverRejects:
      FindingRow(.critical, .vps, "SERVER REJECTS REQUESTS", "server rejects requests")
    case .serverDown: FindingRow(.critical, .vps, "SERVER DOWN", "server down")
    case .lockHung: FindingRow(.warning, .lock, "LOCK HUNG", "hung lock")
    case .noProgress: FindingRow(.warning, .worker, "NO PROGRESS", "no progress")
    case .deadLetterAlert: FindingRow(.critical, .dlq, "DEAD LETTERS", "dead letters")
    case .lockUnknown: FindingRow(.warning, .lock, "LOCK UNKNOWN", "lock unclear")
    case .lockContended: FindingRow(.warning, .lock, "LOCK CONTENDED", "lock contended")
    case .endpointDown: FindingRow(.warning, .vps, "ENDPOINT DOWN", "endpoint down")
    case .twoWorkers: FindingRow(.warning, .worker, "TWO WORKERS", "two workers")
    case .workerNotRunning: FindingRow(.warning, .worker, "NO WORKER", "no worker")
    case .emergencyItems: FindingRow(.warning, .queue, "EMERGENCY FILE", "emergency file")
    case .dueNotTried: FindingRow(.warning, .dlq, "DUE, NOT TRIED", "due, not tried")
    case .failing: FindingRow(.warning, .queue, "FAILING", "items failing")
    case .metricsContradictProbe: FindingRow(.warning, .metrics, "OLD METRICS", "metrics old")
    case .deadLetterInvestigate:
      FindingRow(.warning, .dlq, "CHECK DEAD LETTERS", "check dead letters")
    case .poisonItems: FindingRow(.warning, .dlq, "POISON ITEMS", "poison items")
    case .strayCopies: FindingRow(.warning, .files, "STRAY COPIES", "stray copies")
    case .clockSkew: FindingRow(.warning, .files, "CLOCK SKEW", "clock skew")
    case .allClear: FindingRow(.ok, nil, "ALL CLEAR", "ok")
    }
  }
}
