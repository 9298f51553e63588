/// An action that waits for a worker to release the lock.
package struct ActionWait: Hashable, Sendable {
  package let request: ActionRequest
  /// How it stood with the lock when the wait began, half a sentence.
  package let standing: String
  /// Whether the person wants it no more; it ends in a moment.
  package internal(set) var isCancelled = false
}
