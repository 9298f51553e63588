internal import QueueEngine

/// Retries that a program without the lock overwrites (`docs/safety.md#changing-a-file`), or that an
/// undo in another terminal takes back.
extension Model {
  /// Notes how the dead letters of a retry stand before it.
  mutating func noteRetry(of keys: [ItemKey]) {
    let keys = Set(keys)
    retryWatch.note(deadLetters.items.lazy.filter { keys.contains($0.key) })
  }

  /// Takes what an action came to: a retry is watched from now on, and an undo is no overwriting.
  mutating func watchRetries(
    after request: ActionRequest,
    _ result: Result<ActionOutcome, ActionError>
  ) {
    let isDone =
      switch result {
      case .success: true
      case .failure: false
      }
    switch request {
    case .retry: retryWatch.finish(isDone: isDone)
    case .undo where isDone: retryWatch.forget()
    case .undo, .drop, .clearLock, .endHolder: break
    }
  }

  /// Takes a new snapshot, and asks who it was where retried dead letters have their old times again.
  mutating func watchRetries(haveLettersChanged: Bool) -> [Effect] {
    for case .retry(let keys) in running where haveLettersChanged { noteRetry(of: keys) }
    guard !running.contains(.undo), let snapshot, snapshot.deadLetters.state == .ok,
      let letters = snapshot.deadLetters.content
    else { return [] }
    let returned = retryWatch.review(letters, isNew: haveLettersChanged)
    return returned.isEmpty ? [] : [.explainReturn(returned)]
  }

  /// Says who gave these retried dead letters their old times back.
  mutating func tellReturn(of keys: [ItemKey], _ reversals: [RetryReversal]) {
    let takenBack = Set(reversals.flatMap(\.keys))
    let overwritten = keys.filter { !takenBack.contains($0) }
    if !overwritten.isEmpty { tellOverwritten(overwritten) }
    // The audit log has the undo itself, so the history shows it without a record of ours.
    for reversal in reversals where overwritten.isEmpty { note(.hint, sentence(about: reversal)) }
  }

  private func sentence(about reversal: RetryReversal) -> String {
    let keys = reversal.keys
    let what = keys.count == 1 ? "of \(keys[0].shortName)" : "of \(keys.count) dead letters"
    let who =
      switch reversal.origin {
      case .command: "mem0top undo"
      case .key: "The undo key of another dashboard"
      case .worker, nil: "An undo in another terminal"
      }
    let time = ISOTime.moment(reversal.time)?.momentText(at: now, zoneOffset: zoneOffset)
    return "\(who) took back the retry \(what)\(time.map { " at \($0)" } ?? "")."
  }

  /// Says what was overwritten, and marks it where nothing is marked, so that one key retries it again.
  private mutating func tellOverwritten(_ keys: [ItemKey]) {
    let isOne = keys.count == 1
    let what = isOne ? keys[0].shortName : "\(keys.count) dead letters"
    let sentence =
      "Another program overwrote the retry of \(what): "
      + "retry_count and last_attempt have their old values again."
    record("Retry overwritten", .refusal, sentence, [names(of: keys)])
    guard views.isEmpty, !isQueueOpen, deadLetters.marks.isEmpty,
      let key = keymap.label(of: .retry, charset)
    else { return }
    let wanted = Set(keys)
    deadLetters.marks.toggleAll(
      of: deadLetters.items.indices.filter { wanted.contains(deadLetters.items[$0].key) },
      in: deadLetters.count
    )
    note(.refusal, sentence + " \(key) retries \(isOne ? "it" : "them") again.")
  }
}
