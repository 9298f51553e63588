internal import QueueEngine

/// The lines that a run writes into the log, in words that others know (`docs/contract.md#log`).
enum SyncLines {
  /// A directory with many dead letters would else fill the log with what the screen shows anyway.
  private static let mostWaiting = 20

  static let lockRefused = "Could not acquire lock (timeout)"

  /// Why a run could do nothing, or not go on.
  static func failed(_ reason: String) -> String { "Could not work: \(reason)" }

  /// Why a delivery failed; what becomes of its item stands in the next line.
  static func cause(_ cause: String) -> String { "⚠️ Upload failed: \(cause)" }

  /// Why a run failed as a whole, in the words of other workers.
  static func error(_ sentence: String) -> String { "❌ Worker error: \(sentence)" }

  /// What a turn has brought to disk.
  static func line(for event: WorkTurn.Event) -> String {
    switch event {
    case .synced(let project, let id): "✅ Synced: \(project) (ID: \(short(id)))"
    case .retried(let project, _, let count):
      "⏳ Retry \(count)/\(WorkLedger.mostFailures): \(project)"
    case .movedToDeadLetters(let project, let id, let retries):
      "📋 Moved to DLQ: \(project) (ID: \(short(id))) after \(retries) retries"
    case .recovered(let project, let id, let retries):
      "✅ DLQ recovered: \(project) (ID: \(short(id))) after \(retries) retries"
    case .deadLetterRetried(let project, _, let count, let delay):
      "⏳ DLQ retry \(count): \(project) (next in \(delay.wholeSeconds)s)"
    case .vanished(let project, let id):
      "No longer in its file, as somebody took it out: \(project) (ID: \(short(id)))"
    }
  }

  /// The dead letters that are not due, as they stood when the run began.
  static func waiting(_ waiting: [(project: String, remaining: Duration)]) -> [String] {
    waiting.prefix(mostWaiting).map { project, remaining in
      "⏸️ Waiting backoff: \(project) (retry in \(remaining.wholeSeconds)s)"
    }
  }

  /// The end of a run; `totalSynced` counts all runs, and is left out where nobody knows it.
  static func done(_ report: SyncReport, totalSynced: Int?) -> [String] {
    ["✨ Worker done:"] + (report.pending.map { ["Queue: \($0) pending"] } ?? [])
      + ["Failed: \(report.failedCount) failed"]
      + (totalSynced.map { ["Total synced: \($0)"] } ?? [])
  }

  private static func short(_ id: String) -> String { ItemKey(id: id).shortID + "..." }
}
