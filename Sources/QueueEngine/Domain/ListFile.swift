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

  /// The file among the configured ones.
  public var file: KeyPath<FileNames, String> {
    switch self {
    case .queue: \.queue
    case .deadLetters: \.deadLetters
    }
  }
}
