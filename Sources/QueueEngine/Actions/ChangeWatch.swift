/// Watches whether retries outlive the next run of a worker that does not keep to the lock.
///
/// Such a worker reads the file, works for a while, and writes back what it read. A retry that it
/// overwrote shows in `retry_count` and `last_attempt` both having their old values again; one of
/// them alone proves nothing (`docs/safety.md#changing-a-file`).
public struct ChangeWatch: Sendable {
  private struct Values: Hashable {
    let retryCount: Int
    /// `nil` for any time in the future: it counts as another one each time the file is written.
    let lastAttempt: Timestamp?

    init(_ item: DeadLetter) {
      retryCount = item.retryCount
      lastAttempt = item.flags.contains(.futureTime) ? nil : item.lastAttempt
    }
  }

  private var old: [ItemKey: Values] = [:]

  /// Watches dead letters as they stood before they were made due; one that was due is not watched.
  public init(retried items: some Sequence<DeadLetter> = []) {
    add(items)
  }

  /// Whether anything is watched.
  public var isEmpty: Bool { old.isEmpty }

  /// Watches more dead letters; what is said of one later counts.
  public mutating func add(_ items: some Sequence<DeadLetter>) {
    for item in items where !item.isForcedDue { old[item.key] = Values(item) }
  }

  /// Watches what another watch does, whose values count.
  public mutating func add(_ other: ChangeWatch) {
    old.merge(other.old) { $1 }
  }

  /// Takes a reading from after the retry, and goes on with those dead letters that are still due.
  ///
  /// - Returns: those whose retry was overwritten, in the order of the file; they are told once.
  public mutating func review(_ letters: DeadLetters) -> [ItemKey] {
    guard !isEmpty else { return [] }
    var overwritten: [ItemKey] = []
    var due: [ItemKey: Values] = [:]
    for item in letters.items {
      guard let values = old[item.key] else { continue }
      if item.isForcedDue {
        due[item.key] = values
      } else if Values(item) == values {
        overwritten.append(item.key)
      }
    }
    old = due
    return overwritten
  }
}

extension DeadLetter {
  /// Whether its last attempt is 0, as a retry leaves it.
  fileprivate var isForcedDue: Bool { lastAttempt == Timestamp(0) }
}
