/// Where the log panel stands: at the end, or at a line that it keeps while new ones come.
package enum LogScroll: Hashable, Sendable {
  /// The newest line is shown as soon as it is there.
  case following
  /// The line of this number is the lowest one shown.
  case held(lowest: Int)

  /// The lines that `rows` rows show.
  package func window(of feed: LogFeed, rows: Int) -> Range<Int> {
    let end: Int
    switch self {
    case .following: end = feed.count
    case .held(let lowest):
      let wanted = lowest - feed.numberOfFirst + 1
      end = min(max(wanted, min(rows, feed.count)), feed.count)
    }
    return max(end - max(rows, 0), 0)..<end
  }

  /// Moves by so many lines, down to the end, where it follows again.
  mutating func move(by steps: Int, in feed: LogFeed, rows: Int) {
    let end = window(of: feed, rows: rows).upperBound
    let moved = max(end + steps, min(rows, feed.count))
    self = moved >= feed.count ? .following : .held(lowest: feed.numberOfFirst + moved - 1)
  }
}
