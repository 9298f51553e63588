package import QueueEngine

/// An action of the engine with all that was captured when the person asked for it.
///
/// Nothing in it is looked up again later: a list that changes while a question is open, or a lock
/// that is replaced meanwhile, cannot change what the person agreed to.
package enum ActionRequest: Hashable, Sendable {
  /// Clear the lock that was seen; the engine refuses any other one.
  case clearLock(LockStatus)
  /// End the hung process, and clear its lock.
  case endHolder(pid: Int32, startedAt: Timestamp?)
  /// Make dead letters due now.
  case retry([ItemKey])

  /// The engine's action that carries it out.
  package var action: any QueueAction {
    switch self {
    case .clearLock(let status): ClearLock(expecting: status)
    case .endHolder(let pid, let startedAt): EndHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): RetryItems(keys: keys)
    }
  }

  /// What it is, as a heading.
  package var title: String {
    switch self {
    case .clearLock: "Clear the lock"
    case .endHolder(let pid, _): "End pid \(pid)"
    case .retry(let keys):
      keys.count == 1 ? "Retry \(keys[0].shortName)" : "Retry \(keys.count) dead letters"
    }
  }

  /// Whether both do the same thing, whatever they do it to.
  func isSameKind(as other: ActionRequest) -> Bool {
    switch (self, other) {
    case (.clearLock, .clearLock), (.endHolder, .endHolder), (.retry, .retry): true
    default: false
    }
  }
}

extension ItemKey {
  /// Enough of its id to recognise the item by.
  var shortName: String { id.isEmpty ? "an item without an id" : String(id.prefix(8)) }
}
