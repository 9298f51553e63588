internal import QueueEngine

/// From a key to an action, and from its result to the screen.
extension Model {
  /// More records than this are not kept.
  private static let mostRecords = 200
  /// So many ids stand in a question about several items.
  private static let namesInQuestion = 4
  /// A longer command is not written out, in bytes.
  private static let longestCommand = 100

  /// Asks for an action on the lock, by the key's command.
  mutating func askForLock(_ command: Command) -> [Effect] {
    guard let snapshot, let request = lockRequest(command) else { return [] }
    let evidence = snapshot.lock.evidence + changeFacts(request)
    let availability = request.action.availability(in: snapshot, at: now)
    switch (request, availability) {
    case (_, .unavailable(let reason)):
      note(.hint, withLockKey(reason, after: request))
    case (.endHolder(let pid, _), .afterConfirmation(let question)):
      prompt = Prompt(request, question: question, evidence: evidence, answer: .number(pid))
    case (.endHolder(let pid, _), .available):
      let question = "\(request.title)?"
      prompt = Prompt(request, question: question, evidence: evidence, answer: .number(pid))
    case (_, .afterConfirmation):
      // The engine's question repeats the evidence, which stands below it here.
      let question = "Clear the lock? It names no owner."
      prompt = Prompt(request, question: question, evidence: evidence)
    case (_, .available): return start(request)
    }
    return []
  }

  /// Asks for a retry of the open item, else the marked ones, else the selected one.
  mutating func askForRetry() -> [Effect] {
    let targets = itemTargets
    let hidden = hiddenMarks
    var facts: [String] = []
    if hidden > 0 { facts.append("the filter hides \(hidden) of them") }
    let isGroup = views.isEmpty && marks.isEmpty && isGrouped
    if isGroup, let group = deadLetters.groups.selected {
      facts.append("all with the \(group.key.text)")
    }
    return askForRetry(
      of: targets,
      named: marks.isEmpty || !views.isEmpty ? "dead letter" : "marked dead letter",
      facts: facts,
      mayStart: hidden == 0 && !isGroup
    )
  }

  /// Asks for a retry of all that the filter shows; ends one that goes on at a pace.
  mutating func askForRetryOfAllShown() -> [Effect] {
    guard pacing == nil else {
      stopPace()
      return []
    }
    return askForRetry(
      of: deadLetters.rows.sorted().map { deadLetters.items[$0].key },
      named: "dead letter",
      facts: deadLetters.isFiltered
        ? ["those that the filter \(deadLetters.filterText()) shows"] : [],
      mayStart: false
    )
  }

  /// Asks for a retry of these items; `mayStart` where a single one needs no question.
  private mutating func askForRetry(
    of keys: [ItemKey],
    named name: String,
    facts: [String],
    mayStart: Bool
  ) -> [Effect] {
    guard let snapshot, !keys.isEmpty else { return [] }
    let request = ActionRequest.retry(keys)
    switch request.action.availability(in: snapshot, at: now) {
    case .unavailable(let reason):
      note(.hint, reason)
    case .afterConfirmation(let question):
      prompt = Prompt(request, question: question, evidence: facts + retryFacts(keys))
    case .available where mayStart && keys.count == 1:
      return start(request)
    case .available:
      let question = "Make \(keys.count) \(name)\(keys.count == 1 ? "" : "s") due now?"
      let pace = pace(for: keys)
      let evidence = facts + retryFacts(keys) + offer(of: pace)
      prompt = Prompt(request, question: question, evidence: evidence, pace: pace)
    }
    return []
  }

  /// Starts an action, unless one of its kind is running.
  mutating func start(_ request: ActionRequest) -> [Effect] {
    guard !running.contains(where: request.isSameKind) else { return [] }
    running.append(request)
    if case .retry(let keys) = request { noteRetry(of: keys) }
    return [.run(request)]
  }

  /// Takes what an action came to.
  mutating func finish(_ request: ActionRequest, _ result: Result<ActionOutcome, ActionError>) {
    running.removeAll(where: request.isSameKind)
    let wasCancelled = endWait(of: request)
    watchRetries(after: request, result)
    if takePaced(request, result) { return }
    switch result {
    case .success(let outcome):
      switch request.items {
      case (let keys, .queue)?: queued.marks.remove(keys, in: queued.items)
      case (let keys, .deadLetters)?: deadLetters.marks.remove(keys, in: deadLetters.items)
      case nil: break
      }
      let summary = withUndoKey(outcome.summary)
      record(request.title, .success, summary, outcome.evidence)
      if outcome.changed > 0, let offer = offer(after: request) {
        note(.success, summary + " " + offer)
      }
    case .failure(.refused(let reason, let evidence)):
      record(request.title, .refusal, reason, evidence)
      note(.refusal, withLockKey(reason, after: request))
      if wasCancelled { note(.hint, "Nothing was changed.") }
    case .failure(.failed(let sentence)):
      record(request.title, .failure, sentence, [])
    }
  }

