internal import Synchronization

/// How an action waits for a live worker's lock: how long, who is told, and whether it still wants to.
///
/// It is shared between the thread that waits and the one that talks with the person.
public final class LockWait: Sendable {
  /// For how long a holder is waited for.
  public let timeout: Duration
  /// The id of the request over a link that the action is for, see `RequestLedger`; the journal keeps it.
  package let request: String?

  private let isCancelled = Atomic(false)
  private let hasTold = Atomic(false)
  private let progress: @Sendable (String) -> Void

  /// Makes a wait.
  ///
  /// - Parameters:
  ///   - timeout: How long a live worker may keep the lock before the action gives up.
  ///   - progress: Hears once who is waited for, in half a sentence: "it is held by pid 7 (…)"; it is called
  ///     on the thread that waits.
  public init(
    timeout: Duration = .seconds(5),
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.progress = progress
    request = nil
  }

  /// Makes a wait of an action that was asked for over a link.
  package init(
    timeout: Duration,
    request: String?,
    progress: @escaping @Sendable (String) -> Void
  ) {
    self.timeout = timeout
    self.progress = progress
    self.request = request
  }

  /// Ends the wait: the action is refused, and nothing is changed.
  ///
  /// One that has the lock already is no longer waiting, and goes on.
  public func cancel() {
    isCancelled.store(true, ordering: .relaxed)
  }

  /// Tells who is waited for, the first time; throws once the wait was cancelled.
  func tell(_ standing: () -> String) throws(ActionError) {
    if isCancelled.load(ordering: .relaxed) {
      throw .refused("No longer waiting for the lock; nothing was changed.", evidence: [])
    }
    if !hasTold.exchange(true, ordering: .relaxed) { progress(standing()) }
  }
}
