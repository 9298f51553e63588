internal import Dashboard
internal import Fleet
internal import QueueEngine

extension ActionRequest {
  /// What a link asks for, as a key asks for it.
  init(_ action: RemoteAction) {
    switch action {
    case .clearLock(let status): self = .clearLock(status)
    case .endHolder(let pid, let startedAt): self = .endHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): self = .retry(keys)
    case .drop(let keys): self = .drop(keys)
    case .undo: self = .undo
    }
  }

  /// It as a link carries it; `nil` for what no link carries.
  var remoteAction: RemoteAction? {
    switch self {
    case .clearLock(let status): .clearLock(status)
    case .endHolder(let pid, let startedAt): .endHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): .retry(keys)
    case .drop(let keys, .deadLetters): .drop(keys)
    case .drop(_, .queue): nil
    case .undo: .undo
    }
  }
}
