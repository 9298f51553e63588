import Foundation
import TestSupport

/// Three dead letters on a screen, with what a careless program would not keep.
struct DeadLetterStage {
  /// The items as they stand in the file, in its order; the last one is the first one due.
  static let items = [
    #"{"id": "aaaa1111-x", "project_id": "p", "content": "\u00e9 é", "retry_count": 3, "last_attempt": 4000000001}"#,
    #"{"id": "bbbb2222-x", "project_id": "p", "content": "x",  "retry_count": 1, "last_attempt": 4000000002, "new": 1.0}"#,
    #"{"id": "cccc3333-x", "project_id": "q", "content": "y", "retry_count": 0, "last_attempt": 4000000003}"#,
  ]
  static let text = "{\"items\": [\n  \(items.joined(separator: ",\n  "))\n], \"other\": 1.0}\n"

  let session: TmuxSession
  let directory: WatchedDirectory

  /// Opens the dashboard on them, the item cccc3333 selected.
  init() async throws {
    (session, directory) = try Robots.onFiles {
      try $0.write(Self.text, to: WatchedDirectory.deadLetters)
    }
    try await session.wait(until: "the first one due is selected") {
      Robots.selectedID($0) == "cccc3333"
    }
  }

  /// The file now.
  func letters() throws -> String { try directory.text(of: WatchedDirectory.deadLetters) }

  /// Whether some file of our own state holds this text.
  func isKept(_ text: String) -> Bool {
    let root = session.home.path + "/state"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.contains { name in
      let data = FileManager.default.contents(atPath: root + "/" + name) ?? Data()
      return data.range(of: Data(text.utf8)) != nil
    }
  }
}
