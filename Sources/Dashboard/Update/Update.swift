internal import QueueEngine

/// Takes a message into the model and returns what the loop must do for it.
///
/// It is pure: it reads no clock and no file, and the same message does the same to the same model.
package func update(_ model: inout Model, _ message: Message) -> [Effect] {
  var effects = take(message, into: &model)
  effects += model.advancePace()
  model.regroup()
  // Whatever has changed: another list may be shown now, or one of another height.
  model.keepInView()
  return effects + model.askForContents() + model.askForPreviews()
}

private func take(_ message: Message, into model: inout Model) -> [Effect] {
  switch message {
  case .key(let key):
    return model.press(key)
  case .crowdedKey(let key):
    return model.pressInCrowd(key)
  case .mouse(let event):
    return model.point(event)
  case .focused(let isFocused):
    return model.noteFocus(isFocused)
  case .paste(let text):
    model.paste(text)
  case .resized(let size):
    return model.resize(to: size)
  case .tick where model.replay != nil:
    return model.playOn()
  case .tick(let now):
    model.now = now
    if model.notice?.isOver(at: now) == true { model.notice = nil }
    model.refresh()
    return []
  case .snapshot(let snapshot):
    return model.take(snapshot)
  case .replayed(let frame):
    model.show(frame)
  case .recorded(let series):
    model.past.fill(from: series)
  case .zones(let zones):
    model.zones = zones
  case .incidents(let incidents):
    model.incidents = incidents
  case .machines(let changed):
    model.take(changed)
  case .machineTold(let name, let result):
    model.tell(result, of: name)
  case .itemLoaded(let key, let detail, let file):
    model.show(detail, in: .item(key, of: file))
  case .previewsLoaded(let contents, .queue):
    model.queued.previews.take(contents)
  case .previewsLoaded(let contents, .deadLetters):
    model.deadLetters.previews.take(contents)
  case .contentsFound(let found, let file):
    model.take(contents: found, of: file)
  case .queueListed(let items):
    return model.takeQueue(items)
  case .actionFinished(let request, let result):
    model.isAwaitingResult = model.isPaused
    model.finish(request, result)
  case .actionWaits(let request, let standing):
    model.beginWait(of: request, standing)
  case .historyLoaded(let entries):
    model.auditRecords = entries.compactMap(ActionRecord.init)
  case .returnExplained(let keys, let reversals):
    model.tellReturn(of: keys, reversals)
  case .workerOutput(let text):
    model.takeWorkerOutput(text)
  case .workerEnded(let status):
    model.isAwaitingResult = model.isPaused
    model.endWorker(status: status)
  case .workerNotStarted(let reason):
    model.reportWorkerNotStarted(reason)
  case .pagerEnded(let status):
    model.tellPagerFailure(status: status)
  case .alert(let alert):
    return [.alert(alert)]
  case .alertFailed(let reason):
    model.note(.failure, reason)
  case .copyFailed(let reason):
    model.note(.failure, reason)
  case .announced(let text):
    model.announcement = text
  }
  return []
}

extension Model {
  /// Takes a new snapshot, unless the screen is paused.
  mutating func take(_ snapshot: Snapshot) -> [Effect] {
    guard !isPaused || isAwaitingResult else { return [] }
    isAwaitingResult = false
    let opened = openItem(of: .deadLetters)
    // Most looks find the log as it was: its lines are the same ones then, and are not compared.
    let isSameLog = self.snapshot?.log.content == snapshot.log.content
    self.snapshot = snapshot
    now = max(now, snapshot.generatedAt)
    let haveCausesChanged = causes.rebuild(from: snapshot.log.content?.lines ?? [])
    if haveCausesChanged { causesRevision += 1 }
    let wanted = snapshot.deadLetters.content?.items ?? []
    let haveLettersChanged = deadLetters.replace(with: wanted, at: now, causes: causes)
    mostDeadLetters = max(mostDeadLetters, deadLetters.count)
    if haveCausesChanged {
      if !haveLettersChanged { deadLetters.heed(causes, at: now) }
      queued.heed(causes.ofQueue, at: now)
    }
    if !isSameLog { rebuildLogFeed() }
    let effects = watchRetries(haveLettersChanged: haveLettersChanged)
    reviewPace()
    refresh()
    guard let item = openItem(of: .deadLetters), item != opened else { return effects }
    return effects + [.loadItem(item.key)]
  }

  /// Takes a new size; a question that is no longer on the screen is answered with no.
  fileprivate mutating func resize(to size: Size) -> [Effect] {
    self.size = size
    mostDeadLetters = deadLetters.count
    rewrapItem()
    if layout == nil {
      palette = nil
      filterEntry = nil
      searchEntry = nil
    }
    return prompt != nil && layout == nil ? decline() : []
  }

  /// Works out anew what depends on the moment.
  fileprivate mutating func refresh() {
    guard let snapshot else { return }
    deadLetters.heed(now, causes: causes)
    findings =
      snapshot.isLockAwaited
      ? [] : QueueEngine.findings(in: snapshot, at: now, settings: settings)
    if !isPaused, snapshot.queue.state == .ok, let queue = snapshot.queue.content {
      history.record(queue.pending, traffic: snapshot.traffic, at: now)
    }
    if !isPaused, replay == nil { past.note(snapshot, at: now) }
  }

  /// Puts an item that was read into the view that waits for it.
  fileprivate mutating func show(_ detail: ItemDetail, in page: OpenView.Subject) {
    for index in views.indices where views[index].subject == page {
      views[index].item = LoadedItem(detail, columns: viewColumns)
    }
  }

  /// Breaks the texts of an open item for the present width.
  fileprivate mutating func rewrapItem() {
    for index in views.indices {
      guard let item = views[index].item, item.columns != viewColumns else { continue }
      views[index].item = LoadedItem(item.detail, columns: viewColumns)
    }
  }
}
