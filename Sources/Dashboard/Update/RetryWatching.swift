internal import QueueEngine

/// Retries that a program which does not keep to the lock overwrites (RELIABILITY.md, C8).
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

  /// Takes a new snapshot, and tells if another program has overwritten what was retried.
  mutating func watchRetries(haveLettersChanged: Bool) {
    for case .retry(let keys) in running where haveLettersChanged { noteRetry(of: keys) }
    guard !running.contains(.undo), let snapshot, snapshot.deadLetters.state == .ok,
      let letters = snapshot.deadLetters.content
    else { return }
    let overwritten = retryWatch.review(letters, isNew: haveLettersChanged)
    if !overwritten.isEmpty { tellOverwritten(overwritten) }
  }

  /// Says what was overwritten, and marks it where nothing is marked, so that one key retries it again.
  private mutating func tellOverwritten(_ keys: [ItemKey]) {
    let isOne = keys.count == 1
    let what = isOne ? keys[0].shortName : "\(keys.count) dead letters"
    let sentence =
      "Another program overwrote the retry of \(what): "
      + "retry_count and last_attempt have their old values again."
    record("Retry overwritten", .refusal, sentence, [names(of: keys)])
    guard views.isEmpty, marks.isEmpty, let key = keymap.label(of: .retry, charset) else { return }
    let wanted = Set(keys)
    marks.toggleAll(
      of: deadLetters.items.indices.filter { wanted.contains(deadLetters.items[$0].key) },
      in: deadLetters.count
    )
    note(.refusal, sentence + " \(key) retries \(isOne ? "it" : "them") again.")
  }
}
