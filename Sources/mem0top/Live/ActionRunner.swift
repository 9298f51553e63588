internal import Dashboard
internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// Runs the actions that keys ask for, where neither the screen nor a look at the files has to wait.
///
/// Actions that change files run one after the other, in the order in which they were asked for: the
/// next one waits with the one that waits for the lock. Those on the lock itself run beside them,
/// because one of them may be what ends that wait.
final class ActionRunner: Sendable {
  /// For how long a worker may keep the lock before a wait that nobody has cancelled ends.
  private static let timeout = Duration.seconds(600)

  private let settings: EngineSettings
  private let changes = DispatchQueue(label: "mem0top.changes")
  private let lockActions = DispatchQueue(label: "mem0top.lock")
  private let unfinished = DispatchGroup()
  /// The waits of the actions that were asked for and have not ended.
  private let waits = Mutex<[LockWait]>([])

  init(settings: EngineSettings) {
    self.settings = settings
  }

  /// Runs an action.
  ///
  /// - Parameters:
  ///   - request: The action.
  ///   - id: The id under which it was asked for over a link.
  ///   - tell: Hears once who is waited for, in half a sentence, if the lock is not free.
  ///   - finish: Hears what came of it. Both are called on a thread of the runner.
  func run(
    _ request: ActionRequest,
    id: String? = nil,
    tell: @escaping @Sendable (String) -> Void,
    finish: @escaping @Sendable (Result<ActionOutcome, ActionError>) -> Void
  ) {
    let wait = LockWait(timeout: Self.timeout, request: id, progress: tell)
    waits.withLock { $0.append(wait) }
    (request.needsLock ? changes : lockActions).async(group: unfinished) { [self] in
      finish(result(of: request, wait))
      waits.withLock { waits in waits.removeAll { $0 === wait } }
    }
  }

  private func result(
    of request: ActionRequest,
    _ wait: LockWait
  ) -> Result<ActionOutcome, ActionError> {
    // The engine asks only while it waits; one that was cancelled before its turn must not begin.
    guard waits.withLock({ waits in waits.contains { $0 === wait } }) else {
      return .failure(.refused("Cancelled before its turn; nothing was changed.", evidence: []))
    }
    return Result { () throws(ActionError) in
      try request.action.run(settings: settings, origin: .key, waiting: wait)
    }
  }

  /// Gives up all that waits for the lock; what has the lock already goes on.
  func cancelWaits() {
    let cancelled = waits.withLock { waits in
      defer { waits = [] }
      return waits
    }
    for wait in cancelled { wait.cancel() }
  }

  /// Gives up all that waits, and waits for the rest to end, but not for longer than `limit`.
  ///
  /// A process that ended in the middle of a change would leave the lock behind.
  func close(within limit: Duration) {
    cancelWaits()
    _ = unfinished.wait(timeout: .now() + limit.seconds)
  }
}
