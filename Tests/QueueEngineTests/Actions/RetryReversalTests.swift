import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// An undo of ours is told from another program that overwrites a retry.
@Suite("RetryReversal")
struct RetryReversalTests {
  private static let three = """
    {"items":[{"id":"a","content":"x","last_attempt":1},{"id":"b","content":"y","last_attempt":2},
    {"id":"c","content":"z","last_attempt":3}]}
    """
  private let scene: RetryScene

  init() throws {
    scene = try RetryScene(Self.three)
  }

  private func found(_ ids: String...) -> [RetryReversal] {
    RetryReversal.find(of: ids.map { ItemKey(id: $0) }, settings: scene.settings)
  }

  @Test func anUndoIsFoundWithItsOrigin() throws {
    _ = try scene.retry("a", "b")
    #expect(found("a", "b").isEmpty)
    _ = try UndoChange().run(settings: scene.settings, origin: .command)
    let reversal = try #require(found("b", "c", "a").first)
    #expect(reversal.keys == [ItemKey(id: "b"), ItemKey(id: "a")])
    #expect(reversal.origin == .command)
    #expect(found("c").isEmpty)
  }

  @Test func theAuditLogMayComeLater() throws {
    _ = try scene.retry("a")
    _ = try UndoChange().perform(settings: scene.settings)
    #expect(found("a").map(\.origin) == [nil])
  }

  @Test func aRetryAfterTheUndoWasOverwrittenByAnother() throws {
    _ = try scene.retry("a", "b")
    _ = try UndoChange().run(settings: scene.settings, origin: .key)
    _ = try scene.retry("a")
    try scene.directory.write(Self.three, to: "mem0_queue_dlq.json")
    #expect(found("a", "b").map(\.keys) == [[ItemKey(id: "b")]])
  }

  @Test func theUndoOfADropGaveNoTimesBack() throws {
    _ = try scene.retry("a")
    _ = try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings)
    _ = try UndoChange().perform(settings: scene.settings)
    try scene.directory.write(Self.three, to: "mem0_queue_dlq.json")
    #expect(found("a").isEmpty)
  }
}
