package import QueueEngine

/// Which of the two lists the table shows: what keys that filter, sort, group, mark and drop act on.
extension Model {
  /// The list that the table shows: the dead letters, or the queue while that is open.
  package var shownList: ListFile { isQueueOpen ? .queue : .deadLetters }

  /// Its items.
  package var list: ItemList {
    get { isQueueOpen ? queued : deadLetters }
    _modify {
      if isQueueOpen { yield &queued } else { yield &deadLetters }
    }
  }

  /// The list of a file.
  func list(of file: ListFile) -> ItemList { file == .queue ? queued : deadLetters }

  /// The list that keys act on: that of the open item, else the one that the table shows.
  var targetList: ListFile {
    if case .item(_, let file) = views.last?.subject { return file }
    return shownList
  }

  /// Why items of a list fail, as the log says.
  func causes(of file: ListFile) -> CauseIndex { file == .queue ? causes.ofQueue : causes }

  /// Why those that the table shows fail.
  var shownCauses: CauseIndex { causes(of: shownList) }

  /// Opens the queue as a list that fills the screen.
  mutating func openQueue() -> [Effect] {
    focus = .deadLetters
    isZoomed = true
    guard !isQueueOpen else { return [] }
    isQueueOpen = true
    return [.listQueue(true)]
  }

  /// Shows the dead letters again, and forgets what was read of the queue.
  mutating func closeQueue() -> [Effect] {
    guard isQueueOpen else { return [] }
    (isQueueOpen, isQueueRead, isZoomed) = (false, false, false)
    queued = ItemList(.queue)
    views.removeAll { view in
      if case .item(_, .queue) = view.subject { true } else { false }
    }
    return [.listQueue(false)]
  }

  /// Takes the items of the queue, and asks for the open one anew where it has changed.
  mutating func takeQueue(_ items: [QueuedItem]) -> [Effect] {
    guard isQueueOpen, !isPaused || !isQueueRead else { return [] }
    isQueueRead = true
    let opened = openItem(of: .queue)
    guard queued.replace(with: items, at: now, causes: causes.ofQueue) else { return [] }
    guard let item = openItem(of: .queue), item != opened else { return [] }
    return [.loadItem(item.key, of: .queue)]
  }

  /// The item of a list that is open, as the list has it.
  func openItem(of file: ListFile) -> DeadLetter? {
    for view in views.reversed() {
      if case .item(let key, file) = view.subject { return list(of: file).item(for: key) }
    }
    return nil
  }
}

/// What belongs to the list that the table shows.
extension Model {
  package var marks: Marks { list.marks }
  package var grouping: Grouping { list.grouping }
  package var groups: ItemGroups { list.groups }
}
