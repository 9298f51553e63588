package import QueueEngine

/// A run of the worker that the person asked for, and what it wrote.
package struct WorkerRun: Hashable, Sendable {
  /// A line that it wrote.
  struct Output: Hashable, Sendable {
    let line: LogLine
    /// The number of the next line of the log file when this one came.
    let precedes: Int
  }

  /// Older lines are dropped.
  private static let mostLines = 500

  package let startedAt: Timestamp
  package internal(set) var isRunning = true
  private(set) var output: [Output] = []
  /// How many lines were dropped.
  private(set) var dropped = 0
  /// How many lines earlier runs wrote.
  private var earlier = 0

  init(startedAt: Timestamp) {
    self.startedAt = startedAt
  }

  /// What this run wrote, without what earlier ones did.
  private var ownLines: [LogLine] { output.dropFirst(max(earlier - dropped, 0)).map(\.line) }

  /// The last lines that it wrote, for the history.
  func lastLines(_ count: Int) -> [String] { ownLines.suffix(count).map(\.text) }

  /// The line that it wrote, where it was one: what it came to, in its own words.
  var onlyLine: String? { ownLines.count == 1 ? ownLines.first?.text : nil }

  /// How many memories it has delivered by its own lines, and how many it could not.
  var tally: (delivered: Int, failed: Int) {
    let kinds = ownLines.map(\.kind)
    let failed = kinds.count { [.retry, .deadLetterRetry, .movedToDeadLetters].contains($0) }
    return (kinds.count { [.synced, .recovered].contains($0) }, failed)
  }

  /// Adds a line that came before the line `number` of the log file.
  mutating func append(_ text: String, beforeLogLine number: Int) {
    output.append(Output(line: LogLineParser.parse(Array(text.utf8)), precedes: number))
    guard output.count > Self.mostLines else { return }
    dropped += output.count - Self.mostLines
    output.removeFirst(output.count - Self.mostLines)
  }

  /// Starts anew and keeps what earlier runs wrote.
  mutating func restart(at now: Timestamp) {
    var next = WorkerRun(startedAt: now)
    (next.output, next.dropped) = (output, dropped)
    next.earlier = dropped + output.count
    self = next
  }
}
