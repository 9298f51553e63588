internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// Takes turns with the files on a thread of its own.
///
/// A turn waits for the lock for up to five seconds and syncs files. On the threads that the senders
/// share it would hold them up, on a machine with one core all of them.
final class LedgerWriter: Sendable {
  private let queue = DispatchQueue(label: "mem0top.ledger")
  private let ledger: Mutex<WorkLedger>

  init(settings: EngineSettings) {
    ledger = Mutex(WorkLedger(settings: settings))
  }

  /// What the queue counts over all runs, as of the last turn.
  var totals: QueueTotals { ledger.withLock(\.totals) }

  /// What turns that failed have done all the same.
  var unreported: [WorkTurn.Event] { ledger.withLock(\.unreported) }

  /// Settles and claims; what came of it is the event for the plan.
  func turn(settling results: [RunPlan.Settlement], claiming count: Int) async -> RunPlan.Event {
    await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: self.takeTurn(settling: results, claiming: count))
      }
    }
  }

  private func takeTurn(settling results: [RunPlan.Settlement], claiming count: Int)
    -> RunPlan.Event
  {
    ledger.withLock { ledger in
      do throws(ActionError) {
        return .turned(
          try ledger.turn(settling: results, claiming: count, now: SystemClock.now)
        )
      } catch {
        return .turnRefused(error, isAboutLock: ledger.wasRefusedLock)
      }
    }
  }
}
