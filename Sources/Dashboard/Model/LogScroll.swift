/// Where the log panel stands: at the end, or at a line that it keeps while new ones come.
package enum LogScroll: Hashable, Sendable {
  /// The newest line is selected, and shown as soon as it is there.
  case following
  /// The line of the first number is selected, and that of the second is the lowest one shown.
  case held(selected: Int, lowest: Int)

  /// The selected row; `nil` where there is none.
  package func selectedRow(of feed: LogFeed) -> Int? {
    switch self {
    case .following: feed.rows.isEmpty ? nil : feed.rows.count - 1
    case .held(let selected, _): feed.row(ofNumber: selected)
    }
  }

  /// The rows that so many rows of the screen show.
  package func window(of feed: LogFeed, rows: Int) -> Range<Int> {
    var end = feed.rows.count
    if case .held(_, let lowest) = self, let row = feed.row(ofNumber: lowest) {
      end = max(row + 1, min(rows, feed.rows.count))
    }
    return max(end - max(rows, 0), 0)..<end
  }

  /// Selects the row so many rows further down; at the end it follows again.
  mutating func move(by steps: Int, in feed: LogFeed, rows: Int) {
    guard let row = selectedRow(of: feed) else { return }
    select(row: max(min(row + steps, feed.rows.count - 1), 0), in: feed, rows: rows)
  }

  /// Selects a row that was looked for: where it is not seen with what follows it, it comes to a third of
  /// the height.
  mutating func show(row: Int, in feed: LogFeed, rows: Int) {
    guard row < feed.rows.count - 1, !window(of: feed, rows: rows).dropLast().contains(row) else {
      select(row: row, in: feed, rows: rows)
      return
    }
    let lowest = min(row + max(rows - 1, 0) * 2 / 3, feed.rows.count - 1)
    self = .held(selected: feed.number(ofRow: row), lowest: feed.number(ofRow: lowest))
  }

  /// Selects a row, and scrolls just so far that it is seen.
  mutating func select(row: Int, in feed: LogFeed, rows: Int) {
    guard row < feed.rows.count - 1 else {
      self = .following
      return
    }
    let window = window(of: feed, rows: rows)
    let lowest = max(min(window.upperBound - 1, row + max(rows, 1) - 1), row)
    self = .held(selected: feed.number(ofRow: row), lowest: feed.number(ofRow: lowest))
  }
}
