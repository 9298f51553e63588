import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What is seen and said of the emergency file and of copies.
@Suite("Sources beside the queue")
struct SourceReaderTests {
  private static let copy = "mem0_queue.sync-conflict-20260101-120000-ABCDEFG.json"

  private func found(_ scene: EmergencyScene) -> [Finding] {
    findings(in: scene.snapshot, at: SystemClock.now, settings: scene.work.settings)
  }

  @Test("items of the emergency file and of what a crash left are counted; an end under way is not")
  func emergency() throws {
    let scene = try EmergencyScene(EmergencyScene.line("one") + "rest\n" + "{\"id\": \"t")
    try scene.work.directory.write(
      EmergencyScene.line("two", time: 1_700_000_000),
      to: "mem0_emergency.json.taken-3"
    )
    let status = scene.snapshot.emergency
    #expect(status.items == 2)
    #expect(status.otherLines == 1)
    #expect(status.oldest == Timestamp(1_700_000_000))
    #expect(status.files == ["mem0_emergency.json.taken-3", "mem0_emergency.json"])
    let finding = try #require(found(scene).first { $0.code == .emergencyItems })
    #expect(finding.severity == .warning)
    #expect(finding.suggestion?.command == "mem0top absorb")
    #expect(finding.summary.hasPrefix("2 memories are in "))
  }

  @Test("no emergency file, or an empty one, is no finding")
  func noEmergency() throws {
    #expect(found(try EmergencyScene()).allSatisfy { $0.code != .emergencyItems })
    #expect(found(try EmergencyScene("")).allSatisfy { $0.code != .emergencyItems })
    #expect(found(try EmergencyScene("{\"id\"")).allSatisfy { $0.code != .emergencyItems })
  }

  @Test("a change is seen by a reader that has read before")
  func changes() throws {
    let scene = try EmergencyScene(queue: #"{"queue":[]}"#)
    var reader = SnapshotReader(settings: scene.work.settings)
    #expect(reader.read(now: SystemClock.now).emergency.isEmpty)
    try scene.work.directory.write(EmergencyScene.line("one"), to: EmergencyScene.file)
    #expect(reader.read(now: SystemClock.now).emergency.items == 1)
    try scene.work.directory.append(EmergencyScene.line("two"), to: EmergencyScene.file)
    #expect(reader.read(now: SystemClock.now).emergency.items == 2)
    unlink(scene.work.directory.path(EmergencyScene.file))
    #expect(reader.read(now: SystemClock.now).emergency.isEmpty)
  }

  /// The journal is written before the change: what a kill has cut is not taken in.
  @Test(
    "what was about to be taken in when a kill came is still missing",
    arguments: [
      "intent", "unsure", "undone",
    ]
  )
  func aCutAbsorb(state: String) throws {
    let scene = try EmergencyScene(queue: #"{"queue":[]}"#)
    let item = EmergencyScene.line("only").dropLast()
    try scene.work.directory.write("{\"queue\":[\(item)]}", to: Self.copy)
    let path = scene.work.directory.path(Self.copy)
    _ = try AbsorbCopy(path: path).perform(settings: scene.work.settings)
    #expect(try CopyPlan.examine(path, settings: scene.work.settings).missingCount == 0)
    let journal = StateDirectory(settings: scene.work.settings).path(of: "journal")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: journal).first {
        $0.hasSuffix("-absorb.done")
      }
    )
    let stem = journal + "/" + name.dropLast("done".count)
    try #require(rename(stem + "done", stem + state) == 0)
    try scene.work.directory.write(#"{"queue":[]}"#, to: "mem0_queue.json")
    #expect(try CopyPlan.examine(path, settings: scene.work.settings).missingCount == 1)
    #expect(found(scene).contains { $0.code == .strayCopies })
  }

  @Test("a copy is named for what it alone holds, and for nothing else")
  func strays() throws {
    let line = EmergencyScene.line
    let items = ["a", "b", "c", "d", "e", "f", "old"].map {
      line($0, "p", $0 == "old" ? 1000 : 1_732_945_600).dropLast()
    }
    let scene = try EmergencyScene(
      line("e", "p", 1_732_945_600),
      queue: "{\"queue\":[\(items[0])],\"last_100\":[\(items[1])]}",
      deadLetters: "{\"items\":[\(items[2])]}"
    )
    try scene.work.directory.write("✅ Synced: p (ID: d...)\n", to: "logs/mem0_worker.log")
    try scene.work.directory.write("{\"queue\":[\(items.joined(separator: ","))]}", to: Self.copy)
    let strays = scene.snapshot.strays
    #expect(strays.map(\.items) == [1])
    #expect(strays.map(\.name) == [Self.copy])
    let finding = try #require(found(scene).first { $0.code == .strayCopies })
    #expect(
      finding.suggestion?.command == "mem0top absorb --from \(scene.work.directory.path(Self.copy))"
    )
    let outcome = try AbsorbCopy(path: scene.work.directory.path(Self.copy))
      .perform(settings: scene.work.settings)
    #expect(outcome.changed == 1)
    #expect(try scene.work.queueIDs == ["a", "f"])
    #expect(scene.snapshot.strays.isEmpty)
    // Nor is it missing once it was delivered.
    try scene.work.directory.write("{\"queue\":[\(items[0])]}", to: "mem0_queue.json")
    let again = scene.snapshot.strays
    #expect(again.map(\.items) == [1], "b, which no last_100 knows any more: \(again)")
  }

