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
  /// Take dead letters out of the queue, with a copy kept.
  case drop([ItemKey])
  /// Take back the last retry or drop.
  case undo

  /// The engine's action that carries it out.
  package var action: any QueueAction {
    switch self {
    case .clearLock(let status): ClearLock(expecting: status)
    case .endHolder(let pid, let startedAt): EndHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): RetryItems(keys: keys)
    case .drop(let keys): DropItems(keys: keys)
    case .undo: UndoChange()
    }
  }

  /// What it is, as a heading: `Retry 3f2a91c0`.
  package var title: String { withObject(action.kind.row.title) }

  /// That it is under way: `retrying 3f2a91c0`.
  var progress: String { withObject(action.kind.row.progress) }

  /// A word for the action with what it is done to, where that needs to be said.
  private func withObject(_ word: String) -> String {
    switch self {
    case .clearLock, .undo: word
    case .endHolder(let pid, _): "\(word) pid \(pid)"
    case .retry(let keys), .drop(let keys):
      keys.count == 1 ? "\(word) \(keys[0].shortName)" : "\(word) \(keys.count) dead letters"
    }
  }

  /// Whether it changes files, and so waits for the worker's lock where somebody has it.
  package var needsLock: Bool { action is any FileAction }

  /// The dead letters that it is about; `nil` where it is about something else.
  var keys: [ItemKey]? {
    switch self {
    case .retry(let keys), .drop(let keys): keys
    case .clearLock, .endHolder, .undo: nil
    }
  }

  /// Whether both do the same thing, whatever they do it to.
  func isSameKind(as other: ActionRequest) -> Bool {
    action.kind == other.action.kind
  }
}

extension ItemKey {
  /// Enough of its id to recognise the item by.
  var shortName: String { id.isEmpty ? "an item without an id" : shortID }
}
