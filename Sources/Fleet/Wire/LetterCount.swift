package import QueueEngine

/// How many dead letters a machine has, where the letters themselves are not sent.
package struct LetterCount: Hashable, Codable, Sendable {
  package var count = 0
  /// How many of them are due.
  package var due = 0
  /// When the next of the others becomes due.
  package var next: Timestamp?

  package init() {}

  /// Counts the dead letters of a snapshot; what a file that has vanished once held does not count.
  package init(of snapshot: Snapshot, at now: Timestamp) {
    guard snapshot.deadLetters.state != .missing, let items = snapshot.deadLetters.content?.items
    else { return }
    count = items.count
    for item in items {
      let moment = item.dueAt
      if moment <= now { due += 1 } else { next = min(next ?? moment, moment) }
    }
  }
}
