package import QueueEngine

/// What the log says about an item's failure, by the first characters of its id.
///
/// Built once for each new log, so that a frame costs one lookup for each row.
package struct CauseIndex: Sendable {
  private var lines: [LogLine] = []
  private var texts: [String: String] = [:]

  package init() {}

  /// Why an item failed last: as our worker noted it, else as the log has it.
  ///
  /// The log's is the last line of no known kind that names the item: an error message, most likely.
  func cause(of item: DeadLetter) -> String? {
    item.lastError ?? (texts.isEmpty ? nil : texts[item.key.shortID])
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

  /// Takes a new log and returns whether the causes may differ.
  mutating func rebuild(from lines: [LogLine]) -> Bool {
    guard lines != self.lines else { return false }
    let before = texts
    self.lines = lines
    texts = [:]
    for line in lines where line.kind == .other {
      guard let prefix = line.idPrefix else { continue }
      texts[ItemKey(id: prefix).shortID] = line.text
    }
    return texts != before
  }
}
