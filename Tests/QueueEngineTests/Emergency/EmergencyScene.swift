import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A directory with an emergency file.
struct EmergencyScene {
  static let file = "mem0_emergency.json"

  let work: WorkScene

  init(_ lines: String? = nil, queue: String? = nil, deadLetters: String? = nil) throws {
    work = try WorkScene(queue: queue, deadLetters: deadLetters)
    if let lines { try work.directory.write(lines, to: Self.file) }
  }

  /// The line of an item as a producer writes it.
  static func line(_ id: String, project: String = "p", time: Int = 1_732_945_600) -> String {
    #"{"id": "\#(id)", "project_id": "\#(project)", "content": "about \#(id)", "#
      + #""timestamp": \#(time), "emergency": true}"# + "\n"
  }

  func absorb() throws -> ActionOutcome {
    try AbsorbEmergency().perform(settings: work.settings)
  }

  /// What is left beside the queue of emergency files.
  var leftovers: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: work.directory.path)
        .filter { $0.hasPrefix(Self.file) }.sorted()
    }
  }

  var snapshot: Snapshot {
    var reader = SnapshotReader(settings: work.settings)
    return reader.read(now: SystemClock.now)
  }
}
