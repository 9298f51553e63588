internal import QueueEngine

/// Why a key that changes something cannot be used now.
extension Model {
  /// The reason, one sentence; `nil` where the command may be tried.
  ///
  /// The footer asks for every frame, so nothing here walks the list of dead letters: whether the
  /// engine would refuse a retry is asked when its key is pressed.
  func obstacle(to command: Command) -> String? {
    switch command {
    case .clearLock: return lockRequest(.clearLock).flatMap(obstacle) ?? blindness
    case .endHolder: return lockRequest(.endHolder).flatMap(obstacle) ?? blindness
    case .retry: return changeObstacle ?? retryObstacle
    case .retryAll: return changeObstacle ?? busyObstacle(.retry([])) ?? emptyObstacle("retry")
    case .runWorker: return changeObstacle ?? workerObstacle
    case .mark, .markAll: return emptyObstacle("mark")
    default: return nil
    }
  }

  /// What a key asks for on the lock as it was last seen.
  func lockRequest(_ command: Command) -> ActionRequest? {
    guard let lock = snapshot?.lock else { return nil }
    guard command == .endHolder else { return .clearLock(lock) }
    let holder = lock.holders.first ?? lock.process
    return .endHolder(pid: holder?.pid ?? lock.pid ?? 0, startedAt: holder?.startedAt)
  }

  /// The items that `r` acts on: the open one, else the marked ones, else the selected one.
  var retryTargets: [ItemKey] {
    if let view = views.last {
      guard case .item(let key) = view.subject, deadLetters.item(for: key) != nil else { return [] }
      return [key]
    }
    guard marks.isEmpty else { return marks.keys(in: deadLetters.items) }
    return deadLetters.selection.map { [$0] } ?? []
  }

  private func obstacle(_ request: ActionRequest) -> String? {
    if let reason = changeObstacle ?? busyObstacle(request) { return reason }
    guard let snapshot,
      case .unavailable(let reason) = request.action.availability(in: snapshot, at: now)
    else { return nil }
    return reason
  }

  private var blindness: String? { snapshot == nil ? "The files were not read yet." : nil }

  private var changeObstacle: String? {
    isReadOnly ? "Nothing is changed: read_only is set in config.toml." : nil
  }

  private func busyObstacle(_ request: ActionRequest) -> String? {
    guard running.contains(where: request.isSameKind) else { return nil }
    return switch request {
    case .clearLock: "The lock is being cleared already."
    case .endHolder: "The holder is being ended already."
    case .retry: "A retry is running already."
    }
  }

  private var retryObstacle: String? {
    if let reason = busyObstacle(.retry([])) { return reason }
    guard let view = views.last else { return emptyObstacle("retry") }
    guard case .item(let key) = view.subject else {
      return "There is no dead letter here: go back and select one."
    }
    return deadLetters.item(for: key) == nil ? "It is no longer in the dead-letter file." : nil
  }

  private func emptyObstacle(_ verb: String) -> String? {
    deadLetters.isEmpty ? "There is no dead letter to \(verb)." : nil
  }

  private var workerObstacle: String? {
    if workerCommand.isEmpty { return "Nothing to run: no worker.command is set in config.toml." }
    guard let workerRun, workerRun.isRunning else { return nil }
    return "The worker is running already, for \((now - workerRun.startedAt).ageText)."
  }
}
