import Synchronization

/// Collects what a wait says.
final class ToldOnce: Sendable {
  private let words = Mutex<[String]>([])

  var all: [String] { words.withLock { $0 } }

  func hear(_ text: String) { words.withLock { $0.append(text) } }
}
