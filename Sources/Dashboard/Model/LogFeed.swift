package import QueueEngine

/// What the log panel shows: the lines of the log file and those of our worker, as they came.
package struct LogFeed: Sendable {
  package struct Entry: Hashable, Sendable {
    package let line: LogLine
    /// Whether our run of the worker wrote it, and not the log file.
    package let isFromRun: Bool

    /// Whether it tells the same as another one, at another time.
    func repeats(_ other: Entry) -> Bool {
      isFromRun == other.isFromRun && line.kind == other.line.kind && line.event == other.line.event
    }

    /// Whether it ends the run of which another one is a figure.
    fileprivate func isEnd(before other: Entry) -> Bool {
      line.kind == .done && other.line.kind == .figure && isFromRun == other.isFromRun
    }
  }

  /// A row of the panel: an entry, several in a row that tell the same, or the end of a run with its figures.
  package struct Row: Hashable, Sendable {
    /// Indices into the entries.
    package let first: Int
    package fileprivate(set) var last: Int
    /// How many of them tell the same.
    package fileprivate(set) var count = 1
    /// How many figures of the run stand behind its end.
    package fileprivate(set) var figures = 0
  }

  /// Oldest first.
  package private(set) var entries: [Entry] = []
  /// Those that are shown, repeated ones folded into one.
  package private(set) var rows: [Row] = []
  /// Counts up with each line that ever came, so that a view can stay where it was.
  package private(set) var numberOfFirst = 0
  /// Whether any line tells when it was written.
  package private(set) var hasTimes = false

  package init() {}

  /// Joins the log and a run; of the lines, only those are shown in which `wanted` stands, `nil` shows all.
  init(_ log: LogTail?, _ run: WorkerRun?, only wanted: FoldedText? = nil) {
    let log = log ?? LogTail()
    numberOfFirst = log.lineNumberOfFirst + (run?.dropped ?? 0)
    entries.reserveCapacity(log.lines.count + (run?.output.count ?? 0))
    var output = (run?.output ?? [])[...]
    for (index, line) in log.lines.enumerated() {
      while let next = output.first, next.precedes <= log.lineNumberOfFirst + index {
        entries.append(Entry(line: next.line, isFromRun: true))
        output.removeFirst()
      }
      entries.append(Entry(line: line, isFromRun: false))
    }
    entries += output.map { Entry(line: $0.line, isFromRun: true) }
    fold(only: wanted)
  }

  package var count: Int { entries.count }

  private mutating func fold(only wanted: FoldedText?) {
    rows.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      if entry.line.time != nil { hasTimes = true }
      if let wanted, !wanted.isContained(in: entry.line.text) { continue }
      guard let row = rows.last, row.last + 1 == index else {
        rows.append(Row(first: index, last: index))
        continue
      }
      if wanted == nil, row.count == 1, entries[row.first].isEnd(before: entry) {
        rows[rows.count - 1].last = index
        rows[rows.count - 1].figures += 1
      } else if row.figures == 0, entries[row.last].repeats(entry) {
        rows[rows.count - 1].last = index
        rows[rows.count - 1].count += 1
      } else {
        rows.append(Row(first: index, last: index))
      }
    }
  }

  /// The entries of a row, oldest first.
  func entries(ofRow row: Int) -> ArraySlice<Entry> { entries[rows[row].first...rows[row].last] }

  /// The number of the last entry of a row, by which it is found again.
  func number(ofRow row: Int) -> Int { numberOfFirst + rows[row].last }

  /// The row that has the entry of a number, or stands behind its place; none where there are no rows.
  func row(ofNumber number: Int) -> Int? {
    guard !rows.isEmpty else { return nil }
    var (low, high) = (0, rows.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if numberOfFirst + rows[middle].last < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension LogTail {
  /// The number that the next line will have.
  var nextLineNumber: Int { lineNumberOfFirst + lines.count }
}
