package import QueueEngine

/// What the log says about an item's failure, by the first characters of its id.
///
/// Built once for each new log, so that a frame costs one lookup for each row.
package struct CauseIndex: Sendable {
  /// How many characters of an id the log shows.
  private static let prefixLength = 8

  private var lines: [LogLine] = []
  private var texts: [String: String] = [:]

  package init() {}

  /// The last line of no known kind that names the item: an error message, most likely.
  package func cause(of key: ItemKey) -> String? {
    texts.isEmpty ? nil : texts[String(key.id.prefix(Self.prefixLength))]
  }

  /// Why an item failed last: its own fault, else as our worker noted it, else as the log has it.
  package func text(for item: DeadLetter) -> String? {
    let faults = item.flags.intersection(.undeliverable)
    guard faults.isEmpty else {
      return faults.names.map { $0.split(separator: "_").joined(separator: " ") }
        .joined(separator: ", ")
    }
    return item.lastError ?? cause(of: item.key)
  }

  /// Takes a new log and returns whether the causes may differ.
  mutating func rebuild(from lines: [LogLine]) -> Bool {
    guard lines != self.lines else { return false }
    let before = texts
    self.lines = lines
    texts = [:]
    for line in lines where line.kind == .other {
      guard let prefix = line.idPrefix else { continue }
      texts[String(prefix.prefix(Self.prefixLength))] = line.text
    }
    return texts != before
  }
}

extension Model {
  /// Why an item failed last: as our worker noted it, else as the log has it.
  package func cause(of item: DeadLetter) -> String? {
    item.lastError ?? causes.cause(of: item.key)
  }
}
