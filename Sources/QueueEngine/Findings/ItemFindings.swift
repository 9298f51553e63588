extension Diagnosis {
  /// Too many dead letters, items that the server refuses or that cannot be sent, and times that lie in the future.
  var itemFindings: [Finding] {
    [tooManyDeadLetters, poisonItems, clockSkew].compactMap { $0 }
  }

  private var tooManyDeadLetters: Finding? {
    let size = deadLetters.count
    guard size > settings.deadLetterWarning else { return nil }
    let isAlert = size > settings.deadLetterAlert
    let limit = isAlert ? settings.deadLetterAlert : settings.deadLetterWarning
    return Finding(
      isAlert ? .deadLetterAlert : .deadLetterInvestigate,
      "\(size) memories are dead letters, more than \(limit)",
      evidence: ["the file was last written \(age(of: snapshot.deadLetters.modifiedAt)) ago"],
      suggestion: Suggestion(.retryAll, command: "mem0top retry --all")
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
    let refused = suspects.filter { $0.isPoison && $0.flags.isDisjoint(with: .undeliverable) }
    let unsendable = facts.count - refused.count
    var sentences: [String] = []
    if !refused.isEmpty { sentences.append("the server has refused \(refusals(refused))") }
    if unsendable > 0 {
      sentences.append(
        count(unsendable, "item cannot be sent as it stands", "items cannot be sent as they stand")
      )
    }
    let sentence = sentences.joined(separator: "; ")
    return Finding(
      .poisonItems,
      sentence.prefix(1).uppercased() + sentence.dropFirst(),
      evidence: Array(facts.prefix(8))
    )
  }

  /// How many items were refused, how often each, and why: `3 items 7 to 12 times each (422 …)`.
  private func refusals(_ items: [DeadLetter]) -> String {
    let tries = items.map(\.retryCount)
    let (least, most) = (tries.min() ?? 0, tries.max() ?? 0)
    let times = least == most ? "\(most) times" : "\(least) to \(most) times"
    var causes: [String] = []
    for cause in items.compactMap(\.lastError) where !causes.contains(cause) {
      causes.append(cause)
    }
    let first = causes.first.map { $0.hasPrefix("HTTP ") ? $0.dropFirst(5) : $0[...] } ?? ""
    let others =
      causes.count > 1 ? ", and \(count(causes.count - 1, "other cause", "other causes"))" : ""
    return "\(count(items.count, "item", "items")) \(times)\(items.count == 1 ? "" : " each")"
      + " (\(first)\(others))"
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
      .clockSkew,
      "A time lies in the future: the clock of this machine or of the writer was wrong",
      evidence: facts
    )
  }
}
