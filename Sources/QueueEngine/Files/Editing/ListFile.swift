/// Which of the two files is meant, with the name of the list that it exists for.
public enum ListFile: String, CaseIterable, Sendable {
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
