package import QueueEngine

/// By which column a list is sorted, and which way round.
package struct ItemSort: Hashable, Sendable {
  /// What can be sorted by, in the order of the table's columns.
  package enum Column: Int, CaseIterable, Sendable {
    case id, project, tries, nextRetry, lastTry, age, cause

    /// Its name after "by".
    func title(in list: ListFile) -> String {
      switch self {
      case .id: "id"
      case .project: "project"
      case .tries: "tries"
      case .nextRetry: "next retry"
      case .lastTry: "last try"
      case .age: list == .queue ? "age" : "time in DLQ"
      case .cause: "cause"
      }
    }

    /// The column to its right in the table of a list, or the first one.
    func next(in list: ListFile) -> Column {
      let columns = Self.allCases.filter { $0.isColumn(of: list) }
      return columns.first { $0.rawValue > rawValue } ?? .id
    }

    /// What waits in the queue is due at each run.
    private func isColumn(of list: ListFile) -> Bool {
      list == .deadLetters || self != .nextRetry && self != .lastTry
    }
  }

  package var column: Column
  /// Whether the largest value as the table shows it stands first.
  package var isReversed: Bool

  /// The order in which a list is shown at first: what the worker takes next stands on top.
  package init(of list: ListFile = .deadLetters) {
    (column, isReversed) = list == .queue ? (.age, true) : (.nextRetry, false)
  }

  /// The places of the items in the order in which they are shown; those without a value come last.
  ///
  /// By next retry, what was due first stands first by its oldest attempt, as the worker takes them.
  package func order(
    of items: [DeadLetter],
    at now: Timestamp,
    causes: CauseIndex
  ) -> [Int] {
    switch column {
    case .nextRetry: byNextRetry(items, at: now)
    case .tries: byNumber(items) { SortKey.of($0.retryCount) }
    case .lastTry:
      byNumber(items) { $0.lastAttempt.secondsSinceEpoch > 0 ? SortKey.ofAge($0.lastAttempt) : nil }
    case .age: byNumber(items) { $0.movedAt.map(SortKey.ofAge) }
    case .id: byText(items) { $0.key.id }
    case .project: byText(items) { $0.project }
    case .cause: byText(items) { causes.text(for: $0) ?? "" }
    }
  }

  private func byNextRetry(_ items: [DeadLetter], at now: Timestamp) -> [Int] {
    var ready: [SortKey] = []
    var waiting: [SortKey] = []
    for (index, item) in items.enumerated() {
      let due = item.dueAt
      if due <= now {
        ready.append(SortKey(value: SortKey.of(item.lastAttempt), index: index))
      } else {
        waiting.append(SortKey(value: SortKey.of(due), index: index))
      }
    }
    ready.sort()
    waiting.sort()
    return directed(ready + waiting)
  }

  private func byNumber(_ items: [DeadLetter], value: (DeadLetter) -> UInt64?) -> [Int] {
    var keys: [SortKey] = []
    var others: [Int] = []
    for (index, item) in items.enumerated() {
      if let value = value(item) {
        keys.append(SortKey(value: value, index: index))
      } else {
        others.append(index)
      }
    }
    keys.sort()
    return directed(keys) + others
  }

  private func byText(_ items: [DeadLetter], text: (DeadLetter) -> String) -> [Int] {
    let texts = items.map(text)
    let keys = SortKey.sorted(byTexts: texts)
    let others = items.indices.filter { texts[$0].isEmpty }
    return directed(keys) + others
  }

  private func directed(_ keys: [SortKey]) -> [Int] {
    isReversed ? keys.reversed().map(\.index) : keys.map(\.index)
  }
}
