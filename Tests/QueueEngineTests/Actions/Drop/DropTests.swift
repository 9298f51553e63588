import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What is dropped leaves its file and nothing else does, and it comes back byte for byte.
@Suite("Drop, restore and undo")
struct DropTests {
  private static let three = """
    {"items": [
      {"id": "aaaaaaaa-1", "project_id": "p", "content": "\\u00e9 é", "last_attempt": 1.5e9},
      {"id": "b", "content": "x",  "last_attempt": 1700000000, "new": NaN},
      {"id": "c", "content": "y", "last_attempt": 0}
    ], "other": 1.0}

    """

  private func drop(_ scene: RetryScene, _ ids: String...) throws(ActionError) -> ActionOutcome {
    try DropItems(keys: ids.map { ItemKey(id: $0) }).perform(settings: scene.settings)
  }

  private func undo(_ scene: RetryScene) throws(ActionError) -> ActionOutcome {
    try UndoChange().perform(settings: scene.settings)
  }

  private func restore(_ scene: RetryScene, _ ids: String...) throws(ActionError) -> ActionOutcome {
    try RestoreItems(ids: ids).perform(settings: scene.settings)
  }

  private func keptIDs(_ scene: RetryScene) throws -> [String] {
    try DroppedItem.kept(in: scene.settings).map(\.id)
  }

