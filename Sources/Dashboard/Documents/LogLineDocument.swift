internal import QueueEngine

extension Document {
  /// So many lines before and after a line of the log stand on its page.
  private static let neighbours = 6
  /// Of lines that tell the same, so many of the last ones.
  private static let mostRepeated = 200

  /// A line of the log as it was written, with what it means and what stands around it.
  static func logLine(_ number: Int, model: Model, columns: Int) -> Document {
    var document = Document(title: [Span("Log line", .title)], columns: columns)
    let feed = model.logFeed
    guard let row = feed.row(ofNumber: number), feed.number(ofRow: row) >= number,
      let entry = feed.entries[safe: number - feed.numberOfFirst]
    else {
      document.append("The line is no longer among those that are kept.", .warning)
      return document
    }
    document.append(entry.line.text, LogPanel.role(of: entry.line.kind))
    document.append([.empty])
    document.append(meaningOf: entry, model: model)
    document.append(repetitionsOf: feed.rows[row], in: feed, model: model)
    document.append(heading: "Around it")
    let place = number - feed.numberOfFirst
    let around = max(place - neighbours, 0)..<min(place + neighbours + 1, feed.count)
    for index in around {
      let other = feed.entries[index].line
      let lead = Span(index == place ? "▌ " : "  ", .accent, bold: true)
      document.append(other.text, LogPanel.role(of: other.kind), lead: [lead])
    }
    return document
  }

  private mutating func append(meaningOf entry: LogFeed.Entry, model: Model) {
    let line = entry.line
    append("meaning", fact: Self.meaning(of: line.kind))
    if let time = line.time {
      let moment = time.momentText(at: model.now, zoneOffset: model.zoneOffset)
      append("local time", fact: "\(moment), \(time.agoText(at: model.now))")
    }
    if entry.isFromRun { append("written by", fact: "the worker that was started here") }
    if let project = line.project { append("project", fact: project) }
    if let cause = line.cause { append("cause", fact: cause) }
    guard let prefix = line.idPrefix else { return }
    append("memory", fact: "\(prefix), which is not among the dead letters")
  }

  private mutating func append(repetitionsOf row: LogFeed.Row, in feed: LogFeed, model: Model) {
    guard row.count > 1 else { return }
    append(heading: "The same, \(row.count) times")
    let same = feed.entries[row.first...row.last].filter { $0.repeats(feed.entries[row.last]) }
    for entry in same.suffix(Self.mostRepeated) { append(entry.line.text, .dim) }
  }

  private mutating func append(_ name: String, fact: String) {
    append(fact, lead: [Span(name.leftAligned(in: 12), .dim)])
  }

  private static func meaning(of kind: LogLine.Kind) -> String {
    switch kind {
    case .synced: "a memory was delivered"
    case .retry: "a delivery failed; it is tried again"
    case .movedToDeadLetters: "a memory failed five times in a row and became a dead letter"
    case .recovered: "a memory that had failed was delivered"
    case .deadLetterRetry: "a dead letter failed again"
    case .waiting: "a dead letter is not due yet"
    case .gaveUp: "a memory was given up for this run"
    case .done: "a run of the worker ended"
    case .figure: "a figure of the run that ended"
    case .refused: "somebody did not get the lock"
    case .failed: "a run could do nothing"
    case .traceback: "part of an error of the worker"
    case .uploadFailed: "why the delivery of the next line failed"
    case .other: "no line that mem0top knows"
    }
  }
}

extension Array {
  /// The element at a place; `nil` where there is none.
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
