internal import QueueEngine

/// Keeps the record of a run: its log lines and figures, and at its end metrics and audit log.
///
/// What cannot be written down does not undo what was done; the report remarks on it.
struct RunRecord {
  /// So many different causes stand in the history.
  private static let mostCauses = 5

  var report = SyncReport()

  private let settings: EngineSettings
  private let log: WorkerLog
  private var progress = SyncProgress()
  private var hasBegun = false
  /// Why each item failed the last time, by its id, until that is on disk.
  private var causes: [String: String] = [:]
  /// How often each cause was counted against an item.
  private var counts: [String: Int] = [:]

  init(settings: EngineSettings) {
    self.settings = settings
    log = WorkerLog(settings: settings)
  }

  /// Notes what has happened; returns what there is to tell of it.
  mutating func note(_ event: RunPlan.Event) -> [SyncRun.News] {
    switch event {
    case .waited, .stopRequested: return []
    case .attempted(let attempt):
      causes[attempt.item.key.id] = attempt.outcome.cause
      return []
    case .turnRefused(_, let isAboutLock):
      if isAboutLock { append([SyncLines.lockRefused]) }
      return []
    case .turned(let turn):
      report.count(turn)
      for sentence in turn.remarks { remark(sentence) }
      var lines: [String] = []
      for event in turn.events { lines += self.lines(for: event) }
      if !hasBegun { lines = SyncLines.waiting(turn.waiting) + lines }
      hasBegun = true
      append(lines)
      progress.note(turn)
      return [.lines(lines), .progress(progress)]
    }
  }

  /// The lines for what is on disk, a failure's cause before it.
  private mutating func lines(for event: WorkTurn.Event) -> [String] {
    let line = SyncLines.line(for: event)
    switch event {
    case .retried(_, let id, _), .movedToDeadLetters(_, let id, _),
      .deadLetterRetried(_, let id, _, _):
      guard let cause = causes.removeValue(forKey: id) else { return [line] }
      counts[cause, default: 0] += 1
      return [SyncLines.cause(cause), line]
    case .synced, .recovered, .vanished: return [line]
    }
  }

  /// The causes that were counted, the commonest first.
  private var countedCauses: [String] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostCauses)
      .map { "\($0.value) × \($0.key)" }
  }

  /// Notes what is on disk though the turn that did it failed; returns what there is to tell of it.
  mutating func note(unreported events: [WorkTurn.Event]) -> [SyncRun.News] {
    guard !events.isEmpty else { return [] }
    report.count(events)
    var lines: [String] = []
    for event in events { lines += self.lines(for: event) }
    append(lines)
    return [.lines(lines)]
  }

  /// Takes why the run ends; returns what there is to tell of it.
  mutating func end(_ ending: SyncReport.Ending, unacknowledged: Int) -> [SyncRun.News] {
    report.ending = ending
    report.unacknowledgedCount = unacknowledged
    switch ending {
    case .filesRefused: append([report.reason].compactMap(\.self).map(SyncLines.failed))
    // Nothing was counted, so that no line of an item tells it.
    case .serverAtFault(let cause, _): append([SyncLines.cause(cause)])
    case .receiptMissing: append([report.reason].compactMap(\.self).map(SyncLines.error))
    case .finished, .interrupted, .storageAtFault, .lockRefused: break
    }
    guard case .finished = ending, progress.done < progress.total else { return [] }
    progress.finish()
    return progress.total > 0 ? [.progress(progress)] : []
  }

  /// Ends the record once nothing more is under way; returns the last lines of the log.
  mutating func close(
    _ totals: QueueTotals,
    serverState: String?,
    isRoutine: Bool
  ) -> [String] {
    guard report.pending != nil || report.changedCount > 0 else {
      audit()
      return []
    }
    writeMetrics(totals, serverState)
    if isRoutine, report.isSuccess, !report.hasChanged { return [] }
    let lines = SyncLines.done(report, totalSynced: totals.synced ?? writtenTotal)
    append(lines)
    audit()
    return lines
  }

  /// Writes the run into the audit log.
  mutating func audit() {
    let result: AuditEntry.Result =
      switch report.ending {
      case .finished: .done
      // What was asked for was not done, though nothing went wrong.
      case .interrupted: .refused
      case .serverAtFault, .storageAtFault, .receiptMissing: .failed
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
      evidence: report.evidence + countedCauses
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
    _ serverState: String?
  ) {
    let figures = MetricsFile.Figures(
      vpsStatus: serverState,
      pending: report.pending,
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

  /// What the metrics count over all runs, this one included; `nil` where they do not.
  private var writtenTotal: Int? {
    let path = settings.path(of: \.metrics)
    guard let bytes = try? OpenFile(path: path).readAll() else { return nil }
    // A file that does not parse was remarked on when it was to be written.
    return (try? MetricsDecoder.decode(bytes, file: path))?.totalSynced
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
