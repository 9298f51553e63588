extension Diagnosis {
  /// Items that fail, too many dead letters, items that the server refuses or that cannot be sent, and times that lie in the future.
  var itemFindings: [Finding] {
    [failing, tooManyDeadLetters, poisonItems, clockSkew].compactMap { $0 }
  }

  /// Items of the queue that have failed twice or more, before they are dead letters.
  private var failing: Finding? {
    guard pending > 0, let groups = snapshot.queue.content?.failing, let worst = groups.first else {
      return nil
    }
    let causes = CauseIndex(snapshot.log.content?.lines ?? [])
    let facts = groups.map { group in
      let cause = group.cause ?? causes.cause(ofProject: group.project)
      let project = group.project.isEmpty ? "no project" : group.project
      return
        "\(count(group.count, "item", "items")) of \(project) \(group.count == 1 ? "has failed" : "have failed up to")"
        + " \(group.mostFailures) times\(cause.map { " (\($0))" } ?? "")"
    }
    let total = groups.reduce(0) { $0 + $1.count }
    let others = total > worst.count ? ", and \(count(total - worst.count, "other", "others"))" : ""
    return Finding(
      .failing,
      "\(facts[0])\(others): after 5 failures an item becomes a dead letter",
      evidence: groups.count > 1 ? Array(facts.prefix(8)) : [],
      since: groups.compactMap(\.oldest).min()
    )
  }

  private var tooManyDeadLetters: Finding? {
    let size = deadLetters.count
    guard size > settings.deadLetterWarning else { return nil }
    let isAlert = size > settings.deadLetterAlert
    let limit = isAlert ? settings.deadLetterAlert : settings.deadLetterWarning
    // To make due what is due already would change nothing.
    let areAllDue = deadLetters.allSatisfy { $0.isDue(at: now) }
    return Finding(
      isAlert ? .deadLetterAlert : .deadLetterInvestigate,
      "\(size) memories are dead letters, more than \(limit)\(causesText)",
      evidence: ["the file was last written \(age(of: snapshot.deadLetters.modifiedAt)) ago"],
      since: since(moreThan: limit),
      suggestion: areAllDue ? nil : Suggestion(.retryAll, command: "mem0top retry --all")
    )
  }

  /// More dead letters are not looked at one by one: each second that would cost more than it tells.
  private static let mostTold = 1000

  /// The causes of the most of them, as they say themselves: ` (8 × HTTP 502, 3 × HTTP 422)`.
  private var causesText: String {
    guard deadLetters.count <= Self.mostTold else { return "" }
    var counts: [String: Int] = [:]
    for cause in deadLetters.lazy.compactMap(\.lastError) { counts[cause, default: 0] += 1 }
    let causes = Dictionary(counts.map { (CausePattern.of($0.key), $0.value) }, uniquingKeysWith: +)
    let told = causes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map {
      "\($0.value) × \($0.key.count > 40 ? $0.key.prefix(39) + "…" : $0.key[...])"
    }
    // Of those that do not say it themselves the log may know the cause: the list shows it.
    let others = deadLetters.count - causes.values.sorted(by: >).prefix(3).reduce(0, +)
    let rest = others > 0 ? ["\(others) × other"] : []
    return told.isEmpty ? "" : " (\((told + rest).joined(separator: ", ")))"
  }

  /// Since when there are more dead letters than this, where all say when they came.
  private func since(moreThan limit: Int) -> Timestamp? {
    guard deadLetters.count <= Self.mostTold else { return nil }
    let moments = deadLetters.compactMap(\.movedAt).sorted()
    return moments.count == deadLetters.count ? moments[limit] : nil
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
      evidence: Array(facts.prefix(8)),
      since: suspects.filter(\.isPoison).compactMap(\.movedAt).min()
    )
  }

  /// How many items were refused, how often each, and why: `3 items 7 to 12 times each (422 …)`.
  private func refusals(_ items: [DeadLetter]) -> String {
    let tries = items.map(\.failures)
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
      ? "\(item.lastError ?? "refused"), \(item.failures) times" : explanation(item.flags)
  }

  private func explanation(_ flags: ItemFlags) -> String {
    ItemFlags.catalog.filter { flags.intersection(.undeliverable).contains($0.flag) }
      .map(\.explanation).joined(separator: "; ")
  }

  private var clockSkew: Finding? {
    let ahead = suspects.filter { $0.flags.contains(.futureTime) }
    var facts = ahead.prefix(8).map {
      "dead letter \($0.key.shortID) has a time in the future; an attempt counts as made when it was"
        + " first seen"
    }
    let written = snapshot.deadLetters.modifiedAt ?? now
    var since = ahead.map { letter in
      // An attempt that lies ahead is dated by its first sight already.
      min(letter.movedAt.map { $0 > now } ?? false ? written : letter.lastAttempt, now)
    }
    .min()
    if lock.reason == .futureModification, let modified = lock.modifiedAt {
      facts.append("the lock's time is \((modified - now).ageText) ahead")
      since = [since, lock.firstSeenAt].compactMap(\.self).min()
    }
    guard !facts.isEmpty else { return nil }
    return Finding(
      .clockSkew,
      "A time is in the future: this machine's clock or the writer's was wrong",
      evidence: facts,
      since: since
    )
  }
}
