internal import QueueEngine

/// Keeps the record of a run: its log lines and figures, and at its end metrics and audit log.
///
/// What cannot be written down does not undo what was done; the report remarks on it.
struct RunRecord {
  var report = SyncReport()

  private let settings: EngineSettings
  private let log: WorkerLog
  private var progress = SyncProgress()
  private var hasBegun = false

  init(settings: EngineSettings) {
    self.settings = settings
    log = WorkerLog(settings: settings)
  }

  /// Notes what has happened; returns what there is to tell of it.
  mutating func note(_ event: RunPlan.Event) -> [SyncRun.News] {
    switch event {
    case .attempted, .waited, .stopRequested: return []
    case .turnRefused(_, let isAboutLock):
      if isAboutLock { append([SyncLines.lockRefused]) }
      return []
    case .turned(let turn):
      report.count(turn)
      for sentence in turn.remarks { remark(sentence) }
      var lines = turn.events.map(SyncLines.line)
      if !hasBegun { lines = SyncLines.waiting(turn.waiting) + lines }
      hasBegun = true
      append(lines)
      progress.note(turn)
      return [.lines(lines), .progress(progress)]
    }
  }

  /// Takes why the run ends; returns what there is to tell of it.
  mutating func end(_ ending: SyncReport.Ending, unacknowledged: Int) -> [SyncRun.News] {
    report.ending = ending
    report.unacknowledgedCount = unacknowledged
    if case .filesRefused = ending, let reason = report.reason {
      append([SyncLines.failed(reason)])
    }
    guard case .finished = ending, progress.done < progress.total else { return [] }
    progress.finish()
    return progress.total > 0 ? [.progress(progress)] : []
  }

  /// Ends the record once nothing more is under way; returns the last lines of the log.
  mutating func close(
    _ totals: QueueTotals,
    isServerHealthy: Bool?,
    isRoutine: Bool
  ) -> [String] {
    guard let pending = report.pending else {
      audit()
      return []
    }
    writeMetrics(totals, pending, isServerHealthy)
    if isRoutine, report.isSuccess, !report.hasChanged { return [] }
    let lines = SyncLines.done(report, totalSynced: totals.synced ?? report.syncedCount)
    append(lines)
    audit()
    return lines
  }

  /// Writes the run into the audit log.
  mutating func audit() {
    let result: AuditEntry.Result =
      switch report.ending {
      case .finished, .interrupted, .serverAtFault, .storageAtFault: .done
      case .lockRefused(let error), .filesRefused(let error):
        if case .refused = error { .refused } else { .failed }
      }
    let entry = AuditEntry(
      time: SystemClock.now.iso8601,
      origin: .worker,
      action: ActionKind.runWorker.row.journalName,
      result: result,
      summary: report.summary,
      changed: report.changedCount,
      evidence: report.evidence
    )
    remark(
      Self.problem { () throws(SystemError) in try AuditLog(settings: settings).append(entry) }
    )
  }

  mutating func append(_ lines: [String]) {
    let time = SystemClock.now.iso8601
    let stamped = lines.map { "\(time) \($0)" }
    remark(Self.problem { () throws(SystemError) in try log.append(stamped) })
  }

  private mutating func writeMetrics(
    _ totals: QueueTotals,
    _ pending: Int,
    _ isServerHealthy: Bool?
  ) {
    let figures = MetricsFile.Figures(
      vpsStatus: isServerHealthy.map { $0 ? "healthy" : "down" },
      pending: pending,
      deadLetters: report.deadLetterCount,
      synced: report.syncedCount + report.recoveredCount,
      totals: totals
    )
    remark(
      Self.problem { () throws(ActionError) in
        try MetricsFile(settings: settings).write(figures, now: SystemClock.now)
      }
    )
  }

  /// Remarks why something did not work, once.
  private mutating func remark(_ sentence: String?) {
    guard let sentence, !report.remarks.contains(sentence) else { return }
    report.remarks.append(sentence)
  }

  /// Does it; returns why that did not work.
  private static func problem<Failure: Error & CustomStringConvertible>(
    _ work: () throws(Failure) -> Void
  ) -> String? {
    do throws(Failure) {
      try work()
      return nil
    } catch {
      return error.description
    }
  }
}