  /// What was done, with the key that takes it back in place of the command.
  private func withUndoKey(_ summary: String) -> String {
    keymap.label(for: .undo, charset).map {
      summary.replacing("\"mem0top undo\"", with: $0)
    } ?? summary
  }

  /// Why something is refused, with the key that ends or clears the lock where that is in its way.
  func withLockKey(_ reason: String, after request: ActionRequest) -> String {
    guard let way = wayToFreeLock, !isReadOnly, request.action.kind != way.action,
      let key = keymap.label(for: way.action, charset)
    else { return reason }
    return "\(reason) \(key) \(way.deed)."
  }

  /// The action that may free the lock as it was last seen, and what it does.
  private var wayToFreeLock: (action: ActionKind, deed: String)? {
    switch snapshot?.lock.state {
    case .stale: (.clearLock, "clears it")
    case .hung where snapshot?.lock.isNamedOnly == false: (.endHolder, "ends the holder")
    default: nil
    }
  }

  /// Shows a sentence at the foot of the screen.
  mutating func note(_ kind: Notice.Kind, _ text: String) {
    notice = Notice(kind, text, at: now)
  }

  /// Shows what something came to, and keeps it for the history.
  mutating func record(
    _ title: String,
    _ kind: Notice.Kind,
    _ result: String,
    _ evidence: [String]
  ) {
    note(kind, result)
    records.append(
      ActionRecord(
        time: now,
        origin: .key,
        title: title,
        kind: kind,
        result: result,
        evidence: evidence
      )
    )
    if records.count > Self.mostRecords { records.removeFirst() }
  }

  /// What is going on, while an action runs.
  var runningText: String? {
    if let waitText { return waitText }
    return running.last.map { "\($0.progress) …" }
  }

  /// What a person should know before many items become due.
  private func retryFacts(_ keys: [ItemKey]) -> [String] {
    var wait = lockHolder.map { ["\($0) has the lock: this waits until it is free"] } ?? []
    if snapshot?.lock.state == .stale { wait = ["the lock is stale: it has to be cleared first"] }
    let what = "only last_attempt changes; the next run of the worker tries them"
    return [names(of: keys)] + wait + [what] + changeFacts(.retry(keys))
  }

  /// The files that an action changes, how many items stay as they are, and the command that does the same.
  func changeFacts(_ request: ActionRequest) -> [String] {
    guard let snapshot else { return [] }
    let preview = request.action.preview(in: snapshot, at: now)
    let files = preview.files.map { Scrubber.scrub($0) }.joined(separator: " and ")
    var facts = ["changes \(files) and no other file" + untouched(by: request)]
    if preview.command.utf8.count <= Self.longestCommand {
      facts.append("the same: \(Scrubber.scrub(preview.command))")
    } else if let items = request.items {
      let words = preview.command.split(separator: " ").prefix(request.isDrop ? 3 : 2)
      facts.append("the same: \(words.joined(separator: " ")) and their \(items.keys.count) ids")
    }
    return facts
  }

  private func untouched(by request: ActionRequest) -> String {
    guard let (keys, file) = request.items else { return "" }
    let others = list(of: file).count - keys.count
    return others > 0
      ? "; \(others) other\(others == 1 ? " stays as it is" : "s stay as they are")" : ""
  }

  func names(of keys: [ItemKey]) -> String {
    let names = keys.prefix(Self.namesInQuestion).map(\.shortName).joined(separator: ", ")
    let others = keys.count - Self.namesInQuestion
    return others > 0 ? "\(names) and \(others) more" : names
  }

  /// What to do next where the queue is free again and items wait.
  private func offer(after request: ActionRequest) -> String? {
    if request.items != nil || request == .undo { return nil }
    if snapshot?.queue.state == .corrupt {
      return "The queue file does not parse: \"mem0top recover\" rebuilds it."
    }
    let pending = snapshot?.queue.content?.pending ?? 0
    guard pending > 0, obstacle(to: .runWorker) == nil,
      let key = keymap.label(of: .runWorker, charset)
    else { return nil }
    return "\(pending) \(pending == 1 ? "item waits" : "items wait"): \(key) runs the worker."
  }
}
