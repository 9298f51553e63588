internal import QueueEngine

/// How far a run has come.
package struct SyncProgress: Hashable, Sendable {
  /// Items that were settled, delivered or not.
  package private(set) var done = 0
  /// Those and the ones that are still to be tried in this run, as far as is known.
  package private(set) var total = 0

  /// Failed in this run, so that they wait in the queue for the next.
  private var failedInQueue = 0
  /// Claimed from the dead letters and not settled.
  private var lettersUnderWay = 0

  package init() {}

  mutating func note(_ turn: WorkTurn) {
    for event in turn.events {
      done += 1
      switch event {
      case .retried: failedInQueue += 1
      case .recovered, .deadLetterRetried: lettersUnderWay -= 1
      case .synced, .movedToDeadLetters, .vanished: break
      }
    }
    lettersUnderWay += turn.claimed.count { $0.source == .deadLetters }
    let left = (turn.pending ?? 0) - turn.undeliverable - failedInQueue
    total = max(done, done + left + max(lettersUnderWay, 0))
  }

  /// Takes the end of a run that tried all it could: what is left in the files is for another one.
  mutating func finish() {
    total = done
  }
}
