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
  /// Take items out of a list, with a copy kept.
  case drop([ItemKey], from: ListFile = .deadLetters)
  /// Take back the last retry or drop.
  case undo

  /// The engine's action that carries it out.
  package var action: any QueueAction {
    switch self {
    case .clearLock(let status): ClearLock(expecting: status)
    case .endHolder(let pid, let startedAt): EndHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): RetryItems(keys: keys)
    case .drop(let keys, let list): DropItems(keys: keys, from: list)
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
    case .retry(let keys): "\(word) \(Self.names(of: keys, in: .deadLetters))"
    case .drop(let keys, let list): "\(word) \(Self.names(of: keys, in: list))"
    }
  }

  private static func names(of keys: [ItemKey], in list: ListFile) -> String {
    keys.count == 1 ? keys[0].shortName : list.counted(keys.count)
  }

  var isDrop: Bool { if case .drop = self { true } else { false } }

  /// Whether it changes files, and so waits for the worker's lock where somebody has it.
  package var needsLock: Bool { action is any FileAction }

  /// The items that it is about, and their list; `nil` where it is about something else.
  var items: (keys: [ItemKey], list: ListFile)? {
    switch self {
    case .retry(let keys): (keys, .deadLetters)
    case .drop(let keys, let list): (keys, list)
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
