import Foundation
import QueueEngine
import Testing

/// A command that changes one file, with that file before and after it; there is nothing between.
struct FileCrash: CrashSubject {
  private static let queue = #"{"queue": [], "stats": {"total_queued": 7}}"#
  private static let items = [
    #"{"id":"aa11","content":"\u00e9 é","retry_count":3,"last_attempt":1.5e9}"#,
    #"{"id":"bb22","content":"x","retry_count":1,"last_attempt":1700000000,"new":NaN}"#,
  ]

  private static func file(_ items: String...) -> String {
    #"{"items": [\#(items.joined(separator: ", "))], "other": 1.0}"#
  }

  private static let recovering = ["recover", "--file", "dlq", "--yes"]
  private static let both = file(items[0], items[1])
  private static let allDue = both.replacing("1.5e9", with: "0").replacing("1700000000", with: "0")
  private static let oneDue = both.replacing("1700000000", with: "0")
  private static let first = file(items[0])

  /// The same in a file so large that the old version itself becomes the copy.
  private static func large(_ text: String) -> String {
    text.replacing(
      #""other": 1.0"#,
      with: #""other": "\#(String(repeating: "x", count: CopyStore.leastLinked))""#
    )
  }

  let description: String
  /// The file that changes.
  var file = WatchedDirectory.deadLetters
  /// What is run before, undisturbed.
  var preparation: [[String]] = []
  /// What the file holds at the very first.
  var start = FileCrash.both
  /// What another program makes of the file after the preparation.
  var destroyed: String?
  let arguments: [String]
  /// What the file holds before the command and after it.
  let before: String
  let after: String
  /// Whether "undo" then brings the file back to what it was.
  var isUndoable = false
  /// Whether somebody's lock on the file was seen: it is then written where it stands, and a kill may
  /// tear it.
  var isInPlace = false
  /// By default another action, which begins by settling what it finds.
  var recovery = ["retry", "aa11"]
  let essential: Set<Substring> = ["link", "renameat", "ftruncate"]
  var stride = 37

