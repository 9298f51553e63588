extension Diagnosis {
  /// Too many dead letters, items that no retry can deliver, and times that lie in the future.
  var itemFindings: [Finding] {
    [tooManyDeadLetters, poisonItems, clockSkew].compactMap { $0 }
  }

  private var tooManyDeadLetters: Finding? {
    let size = deadLetters.count
    guard size > settings.deadLetterWarning else { return nil }
    let isAlert = size > settings.deadLetterAlert
    let limit = isAlert ? settings.deadLetterAlert : settings.deadLetterWarning
    return Finding(
      isAlert ? .critical : .warning,
      isAlert ? .deadLetterAlert : .deadLetterInvestigate,
      "\(size) memories are dead letters, more than \(limit)",
      evidence: ["the file was last written \(age(of: snapshot.deadLetters.modifiedAt)) ago"],
      suggestion: Suggestion(action: "retry_all", key: "R", command: "mem0top retry --all")
    )
  }

  private var poisonItems: Finding? {
    let queued = snapshot.queue.content?.flagged ?? []
    var facts = queued.filter { !$0.flags.isDisjoint(with: .undeliverable) }.map {
      "queue, byte \($0.byteOffset): \(explanation($0.flags))"
    }
    for item in suspects where item.isPoison {
      facts.append("dead letter \(item.key.shortID): \(causeOfPoison(item))")
    }
    guard !facts.isEmpty else { return nil }
    return Finding(
      .warning,
      .poisonItems,
      "\(count(facts.count, "item is", "items are")) such that no retry can deliver"
        + (facts.count == 1 ? " it" : " them"),
      evidence: Array(facts.prefix(8))
    )
  }

  private func causeOfPoison(_ item: DeadLetter) -> String {
    item.flags.isDisjoint(with: .undeliverable)
      ? "\(item.lastError ?? "refused"), \(item.retryCount) times" : explanation(item.flags)
  }

  private func explanation(_ flags: ItemFlags) -> String {
    ItemFlags.catalog.filter { flags.intersection(.undeliverable).contains($0.flag) }
      .map(\.explanation).joined(separator: "; ")
  }

  private var clockSkew: Finding? {
    var facts = suspects.filter { $0.flags.contains(.futureTime) }.prefix(8).map {
      "dead letter \($0.key.shortID) was last tried \(($0.lastAttempt - now).ageText) from now"
    }
    if lock.reason == .futureModification, let modified = lock.modifiedAt {
      facts.append("the lock was modified \((modified - now).ageText) from now")
    }
    guard !facts.isEmpty else { return nil }
    return Finding(
      .warning,
      .clockSkew,
      "A time lies in the future: the clock of this machine or of the writer was wrong",
      evidence: facts
    )
  }
}
