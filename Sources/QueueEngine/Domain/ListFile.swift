/// Which of the two files with items is meant: what waits, or what failed too often.
public enum ListFile: String, CaseIterable, Codable, Sendable {
  /// What waits for its first delivery.
  case queue
  /// The dead letters.
  case deadLetters = "dlq"

  /// The member of the file that holds the items.
  var listName: StaticString {
    switch self {
    case .queue: "queue"
    case .deadLetters: "items"
    }
  }

  /// Where its items are, in words.
  package var place: String {
    switch self {
    case .queue: "the queue"
    case .deadLetters: "the dead letters"
    }
  }

  /// So many of its items, in words: `1 dead letter`, `3 memories`.
  package func counted(_ count: Int) -> String { "\(count) \(word(for: count))" }

  /// What one of its items is, and what several are.
  package func word(for count: Int) -> String {
    switch self {
    case .queue: count == 1 ? "memory" : "memories"
    case .deadLetters: count == 1 ? "dead letter" : "dead letters"
    }
  }

  /// The file among the configured ones.
  public var file: KeyPath<FileNames, String> {
    switch self {
    case .queue: \.queue
    case .deadLetters: \.deadLetters
    }
  }
}
