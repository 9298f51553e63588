/// Which of the two lists of items: what waits, or what failed too often.
enum WorkList {
  case queue, deadLetters

  /// The list's key in its file.
  var key: StaticString {
    switch self {
    case .queue: "queue"
    case .deadLetters: "items"
    }
  }

  /// The file, as the settings name it.
  func path(in settings: EngineSettings) -> String {
    switch self {
    case .queue: settings.path(of: \.queue)
    case .deadLetters: settings.path(of: \.deadLetters)
    }
  }

  /// A file that holds the list and nothing in it, written as Python would.
  func emptyFile(now: Timestamp) -> [UInt8] {
    switch self {
    case .queue: Array("{\"queue\": []}".utf8)
    case .deadLetters: Array("{\"items\": [], \"last_update\": \"\(TimeToken.local(now))\"}".utf8)
    }
  }
}
