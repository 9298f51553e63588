internal import QueueEngine

/// The retries of this session, until the worker has tried them or another program overwrote them.
package struct RetryWatch: Sendable {
  /// Retries that were done.
  private var done = ChangeWatch()
  /// The dead letters of the retry that runs, as they stand before it.
  private var begun = ChangeWatch()
  /// Whether a retry was done of whose file no reading has come yet.
  private var awaitsReading = false

  /// Notes what a retry that runs is about; a later note counts, because it may have to wait.
  mutating func note(_ items: some Sequence<DeadLetter>) {
    begun.add(items)
  }

  /// Takes the end of the retry that ran.
  mutating func finish(isDone: Bool) {
    if isDone {
      done.add(begun)
      awaitsReading = true
    }
    begun = ChangeWatch()
  }

  /// Watches nothing any more: old values come back because somebody wants it.
  mutating func forget() {
    done = ChangeWatch()
  }

  /// Takes a reading, and returns the dead letters whose retry another program overwrote.
  mutating func review(_ letters: DeadLetters, isNew: Bool) -> [ItemKey] {
    guard isNew || awaitsReading else { return [] }
    awaitsReading = false
    return done.review(letters)
  }
}