  static let all = [
    FileCrash(
      description: "retry one",
      arguments: ["retry", "bb22"],
      before: both,
      after: oneDue,
      isUndoable: true
    ),
    FileCrash(
      description: "retry all",
      arguments: ["retry", "--all"],
      before: both,
      after: allDue,
      isUndoable: true
    ),
    FileCrash(
      description: "retry in a large file",
      start: large(both),
      arguments: ["retry", "bb22"],
      before: large(both),
      after: large(oneDue),
      isUndoable: true
    ),
    FileCrash(
      description: "drop",
      arguments: ["dlq", "drop", "bb22", "--yes"],
      before: both,
      after: first,
      isUndoable: true
    ),
    FileCrash(
      description: "drop from a file that others lock",
      arguments: ["dlq", "drop", "bb22", "--yes"],
      before: both,
      after: first,
      isUndoable: true,
      isInPlace: true
    ),
    FileCrash(
      description: "restore",
      preparation: [["dlq", "drop", "bb22", "--yes"]],
      arguments: ["dlq", "restore", "bb22"],
      before: first,
      after: both
    ),
    FileCrash(
      description: "undo a drop",
      preparation: [["dlq", "drop", "bb22", "--yes"]],
      arguments: ["undo"],
      before: first,
      after: both
    ),
    FileCrash(
      description: "undo a retry",
      preparation: [["retry", "--all"]],
      arguments: ["undo"],
      before: allDue,
      after: both
    ),
    FileCrash(
      description: "recover",
      preparation: [["retry", "bb22"]],
      destroyed: #"{"items": [\#(items[1]), {"id"#,
      arguments: recovering,
      before: #"{"items": [\#(items[1]), {"id"#,
      after: "{\"items\": [\n  \(items[0]),\n  \(items[1])\n], \"other\": 1.0}",
      recovery: recovering
    ),
    FileCrash(
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
}

extension FileCrash {
  /// Makes the state before the command.
  func prepare(_ stage: CrashStage) async throws {
    stage.settings.lockStyle = .pidfile
    stage.variables = ["MEM0TOP_LOCK_STYLE": "pidfile"]
    // What comes after an "enqueue" changes the dead letters.
    try stage.directory.write(Self.both, to: WatchedDirectory.deadLetters)
    try stage.directory.write(start, to: file)
    if isInPlace { try DataFileSharing.markLocked(.deadLetters, settings: stage.settings) }
    for arguments in preparation {
      let outcome = try await stage.run(arguments)
      try #require(outcome.status == 0, "\(outcome.complaint)")
    }
    if let destroyed {
      try stage.directory.write(destroyed, to: WatchedDirectory.deadLetters)
    }
    #expect(try text(on: stage) == before)
  }

  func checkSuccess(on stage: CrashStage, _ place: String) throws {
    // What could not be put into the queue is in the emergency file.
    if description == "enqueue", stage.directory.exists("mem0_emergency.json") {
      let emergency = try stage.directory.text(of: "mem0_emergency.json")
      #expect(emergency.contains(#""content": "é""#), "\(place)")
      return
    }
    #expect(try text(on: stage) == after, "\(place)")
  }

  func checkWholeness(on stage: CrashStage, _ place: String) throws {
    var text = try text(on: stage)
    if isInPlace, !isWhole(text) {
      // It is torn, and the whole new version lies beside it.
      let names = try FileManager.default.contentsOfDirectory(atPath: stage.directory.path)
      let waiting = try #require(
        names.first { $0.hasPrefix(".mem0top-i") },
        "\(place) left \(text)"
      )
      text = try stage.directory.text(of: waiting)
    }
    #expect(isWhole(text), "\(place) left \(text)")
    if file == WatchedDirectory.deadLetters, !text.contains("bb22") {
      let kept = try DroppedItem.kept(in: stage.settings)
      let intents = try stage.files(named: ".intent", below: stage.settings.stateDirectory)
      #expect(!intents.isEmpty || kept.contains { $0.id == "bb22" }, "\(place) lost the copy")
    }
  }

  /// Removes what a dead holder left; the lock's own way out is "unlock", which is another subject.
  func tidy(_ stage: CrashStage) throws {
    unlink(stage.directory.path(of: WatchedDirectory.lock))
    try stage.age()
  }

  /// The next action finishes what was left, and takes back what was made.
  func checkRecovery(on stage: CrashStage, isFirst: Bool, _ place: String) async throws {
    try tidy(stage)
    let found = try text(on: stage)
    if found == destroyed || !isWhole(found) {
      // Another action would wait for somebody to finish writing the file.
      let outcome = try await stage.run(recovery)
      #expect(outcome.status == 0, "\(place): \(outcome.complaint)")
      // Torn by the recovery's own write, it is what that makes of the old or of the new file.
      let expected = found == destroyed ? [after] : [before, after].map { Self.forms($0)[1] }
      #expect(expected.contains(try text(on: stage)), "\(place)")
      try checkWholeness(on: stage, place)
    } else {
      let absent = RetryItems(keys: [ItemKey(id: "absent")])
      #expect(throws: ActionError.self, "\(place)") { try absent.perform(settings: stage.settings) }
      #expect(try text(on: stage) == found, "\(place): the recovery changed the file")
    }
    let state = stage.settings.stateDirectory
    #expect(try stage.files(named: ".intent", below: state).isEmpty, "\(place)")
    #expect(try stage.drafts().isEmpty, "\(place)")
    if isFirst, isUndoable, found == after {
      let undo = try await stage.run(["undo"])
      #expect(undo.status == 0, "\(place): \(undo.complaint)")
      #expect(try text(on: stage) == before, "\(place): not taken back")
    }
  }

  /// The text of the file with what is another each time made the same.
  private func text(on stage: CrashStage) throws -> String {
    try stage.directory.text(of: file).replacing(/"id": "[0-9a-f-]{36}"/, with: #""id": "ID""#)
      .replacing(/"timestamp": [0-9.]+/, with: #""timestamp": 0"#)
  }

  /// Whether the file is the old or the new one.
  private func isWhole(_ text: String) -> Bool {
    (Self.forms(before) + Self.forms(after)).contains(text)
  }

  /// A file, and the file in which the recovery has made the other item due.
  private static func forms(_ text: String) -> [String] {
    [text, text.replacing("1.5e9", with: "0")]
  }
}
