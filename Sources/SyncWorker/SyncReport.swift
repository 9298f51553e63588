package import QueueEngine

/// What a run came to.
package struct SyncReport: Sendable {
  /// Why a run ended.
  package enum Ending: Hashable, Sendable {
    /// There was nothing more to do.
    case finished
    /// It was asked to.
    case interrupted
    /// The server is at fault; nothing was counted against the items that it cost.
    case serverAtFault(cause: String, retryAfter: Duration?)
    /// The server answers, but the first three items all failed; they are counted.
    case storageAtFault(cause: String)
    /// The server accepts everything and confirms nothing, always in the same way; nothing was counted.
    case receiptMissing(cause: String)
    /// Somebody kept the lock, or it is stale.
    case lockRefused(ActionError)
    /// A file could not be read or changed, or another worker of ours runs.
    case filesRefused(ActionError)
  }

  package var ending = Ending.finished
  /// Why there was nothing that could be done; `nil` where there was.
  package var obstacle: String?
  /// Memories that came into the queue from the emergency file.
  package var takenInCount = 0
  /// Memories that left the queue because the server has them.
  package var syncedCount = 0
  /// Dead letters that left their file because the server has them.
  package var recoveredCount = 0
  /// Failures that were counted, those that made a dead letter included.
  package var failedCount = 0
  /// Whether items that failed in this run wait in the queue for the next.
  package var leavesFailures = false
  /// Items that became dead letters.
  package var movedCount = 0
  /// Items that somebody else settled meanwhile.
  package var vanishedCount = 0
  /// Memories that the server has, but that could not be taken out of the files: the next run may
  /// send them again.
  package var unacknowledgedCount = 0
  /// What the queue holds now, and whether it could be read at all.
  package var pending: Int?
  /// How many dead letters there are; `nil` where they could not be read.
  package var deadLetterCount: Int?
  package var undeliverableCount = 0
  /// When the next dead letter is due, from the end of the run.
  package var nextRetry: Duration?
  /// What went wrong beside the work, one sentence each: a log that could not be written, say.
  package var remarks: [String] = []

  package init() {}

  /// How many items were settled.
  package var changedCount: Int { syncedCount + recoveredCount + failedCount }

  /// Whether the files are other than before.
  package var hasChanged: Bool { changedCount + vanishedCount + takenInCount > 0 }

  /// Whether the run did all that it could.
  package var isSuccess: Bool { ending == .finished }

  mutating func count(_ turn: WorkTurn) {
    count(turn.events)
    pending = turn.pending
    deadLetterCount = turn.deadLetterCount
    undeliverableCount = turn.undeliverable
    nextRetry = turn.waiting.map(\.remaining).min()
  }

  mutating func count(_ events: [WorkTurn.Event]) {
    for event in events {
      switch event {
      case .synced: syncedCount += 1
      case .recovered: recoveredCount += 1
      case .deadLetterRetried: failedCount += 1
      case .retried:
        failedCount += 1
        leavesFailures = true
      case .movedToDeadLetters:
        failedCount += 1
        movedCount += 1
      case .vanished: vanishedCount += 1
      }
    }
  }
}

extension SyncReport.Ending {
  init(_ stop: FaultJudge.Stop) {
    self =
      switch stop {
      case .server(let cause, let retryAfter): .serverAtFault(cause: cause, retryAfter: retryAfter)
      case .storage(let cause): .storageAtFault(cause: cause)
      case .receipt(let cause): .receiptMissing(cause: cause)
      }
  }
}
