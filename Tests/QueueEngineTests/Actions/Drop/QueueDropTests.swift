import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What is dropped from the queue leaves it and nothing else does, and it comes back into the queue.
struct QueueDropTests {
  private static let queue = """
    {"queue": [
      {"id": "aaaaaaaa-1", "project_id": "p", "content": "one", "timestamp": 1.5e9, "retries": 2},
      {"id": "b", "project_id": "p", "content": "two",  "timestamp": 1700000000, "new": NaN}
    ], "last_100": [], "stats": {"total_queued": 2}}

    """

  private let scene: RetryScene

  init() throws {
    scene = try RetryScene(#"{"items":[{"id":"b","content":"letter","last_attempt":5}]}"#)
    try scene.directory.write(Self.queue, to: "mem0_queue.json")
  }

  private var text: String {
    get throws {
      try String(contentsOfFile: scene.directory.path("mem0_queue.json"), encoding: .utf8)
    }
  }

  private func drop(_ ids: String...) throws(ActionError) -> ActionOutcome {
    try DropItems(keys: ids.map { ItemKey(id: $0) }, from: .queue).perform(settings: scene.settings)
  }

  @Test func onlyTheMemoryLeaves() throws {
    let letters = try scene.text()
    let outcome = try drop("b")
    #expect(outcome.summary == "The memory b was dropped; \"mem0top undo\" brings it back.")
    let line =
      ",\n  {\"id\": \"b\", \"project_id\": \"p\", \"content\": \"two\",  \"timestamp\": 1700000000,"
      + " \"new\": NaN}"
    #expect(try text == Self.queue.replacingOccurrences(of: line, with: ""))
    #expect(try scene.text() == letters)
  }

  @Test func undoBringsItBackIntoTheQueue() throws {
    _ = try drop("aaaaaaaa-1", "b")
    let outcome = try UndoChange().perform(settings: scene.settings)
    #expect(outcome.summary.hasSuffix(": 2 memories are back."))
    var reader = SnapshotReader(settings: scene.settings)
    let items = try #require(reader.readQueuedItems(now: Timestamp(2e9)).content)
    #expect(items.map(\.key.id) == ["aaaaaaaa-1", "b"])
    #expect(items.map(\.retryCount) == [2, 0])
    #expect(items.map(\.movedAt) == [Timestamp(1.5e9), Timestamp(1_700_000_000)])
    #expect(try text.contains("\"new\": NaN"))
  }

  /// Somebody may have removed the file since.
  @Test func undoBringsItBackIntoAFileThatIsGone() throws {
    _ = try drop("b")
    try FileManager.default.removeItem(atPath: scene.directory.path("mem0_queue.json"))
    #expect(try UndoChange().perform(settings: scene.settings).changed == 1)
    #expect(try text.contains("\"id\": \"b\"") && text.contains("\"total_synced\""))
  }

  @Test func undoNeedsNoDeadLetters() throws {
    try FileManager.default.removeItem(atPath: scene.path)
    _ = try drop("b")
    #expect(UndoChange().availability(in: scene.snapshot(), at: Timestamp(2e9)) == .available)
    #expect(try UndoChange().perform(settings: scene.settings).changed == 1)
  }

  /// The same id in both lists is two memories, and each copy knows where it belongs.
  @Test func restoringPutsEachIntoItsOwnList() throws {
    _ = try drop("b")
    _ = try DropItems(keys: [ItemKey(id: "b")]).perform(settings: scene.settings)
    let kept = try DroppedItem.kept(in: scene.settings)
    #expect(kept.map(\.list) == [.deadLetters, .queue])
    let outcome = try RestoreItems(ids: ["b"]).perform(settings: scene.settings)
    #expect(outcome.summary == "2 items are back at the end." && outcome.changed == 2)
    #expect(try text.contains("\"two\"") && scene.text().contains("\"letter\""))
    #expect(try DroppedItem.kept(in: scene.settings).isEmpty)
  }

  @Test func oneThatHasLeftIsTold() throws {
    let error = #expect(throws: ActionError.self) { try drop("c") }
    #expect(error?.description == "The memory c has left the queue; nothing was changed.")
  }

  @Test func aQueueThatDoesNotParseIsRefused() throws {
    try scene.directory.write(#"{"queue": [{"id": "a""#, to: "mem0_queue.json")
    #expect(throws: ActionError.self) { try drop("a") }
    let snapshot = scene.snapshot()
    let action = DropItems(keys: [ItemKey(id: "a")], from: .queue)
    guard case .unavailable(let reason) = action.availability(in: snapshot, at: Timestamp(2e9))
    else {
      Issue.record("it is available")
      return
    }
    #expect(reason.contains("mem0_queue.json"))
  }

  @Test func aMemoryIsReadWhole() throws {
    var reader = SnapshotReader(settings: scene.settings)
    let items = try #require(reader.readQueuedItems(now: Timestamp(2e9)).content)
    #expect(reader.detail(of: items[1], in: .queue).content == ["two"])
    try scene.directory.write(#"{"queue": []}"#, to: "mem0_queue.json")
    #expect(reader.readQueuedItems(now: Timestamp(2e9)).content == [])
    #expect(reader.detail(of: items[1], in: .queue).problem != nil)
  }
}
