internal import QueueEngine
internal import SyncWorker

/// What a run came to, as `sync` prints it: a sentence for people, an object for programs.
///
/// The keys of the object may be added to, never renamed; what is not known is an explicit `null`.
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
  @Nullable var takenIn: Int?
  @Nullable var synced: Int?
  @Nullable var recovered: Int?
  @Nullable var failed: Int?
  @Nullable var moved: Int?
  @Nullable var pending: Int?
  @Nullable var dlq: Int?
  @Nullable var undeliverable: Int?
  let summary: String
  let remarks: [String]

  init(_ report: SyncReport) {
    result =
      switch report.ending {
      case .finished: .done
      case .interrupted: .interrupted
      case .serverAtFault, .receiptMissing: .serverAtFault
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

  /// The outcome of a configured worker, which tells no more than how it ended: its status, or minus the
  /// number of a signal.
  init(of command: [String], status: Int32, takenIn: Swift.Result<ActionOutcome, ActionError>?) {
    result = status == 0 ? .done : .failed
    let program = Scrubber.scrub(command.first ?? "")
    summary =
      switch status {
      case 0: "The worker \(program) finished."
      case ..<0: "The worker \(program) was ended by signal \(-status)."
      default: "The worker \(program) ended with status \(status); its output says why."
      }
    switch takenIn {
    case nil: remarks = []
    case .success(let outcome):
      self.takenIn = outcome.changed
      remarks = ([outcome.summary] + outcome.evidence).map(Scrubber.scrub)
    case .failure(let error): remarks = [Scrubber.scrub(error.description)]
    }
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