  @Test func onlyTheItemLeaves() throws {
    let scene = try RetryScene(Self.three)
    let outcome = try drop(scene, "b")
    #expect(outcome.changed == 1)
    #expect(
      outcome.summary == "The dead letter b was dropped; \"mem0top undo\" brings it back."
    )
    let line =
      "  {\"id\": \"b\", \"content\": \"x\",  \"last_attempt\": 1700000000, \"new\": NaN},\n"
    #expect(try scene.text() == Self.three.replacingOccurrences(of: line, with: ""))
    #expect(try scene.files() == ["mem0_queue_dlq.json"])
  }

  @Test func theCopyIsTheVeryBytesAndNobodyElseReadsIt() throws {
    let scene = try RetryScene(
      bytes: Array(#"{"items":[{"id":"a","content":""#.utf8) + [0xFF, 0x41]
        + Array(#"","retries":1e400}]}"#.utf8)
    )
    _ = try drop(scene, "a")
    let kept = try #require(try DroppedItem.kept(in: scene.settings).first)
    #expect(
      kept.bytes == Array(#"{"id":"a","content":""#.utf8) + [0xFF, 0x41]
        + Array(#"","retries":1e400}"#.utf8)
    )
    let journal = ChangeJournal(settings: scene.settings)
    var status = stat()
    #expect(stat(journal.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    let page = try #require(try journal.pages().first)
    let file = journal.path + "/" + page.fileName
    #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func aRestoredItemStandsAtTheEndAndComesOnce() throws {
    let scene = try RetryScene(Self.three)
    let before = try scene.bytes()
    _ = try drop(scene, "aaaaaaaa-1", "c")
    #expect(try Set(keptIDs(scene)) == ["aaaaaaaa-1", "c"])
    let outcome = try restore(scene, "aaaa")
    #expect(outcome.summary == "The dead letter aaaaaaaa is back at the end.")
    let text = try scene.text()
    #expect(text.contains("\"new\": NaN},\n  {\"id\": \"aaaaaaaa-1\", \"project_id\": \"p\""))
    #expect(try keptIDs(scene) == ["c"])
    #expect(throws: ActionError.self) { try restore(scene, "aaaa") }
    _ = try restore(scene, "c")
    #expect(try scene.bytes().count == before.count)
    #expect(scene.snapshot().deadLetters.content?.items.map(\.key.id) == ["b", "aaaaaaaa-1", "c"])
  }

  @Test func whatIsThereIsNotPutBackTwice() throws {
    let scene = try RetryScene(Self.three)
    _ = try drop(scene, "b")
    // Another program brings it back in its own spelling, and tries it.
    let other = #"{"items":[{"content":"\u0078","id":"b","retry_count":7}]}"#
    try scene.directory.write(other, to: "mem0_queue_dlq.json")
    let error = #expect(throws: ActionError.self) { try restore(scene, "b") }
    #expect(error?.description.contains("already") == true)
    #expect(throws: ActionError.self) { try undo(scene) }
    #expect(try scene.text() == other)
  }

  @Test func aMissingFileIsMadeForWhatComesBack() throws {
    let scene = try RetryScene(#"{"items":[{"id":"a","content":"x"}]}"#)
    _ = try drop(scene, "a")
    try FileManager.default.removeItem(atPath: scene.path)
    _ = try restore(scene, "a")
    #expect(try scene.text() == #"{"items":[{"id":"a","content":"x"}]}"#)
    var status = stat()
    #expect(stat(scene.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func undoGoesBackStepByStep() throws {
    let scene = try RetryScene(Self.three)
    _ = try scene.retry("b")
    let retried = try scene.text()
    _ = try drop(scene, "c")
    let outcome = try undo(scene)
    #expect(outcome.changed == 1)
    #expect(outcome.summary.hasPrefix("Took back the drop made "))
    #expect(try scene.text() == retried)
    #expect(try keptIDs(scene).isEmpty)
    let second = try undo(scene)
    #expect(second.summary.hasPrefix("Took back the retry made "))
    #expect(try scene.text() == Self.three)
    let none = #expect(throws: ActionError.self) { try undo(scene) }
    #expect(none?.description == "There is no retry or drop to take back.")
  }

  @Test func whatWasRestoredAndLeftIsNotBroughtBackAgain() throws {
    let scene = try RetryScene(Self.three)
    _ = try scene.retry("b")
    _ = try drop(scene, "aaaaaaaa-1", "c")
    let one = try scene.text()
    _ = try restore(scene, "c")
    // A worker delivers the restored one, so only the other may come back.
    try scene.directory.write(one, to: "mem0_queue_dlq.json")
    #expect(try undo(scene).changed == 1)
    #expect(scene.snapshot().deadLetters.content?.items.map(\.key.id) == ["b", "aaaaaaaa-1"])
    _ = try drop(scene, "aaaaaaaa-1")
    let last = try scene.text()
    _ = try restore(scene, "aaaaaaaa-1")
    try scene.directory.write(last, to: "mem0_queue_dlq.json")
    // Nothing is left of that drop, so the change before both is taken back.
    #expect(try undo(scene).summary.hasPrefix("Took back the retry made "))
    #expect(scene.snapshot().deadLetters.content?.items.map(\.key.id) == ["b"])
  }

  @Test func whatAWorkerTriedSinceKeepsItsTime() throws {
    let scene = try RetryScene(Self.three)
    _ = try scene.retry("aaaaaaaa-1", "b")
    let tried = try scene.text().replacingOccurrences(
      of: #""x",  "last_attempt": 0"#,
      with: #""x",  "last_attempt": 99"#
    )
    try scene.directory.write(tried, to: "mem0_queue_dlq.json")
    let outcome = try undo(scene)
    #expect(outcome.changed == 1)
    #expect(outcome.summary.hasSuffix("1 dead letter is waiting again; 1 was tried again since."))
    #expect(
      try scene.text()
        == tried.replacingOccurrences(
          of: #""é", "last_attempt": 0"#,
          with: #""é", "last_attempt": 1.5e9"#
        ).replacingOccurrences(of: "é\", \"last_attempt\": 0", with: "é\", \"last_attempt\": 1.5e9")
    )
  }

  @Test func whatCannotBeTakenBackIsRefusedWithTheReason() throws {
    let scene = try RetryScene(Self.three)
    _ = try scene.retry("b")
    try scene.directory.write(#"{"items":[]}"#, to: "mem0_queue_dlq.json")
    let error = #expect(throws: ActionError.self) { try undo(scene) }
    #expect(error?.description.contains("1 is no dead letter any more.") == true, "\(error as Any)")
    #expect(try scene.text() == #"{"items":[]}"#)
  }

  @Test func itemsThatLeftAreARefusal() throws {
    let scene = try RetryScene(Self.three)
    let before = try scene.fingerprint()
    let error = #expect(throws: ActionError.self) { try drop(scene, "dddddddd-4") }
    #expect(
      error?.description == "The dead letter dddddddd has left the queue; nothing was changed."
    )
    #expect(throws: ActionError.self) { try restore(scene, "zz") }
    #expect(try scene.fingerprint() == before)
    #expect(try ChangeJournal(settings: scene.settings).pages().isEmpty)
  }

  @Test func anActionThatIsCancelledChangesNothing() throws {
    let scene = try RetryScene(Self.three)
    let before = try scene.fingerprint()
    let lock = try QueueLock.acquire(settings: scene.settings)
    let told = ToldOnce()
    let waiting = LockWait(timeout: .seconds(60)) { told.hear($0) }
    waiting.cancel()
    let error = #expect(throws: ActionError.self) {
      try DropItems(keys: [ItemKey(id: "b")]).perform(settings: scene.settings, waiting: waiting)
    }
    #expect(error?.description == "No longer waiting for the lock; nothing was changed.")
    lock.release()
    #expect(try scene.fingerprint() == before)
  }

  @Test func hardLinksAreNotParted() throws {
    let scene = try RetryScene(Self.three)
    try #require(link(scene.path, scene.directory.path("other")) == 0)
    let before = try scene.fingerprint()
    let error = #expect(throws: ActionError.self) { try drop(scene, "b") }
    #expect(error?.description.contains("2 names (hard links)") == true)
    #expect(try scene.fingerprint() == before)
  }

  @Test(
    "what cannot be restored for want of room on the state disk says so, and stays restorable",
    .enabled(if: geteuid() == 0, "needs root")
  )
  func fullStateDisk() throws {
    let content = String(repeating: "x", count: 40_000)
    let scene = try RetryScene("{\"items\":[{\"id\":\"a\",\"content\":\"\(content)\"}]}")
    let (state, before) = (scene.settings.stateDirectory, try scene.text())
    mkdir(state, 0o700)
    try #require(mount("none", state, "tmpfs", 0, "size=512k") == 0)
    defer { umount2(state, Int32(MNT_DETACH)) }
    _ = try drop(scene, "a")
    let dropped = try scene.text()
    let filler = state + "/filler"
    let file = open(filler, O_WRONLY | O_CREAT, 0o600)
    let page = [UInt8](repeating: 1, count: 4096)
    while write(file, page, page.count) > 0 {}
    close(file)
    for attempt in [{ try restore(scene, "a") }, { try undo(scene) }] {
      let error = #expect(throws: ActionError.self) { try attempt() }
      #expect(error?.description.contains("free some space") == true, "\(error as Any)")
      #expect(try scene.text() == dropped)
      #expect(try keptIDs(scene) == ["a"])
    }
    try FileManager.default.removeItem(atPath: filler)
    _ = try restore(scene, "a")
    #expect(try scene.text() == before)
  }
}