  /// A log has the first eight characters of an id: one line speaks of one memory.
  @Test(
    "a delivery of another memory whose id begins alike proves nothing",
    arguments: [
      ("0198c1f2-aaaa-7aaa-8aaa-aaaaaaaaaaaa", 1, 1), ("1732945600000", 1, 1),
      ("01JDXYZABCDEFGHJKMNPQRSTVW", 1, 1), ("0198c1f2-aaaa-4aaa-8aaa-aaaaaaaaaaaa", 1, 0),
      ("note-2025-a", 1, 0), ("x0000001", 1, 0), ("memory_1 of three", 1, 0), ("note-2025-a", 2, 2),
    ]
  )
  func idsThatBeginAlike(id: String, copies: Int, missing: Int) throws {
    let scene = try EmergencyScene(queue: #"{"queue":[]}"#, deadLetters: #"{"items":[]}"#)
    let line = SyncedLine.text(id)
    try scene.work.directory.write(line, to: "logs/mem0_worker.log")
    let items = (0..<copies).map {
      #"{"id":"\#(id)","project_id":"p","content":"says \#($0)","timestamp":1732945600}"#
    }
    try scene.work.directory.write("{\"queue\":[\(items.joined(separator: ","))]}", to: Self.copy)
    let plan = try CopyPlan.examine(
      scene.work.directory.path(Self.copy),
      settings: scene.work.settings
    )
    #expect(plan.missingCount == missing)
  }

  @Test("a copy of the dead letters goes back to them")
  func letters() throws {
    let letter = #"{"id":"l","project_id":"p","content":"x","retry_count":3,"last_attempt":5}"#
    let scene = try EmergencyScene(queue: #"{"queue":[]}"#, deadLetters: #"{"items":[]}"#)
    try scene.work.directory.write("{\"items\":[\(letter)]}", to: "mem0_queue_dlq.backup.json")
    #expect(scene.snapshot.strays.map(\.items) == [1])
    _ = try AbsorbCopy(path: scene.work.directory.path("mem0_queue_dlq.backup.json"))
      .perform(settings: scene.work.settings)
    #expect(try scene.work.lettersText == "{\"items\":[\(letter)]}")
    #expect(throws: ActionError.self) {
      try CopyPlan.examine(
        scene.work.directory.path("mem0_queue.json"),
        settings: scene.work.settings
      )
    }
  }

  @Test(
    "names of copies",
    arguments: [
      ("mem0_queue_backup.json", true), ("mem0_queue.backup.json", true), (copy, true),
      ("mem0_queue (conflicted copy 2026-01-01).json", true),
      ("mem0_queue (Ann's conflicted copy).json", true), ("mem0_queue.json", false),
      ("mem0_queue_dlq.json", false), ("mem0_queue_dlq.sync-conflict-1.json", false),
      ("mem0_queue (1).json", false), ("mem0_queue.lock", false),
    ]
  )
  func copies(_ name: String, _ isCopy: Bool) {
    #expect(StrayName.isCopy(name, of: "/d/mem0_queue.json") == isCopy)
  }

  @Test("what an older worker gave up is counted")
  func failed() throws {
    let scene = try EmergencyScene(
      queue: #"{"failed": [{"id": "x"}, 5], "queue": [], "last_100": [{}]}"#
    )
    #expect(scene.snapshot.queue.content?.failedCount == 2)
    #expect(scene.snapshot.queue.content?.pending == 0)
  }
}

private enum SyncedLine {
  /// What a worker writes of a delivery.
  static func text(_ id: String) -> String { "✅ Synced: p (ID: \(id.prefix(8))...)\n" }
}
