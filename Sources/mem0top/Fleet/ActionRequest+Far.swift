internal import Dashboard
internal import Fleet

extension ActionRequest {
  /// What a link asks for, as a key asks for it.
  init(_ action: FarAction) {
    switch action {
    case .clearLock(let status): self = .clearLock(status)
    case .endHolder(let pid, let startedAt): self = .endHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): self = .retry(keys)
    case .drop(let keys): self = .drop(keys)
    case .undo: self = .undo
    }
  }

  /// It as a link carries it.
  var farAction: FarAction {
    switch self {
    case .clearLock(let status): .clearLock(status)
    case .endHolder(let pid, let startedAt): .endHolder(pid: pid, startedAt: startedAt)
    case .retry(let keys): .retry(keys)
    case .drop(let keys): .drop(keys)
    case .undo: .undo
    }
  }
}
