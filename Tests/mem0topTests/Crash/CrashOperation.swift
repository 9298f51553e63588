/// An operation that is ended at each of its system calls, with the file before and after it.
struct CrashOperation: Sendable, CustomStringConvertible {
  private static let queue = #"{"queue": [], "stats": {"total_queued": 7}}"#
  private static let items = [
    #"{"id":"aa11","content":"\u00e9 é","retry_count":3,"last_attempt":1.5e9}"#,
    #"{"id":"bb22","content":"x","retry_count":1,"last_attempt":1700000000,"new":NaN}"#,
  ]

  private static func file(_ items: String...) -> String {
    #"{"items": [\#(items.joined(separator: ", "))], "other": 1.0}"#
  }

  private static let both = file(items[0], items[1])
  private static let allDue = both.replacing("1.5e9", with: "0").replacing("1700000000", with: "0")
  private static let oneDue = both.replacing("1700000000", with: "0")
  private static let first = file(items[0])

  let description: String
  /// The file that changes.
  var file = WatchedDirectory.deadLetters
  /// What is run before, undisturbed.
  var preparation: [[String]] = []
  /// What the file holds at the very first.
  var start = CrashOperation.both
  /// What another program makes of the file after the preparation.
  var destroyed: String?
  let arguments: [String]
  /// What the file holds before the operation and after it; there is nothing between.
  let before: String
  let after: String
  /// Whether "undo" then brings the file back to what it was.
  var isUndoable = false
  /// Of how many points the short form takes one.
  var stride = 11

  static let all = [
    CrashOperation(
      description: "retry one",
      arguments: ["retry", "bb22"],
      before: both,
      after: oneDue,
      isUndoable: true
    ),
    CrashOperation(
      description: "retry all",
      arguments: ["retry", "--all"],
      before: both,
      after: allDue,
      isUndoable: true
    ),
    CrashOperation(
      description: "drop",
      arguments: ["dlq", "drop", "bb22", "--yes"],
      before: both,
      after: first,
      isUndoable: true
    ),
    CrashOperation(
      description: "restore",
      preparation: [["dlq", "drop", "bb22", "--yes"]],
      arguments: ["dlq", "restore", "bb22"],
      before: first,
      after: both
    ),
    CrashOperation(
      description: "undo a drop",
      preparation: [["dlq", "drop", "bb22", "--yes"]],
      arguments: ["undo"],
      before: first,
      after: both
    ),
    CrashOperation(
      description: "undo a retry",
      preparation: [["retry", "--all"]],
      arguments: ["undo"],
      before: allDue,
      after: both
    ),
    CrashOperation(
      description: "recover",
      preparation: [["retry", "bb22"]],
      destroyed: #"{"items": [\#(items[1]), {"id"#,
      arguments: ["recover", "--file", "dlq", "--yes"],
      before: #"{"items": [\#(items[1]), {"id"#,
      after: "{\"items\": [\n  \(items[0]),\n  \(items[1])\n], \"other\": 1.0}",
      stride: 31
    ),
    CrashOperation(
      description: "enqueue",
      file: WatchedDirectory.queue,
      start: queue,
      arguments: ["enqueue", "--project", "p", "--content", "é"],
      before: queue,
      after: queue.replacing(
        "[]",
        with: #"[{"id": "ID", "project_id": "p", "content": "é", "timestamp": 0, "retries": 0}]"#
      ).replacing("7}", with: "8}")
    ),
  ]

  /// The text of the file with what is another each time made the same.
  static func settled(_ text: String) -> String {
    text.replacing(/"id": "[0-9a-f-]{36}"/, with: #""id": "ID""#)
      .replacing(/"timestamp": [0-9.]+/, with: #""timestamp": 0"#)
  }
}
