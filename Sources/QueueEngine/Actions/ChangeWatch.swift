/// Watches whether a retry outlives the next run of a worker that does not keep to the lock.
///
/// Such a worker reads the file, works for a while, and writes back what it read. A retry that it
/// overwrote shows in `retry_count` and `last_attempt` both having their old values again; one of
/// them alone proves nothing (RELIABILITY.md, C8).
public struct ChangeWatch: Sendable {
  private struct Values: Hashable {
    let retryCount: Int
    let lastAttempt: Timestamp
  }

  private let old: [ItemKey: Values]

  /// Watches dead letters as they stood before they were made due; one that was due is not watched.
  public init(retried items: some Sequence<DeadLetter>) {
    old = Dictionary(
      items.filter { $0.lastAttempt != Timestamp(0) }.map {
        ($0.key, Values(retryCount: $0.retryCount, lastAttempt: $0.lastAttempt))
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Whether anything is watched.
  public var isEmpty: Bool { old.isEmpty }

  /// The dead letters whose retry was overwritten, in the order of the file.
  public func overwritten(in letters: DeadLetters) -> [ItemKey] {
    guard !old.isEmpty else { return [] }
    return letters.items.lazy.filter { item in
      let present = Values(retryCount: item.retryCount, lastAttempt: item.lastAttempt)
      return old[item.key] == present
    }.map(\.key)
  }
}
