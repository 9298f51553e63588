package import QueueEngine

/// What the log panel shows: the lines of the log file and those of our worker, as they came.
package struct LogFeed: Sendable {
  package struct Entry: Hashable, Sendable {
    package let line: LogLine
    /// Whether our run of the worker wrote it, and not the log file.
    package let isFromRun: Bool
  }

  /// Oldest first.
  package private(set) var entries: [Entry] = []
  /// Counts up with each line that ever came, so that a view can stay where it was.
  package private(set) var numberOfFirst = 0

  package init() {}

  init(_ log: LogTail?, _ run: WorkerRun?) {
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
  }

  package var count: Int { entries.count }
}

extension LogTail {
  /// The number that the next line will have.
  var nextLineNumber: Int { lineNumberOfFirst + lines.count }
}
