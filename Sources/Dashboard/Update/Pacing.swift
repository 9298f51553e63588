internal import QueueEngine

/// Retries at a pace: one first and, if it is delivered, the rest a few at a time.
extension Model {
  /// What a retry of several could be instead of all at once; `nil` where none can be tried first.
  func pace(for keys: [ItemKey]) -> PacedRetry? {
    guard keys.count > 1 else { return nil }
    let letters = deadLetters.items
    let preferred = isGrouped || isQueueOpen ? nil : deadLetters.selection
    let group = isGrouped && !isQueueOpen ? deadLetters.keysOfSelectedGroup : []
    let ofGroup = PacedRetry.candidate(
      among: group.filter(Set(keys).contains),
      preferring: nil,
      in: letters
    )
    let first = ofGroup ?? PacedRetry.candidate(among: keys, preferring: preferred, in: letters)
    return first.map {
      PacedRetry(keys, first: $0, perMinute: settings.retriesPerMinute)
    }
  }

  /// What the question offers besides a yes, one short sentence; none where it is nothing.
  func offer(of pace: PacedRetry?) -> [String] {
    guard let pace, let first = pace.first, let key = keymap.label(of: .oneFirst, charset) else {
      return []
    }
    let due = pace.dueCount(among: deadLetters.items, at: now)
    let others =
      due == 0 ? "" : "; \(due) of those \(due == 1 ? "is" : "are") due already, and not held back"
    return [
      "\(key) tries \(first.key.shortName) first; once it is delivered,"
        + " \(Self.follow(pace.total - 1)) at \(pace.perMinute) a minute\(others)"
    ]
  }

  /// Begins with what the question offered.
  mutating func beginPace() -> [Effect] {
    guard let pace = prompt?.pace, let first = pace.first else { return [] }
    prompt = nil
    (pacing, isLeavingTold) = (pace, false)
    note(
      .hint,
      "\(first.key.shortName) first; once it has been delivered, \(Self.follow(pace.total - 1)) at"
        + " \(pace.perMinute) a minute\(wayToStop)."
    )
    return []
  }

  private static func follow(_ count: Int) -> String {
    count == 1 ? "1 follows" : "\(count) follow"
  }

  /// Goes on with it where something is to be made due now.
  mutating func advancePace() -> [Effect] {
    guard var pace = pacing, !isPaused, !running.contains(where: ActionRequest.retry([]).isSameKind)
    else { return [] }
    if isReadOnly { pace.stop("The read-only mode began.") }
    let batch = pace.nextBatch(at: now, among: deadLetters.items)
    pacing = pace
    concludePace()
    return batch.isEmpty ? [] : start(.retry(batch))
  }

  /// Takes what became of an action, and returns whether it was one of a retry at a pace.
  mutating func takePaced(
    _ request: ActionRequest,
    _ result: Result<ActionOutcome, ActionError>
  ) -> Bool {
    guard case .retry(let keys) = request, pacing?.isMaking(keys) == true else { return false }
    switch result {
    case .success: pacing?.succeed(at: now)
    case .failure(let error):
      let reason = withLockKey(error.description, after: request)
      pacing?.stop(reason)
    }
    concludePace()
    return true
  }

  /// Looks what became of the first one.
  mutating func reviewPace() {
    guard snapshot?.deadLetters.state == .ok else { return }
    pacing?.review(deadLetters.items) { causes.text(for: $0) }
    concludePace()
  }

  /// Ends it on the person's word.
  mutating func stopPace() {
    pacing?.stop("Stopped.")
    concludePace()
  }

  /// Says how far it came, once it is over.
  private mutating func concludePace() {
    guard let pace = pacing, pace.isOver else { return }
    pacing = nil
    let count = ListFile.deadLetters.counted(pace.dueCount)
    let title = "Retry \(ListFile.deadLetters.counted(pace.total)) at \(pace.perMinute) a minute"
    switch pace.phase {
    case .stopped(let reason):
      let rest = pace.restCount
      let ending =
        rest == 0
        ? "All \(count) are due."
        : "\(pace.dueCount) of \(pace.total) \(pace.dueCount == 1 ? "was" : "were") made due; \(rest == 1 ? "the other one stays as it is" : "the other \(rest) stay as they are")."
      record(title, reason == "Stopped." ? .success : .refusal, "\(reason) \(ending)", [])
    default:
      let first = pace.first.map {
        ["\($0.key.shortName) was tried first and has left the dead letters"]
      }
      record(
        title,
        .success,
        "\(count) \(pace.dueCount == 1 ? "was" : "were") made due, \(pace.perMinute) a minute.",
        first ?? []
      )
    }
  }

  /// How far it is, in a few words; `nil` where none goes on.
  var paceText: String? {
    guard let pace = pacing else { return nil }
    if pace.phase == .trial, let first = pace.first {
      return
        "trying \(first.key.shortName), then \(pace.total - 1) at \(pace.perMinute)/min\(wayToStop)"
    }
    return "\(pace.dueCount) of \(pace.total) made due, \(pace.perMinute)/min\(wayToStop)"
  }

  /// The same where there is hardly any room.
  var shortPaceText: String? { pacing.map { "retry \($0.dueCount)/\($0.total)" } }

  /// Says, once, what stays undone where the dashboard ends now; `false` where there is nothing to say.
  mutating func tellOfLeaving() -> Bool {
    guard let pace = pacing, !isLeavingTold else { return false }
    isLeavingTold = true
    let way = keymap.label(of: .quit, charset).map { "; \($0) again quits" } ?? ""
    note(.hint, "\(pace.restCount) of \(pace.total) are not due yet and stay as they are\(way).")
    return true
  }

  private var wayToStop: String {
    keymap.label(of: .retryAll, charset).map { "; \($0) stops" } ?? ""
  }
}
