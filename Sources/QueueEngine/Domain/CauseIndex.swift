/// What the log says about why items failed.
///
/// Built once for each new log, so that a frame costs a lookup or two for each row. A line that names an
/// id speaks of that item; a retry of a dead letter names only the project and the count of its retries.
package struct CauseIndex: Sendable {
  private struct Retry: Hashable, Sendable {
    let project: String
    let count: Int
  }

  private var lines: [LogLine] = []
  private var texts: [String: String] = [:]
  /// `nil` where two causes are known, so that none is.
  private var retries: [Retry: String?] = [:]
  /// The cause of the last failure of each project's items.
  private var projects: [String: String] = [:]
  private var isOfQueue = false

  package init() {}

  /// Makes the index of a log's lines.
  package init(_ lines: [LogLine]) {
    _ = rebuild(from: lines)
  }

  /// Why an item failed last: as our worker noted it, else as the log has it.
  package func cause(of item: DeadLetter) -> String? {
    if let cause = item.lastError { return cause }
    // A retry in the queue names its project alone.
    if isOfQueue { return item.retryCount > 0 ? projects[item.project] : nil }
    let retry = Retry(project: item.project, count: item.retryCount)
    if let known = retries[retry], let cause = known { return cause }
    return texts.isEmpty ? nil : texts[item.key.shortID]
  }

  /// The index for items of the queue.
  package var ofQueue: CauseIndex {
    var index = self
    index.isOfQueue = true
    return index
  }

  /// Why an item is not delivered: its own fault, else why it failed last.
  package func text(for item: DeadLetter) -> String? {
    let faults = item.flags.intersection(.undeliverable)
    guard faults.isEmpty else {
      return faults.names.map { $0.split(separator: "_").joined(separator: " ") }
        .joined(separator: ", ")
    }
    return cause(of: item)
  }

  /// Why an item of a project failed last.
  func cause(ofProject project: String) -> String? { projects[project] }

  /// Takes a new log and returns whether the causes may differ.
  package mutating func rebuild(from lines: [LogLine]) -> Bool {
    guard lines != self.lines else { return false }
    let before = (texts, retries, projects)
    self.lines = lines
    (texts, retries, projects) = ([:], [:], [:])
    for line in lines {
      switch line.kind {
      case .deadLetterRetry:
        guard let project = line.project, let count = line.failures, let cause = line.cause else {
          continue
        }
        let retry = Retry(project: project, count: count)
        let isAnother = retries[retry].map { $0 != cause } ?? false
        retries[retry] = .some(isAnother ? nil : cause)
      case .retry, .gaveUp:
        if let project = line.project { projects[project] = line.cause }
      case .movedToDeadLetters:
        if let prefix = line.idPrefix, let cause = line.cause {
          texts[ItemKey(id: prefix).shortID] = cause
        }
      case .synced:
        // An item that went through proves nothing of the others of its project.
        continue
      case .other:
        // A line of no known kind that names the item: an error message, most likely.
        if let prefix = line.idPrefix { texts[ItemKey(id: prefix).shortID] = line.text }
      case .recovered, .waiting, .done, .figure, .refused, .failed, .traceback, .uploadFailed:
        continue
      }
    }
    return texts != before.0 || retries != before.1 || projects != before.2
  }
}
