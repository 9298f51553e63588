/// What a finding is about; the raw value is its name in JSON.
///
/// A new finding is a case here, its row in `FindingRow`, and the rule in `Findings/` that raises it. The order
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
