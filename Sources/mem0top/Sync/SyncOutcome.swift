internal import QueueEngine
internal import SyncWorker

/// What a run came to, as `sync` prints it: a sentence for people, an object for programs.
///
/// The keys of the object may be added to, never renamed.
struct SyncOutcome: Encodable {
  enum Result: String, Encodable {
    case done
    case interrupted
    case serverAtFault = "server_at_fault"
    case storageAtFault = "storage_at_fault"
    case lockRefused = "lock_refused"
    case failed
  }

  let schema = 1
  let result: Result
  let takenIn: Int
  let synced: Int
  let recovered: Int
  let failed: Int
  let moved: Int
  let pending: Int?
  let dlq: Int
  let undeliverable: Int
  let summary: String
  let remarks: [String]

  init(_ report: SyncReport) {
    result =
      switch report.ending {
      case .finished: .done
      case .interrupted: .interrupted
      case .serverAtFault: .serverAtFault
      case .storageAtFault: .storageAtFault
      case .lockRefused: .lockRefused
      case .filesRefused: .failed
      }
    takenIn = report.takenInCount
    synced = report.syncedCount
    recovered = report.recoveredCount
    failed = report.failedCount
    moved = report.movedCount
    pending = report.pending
    dlq = report.deadLetterCount
    undeliverable = report.undeliverableCount
    summary = Scrubber.scrub(report.summary)
    remarks = report.remarks.map(Scrubber.scrub)
  }

  enum CodingKeys: String, CodingKey {
    case schema, result, synced, recovered, failed, moved, pending, dlq, undeliverable, summary
    case remarks
    case takenIn = "taken_in"
  }

  /// Prints the object, or for a person at a terminal the sentence; remarks go to standard error.
  ///
  /// Where standard output takes nothing, the status still says how the run ended.
  func show(asJSON: Bool, isCounted: Bool) throws(CommandFailure) {
    if asJSON {
      _ = Output.offer(try Output.json(self) + "\n")
      return
    }
    if isCounted { _ = Output.offer(summary + "\n") }
    for remark in remarks { Output.complain("mem0top: \(remark)") }
  }
}
