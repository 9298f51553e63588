internal import QueueEngine

/// Why a key that changes something cannot be used now.
extension Model {
  /// More than this no terminal takes for its clipboard.
  private static let mostBytesCopied = 74_000

  /// The reason, one sentence; `nil` where the command may be tried.
  ///
  /// The footer asks for every frame, so nothing here walks the list of dead letters: whether the
  /// engine would refuse a retry is asked when its key is pressed.
  func obstacle(to command: Command) -> String? {
    switch command {
    case .clearLock: return lockRequest(.clearLock).flatMap(obstacle) ?? blindness
    case .endHolder: return lockRequest(.endHolder).flatMap(obstacle) ?? blindness
    case .retry: return changeObstacle ?? queueObstacle ?? itemObstacle(.retry([]), "retry")
    case .drop: return awayFromList ?? changeObstacle ?? itemObstacle(.drop([]), "drop")
    case .undo: return changeObstacle ?? busyObstacle(.undo) ?? blindness
    case .retryAll where pacing != nil: return nil
    case .retryAll:
      return changeObstacle ?? queueObstacle ?? busyObstacle(.retry([])) ?? emptyObstacle("retry")
    case .runWorker: return changeObstacle ?? workerObstacle
    case .mark, .markAll: return awayFromList ?? emptyObstacle("mark")
    case .group: return emptyList("group")
    case .open: return emptyObstacle("open")
    // A line that did not open would leave what is typed next to the keys.
    case .filter: return nil
    case .sort:
      if let view = views.last { return view.subject == .history ? nil : awayFromPanels }
      if isGrouped { return "Groups are always sorted by count." }
      return emptyList("sort")
    default: return nil
    }
  }

  /// That a line of the log is selected, and no item.
  private var awayFromList: String? {
    guard views.isEmpty, focus == .log else { return nil }
    let way = keymap.label(of: .focus(.deadLetters), charset).map { ": \($0) goes there" } ?? ""
    return "The log has the focus, not the list\(way)."
  }

  /// What a key asks for on the lock as it was last seen.
  func lockRequest(_ command: Command) -> ActionRequest? {
    guard let snapshot, !snapshot.isLockAwaited else { return nil }
    let lock = snapshot.lock
    guard command == .endHolder else { return .clearLock(lock) }
    let holder = lock.holders.first ?? lock.process
    return .endHolder(pid: holder?.pid ?? lock.pid ?? 0, startedAt: holder?.startedAt)
  }

  /// The items that `r` and `x` act on: the open one, else the marked ones, else the selected one.
  var itemTargets: [ItemKey] {
    if let view = views.last {
      guard case .item(let key, let file) = view.subject, list(of: file).item(for: key) != nil
      else { return [] }
      return [key]
    }
    guard list.marks.isEmpty else { return list.marks.keys(in: list.items) }
    if list.isGrouped { return list.keysOfSelectedGroup }
    return list.selection.map { [$0] } ?? []
  }

  /// How many marked items the filter hides; none where an open item is what keys act on.
  var hiddenMarks: Int {
    views.isEmpty ? marks.count - marks.count(among: list.rows) : 0
  }

  /// Why nothing can be copied here.
  var copyObstacle: String? {
    guard let view = views.last else {
      return isGrouped && !list.isEmpty
        ? "This is a group: open it and select a \(list.file.word(for: 1))." : emptyObstacle("copy")
    }
    guard case .item = view.subject else { return nil }
    guard let item = view.item else { return "The item has not been read yet." }
    let bytes = item.detail.content.reduce(0) { $0 + $1.utf8.count + 1 }
    guard bytes > Self.mostBytesCopied else { return nil }
    return "The content is \(bytes) bytes, more than a terminal copies: view it in the pager."
  }

  /// Why everything cannot be looked at more or less often.
  func refreshObstacle(to command: Command) -> String? {
    let text = RefreshRate.text(refreshInterval)
    if command == .faster, RefreshRate.faster(than: refreshInterval) == nil {
      return "Everything is checked every \(text); more often would not help."
    }
    if command == .slower, RefreshRate.slower(than: refreshInterval) == nil {
      return "Everything is checked every \(text); less often would miss things."
    }
    return nil
  }

  private func obstacle(_ request: ActionRequest) -> String? {
    if let reason = changeObstacle ?? busyObstacle(request) { return reason }
    guard let snapshot,
      case .unavailable(let reason) = request.action.availability(in: snapshot, at: now)
    else { return nil }
    return withLockKey(reason, after: request)
  }

  private var blindness: String? {
    guard let snapshot else { return "The files have not been read yet." }
    return snapshot.isLockAwaited ? "The lock has not been looked at yet." : nil
  }

  private var changeObstacle: String? {
    if let machineObstacle { return machineObstacle }
    guard isReadOnly else { return nil }
    if replay != nil { return Replay.readOnlyReason }
    let way =
      keymap.label(of: .palette, charset).map { "; \($0)\(Command.allowChanges.words) ends it" }
      ?? ""
    return "Nothing is changed in read-only mode\(way)."
  }

  private func busyObstacle(_ request: ActionRequest) -> String? {
    guard let other = running.first(where: request.isSameKind) else { return nil }
    if let reason = waitObstacle(to: request) { return reason }
    return "Already \(other.progress)."
  }

  private func itemObstacle(_ request: ActionRequest, _ verb: String) -> String? {
    if let reason = busyObstacle(request) { return reason }
    guard let view = views.last else {
      return marks.isEmpty || isListHidden ? emptyObstacle(verb) : nil
    }
    guard case .item(let key, let file) = view.subject else {
      return "There is no \(shownList.word(for: 1)) here: go back and select one."
    }
    guard list(of: file).item(for: key) == nil else { return nil }
    return file == .queue
      ? "It is no longer in the queue." : "It is no longer in the dead-letter file."
  }

  /// Why what waits in the queue is not retried.
  private var queueObstacle: String? {
    guard targetList == .queue else { return nil }
    let way = keymap.label(of: .runWorker, charset).map { ": \($0) runs it now" } ?? ""
    return "What waits in the queue is tried at each run of the worker\(way)."
  }

  /// What a filter hides can be grouped, sorted and filtered otherwise all the same.
  private func emptyList(_ verb: String) -> String? {
    list.isEmpty || isListHidden ? emptyObstacle(verb) : nil
  }

  private func emptyObstacle(_ verb: String) -> String? {
    let word = shownList.word(for: 1)
    if isListHidden {
      let way = keymap.label(of: .focus(.deadLetters), charset).map { ": \($0) shows them" } ?? ""
      return "The dead letters are not on the screen\(way)."
    }
    if list.isEmpty { return "There is no \(word) to \(verb)." }
    return list.shownCount == 0 ? "The filter shows no \(word) to \(verb): Esc clears it." : nil
  }

  private var workerObstacle: String? {
    if workerCommand.isEmpty {
      return "Nothing to run: no server is set (url under [server] in config.toml)."
    }
    guard let workerRun, workerRun.isRunning else { return nil }
    let time = (now - workerRun.startedAt).ageText
    return "Already \(ActionKind.runWorker.row.progress), for \(time)."
  }
}
