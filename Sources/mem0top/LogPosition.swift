internal import QueueEngine

/// How much of a followed file was told already, by the numbers of its lines.
struct LogPosition {
  private var next = 0

  /// Passes over all but the last `count` lines.
  mutating func skip(to count: Int, in tail: LogTail?) {
    guard let tail else { return }
    next = tail.lineNumberOfFirst + max(tail.lines.count - count, 0)
  }

  /// Tells the lines after the last one that was told.
  ///
  /// - Parameters:
  ///   - log: The file, as it was last read.
  ///   - isOver: Whether nothing more will come; else a last line that has no end yet waits for it.
  ///   - tell: Called with each line, scrubbed.
  mutating func tellNewLines(of log: LogFollower, isOver: Bool, _ tell: (LogLine) -> Void) {
    guard let tail = log.reading.content else { return }
    var lines = tail.lines[...]
    if log.hasUnfinishedLine, !isOver { lines = lines.dropLast() }
    for line in lines.dropFirst(max(next - tail.lineNumberOfFirst, 0)) { tell(line) }
    next = max(next, tail.lineNumberOfFirst + lines.count)
  }
}
