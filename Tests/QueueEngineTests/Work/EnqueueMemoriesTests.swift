import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Memories that are added to the queue.
@Suite("Enqueue")
struct EnqueueMemoriesTests {
  private func enqueue(_ contents: String..., in scene: WorkScene) throws -> EnqueueMemories {
    let action = EnqueueMemories(memories: contents.map { NewMemory(project: "p", content: $0) })
    #expect(try action.perform(settings: scene.settings).changed == contents.count)
    return action
  }

  @Test("they come behind the last item, counted, and no other byte changes")
  func appends() throws {
    let scene = try WorkScene(
      queue: "{\"queue\": [{\"id\": \"a\"}], \"stats\": {\"total_queued\": 1, \"x\": 1.0}}\n"
    )
    let action = try enqueue("one", "two", in: scene)
    let text = try scene.queueText
    #expect(text.hasPrefix("{\"queue\": [{\"id\": \"a\"}, {\"id\": \"\(action.ids[0])\", "))
    #expect(text.hasSuffix("\"retries\": 0}], \"stats\": {\"total_queued\": 3, \"x\": 1.0}}\n"))
    #expect(try scene.queueIDs == ["a"] + action.ids)
    #expect(Set(action.ids).count == 2)
    for id in action.ids {
      #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
    }
  }

  /// Another program may tear the file the next moment.
  @Test("what was added last is in a copy, each time")
  func copies() throws {
    let scene = try WorkScene(queue: #"{"queue":[]}"#)
    let store = CopyStore(settings: scene.settings)
    for content in ["one", "two", "three"] {
      _ = try enqueue(content, in: scene)
      let last = try #require(try store.copies().last)
      #expect(try store.bytes(of: last) == Array(scene.queueText.utf8))
    }
  }

  @Test("the queue is created where there is none, and a worker takes what all of Unicode says")
  func creates() throws {
    let scene = try WorkScene()
    let content = "a\"b\\c\n\u{0}\u{7F}\u{2028}é e\u{301}\u{1F600}\u{FFFD}"
    let start = Date().timeIntervalSince1970
    let action = try enqueue(content, in: scene)
    #expect(try FileStamp.at(scene.settings.path(of: \.queue)).mode & 0o777 == 0o600)
    let claimed = try scene.claim()
    #expect(claimed.map(\.memory.content) == [content])
    #expect(claimed.map { Array($0.memory.content.utf8) } == [Array(content.utf8)])
    #expect(claimed.map(\.memory.id) == action.ids)
    #expect(claimed.map(\.failures) == [0])
    let createdAt = try #require(claimed.first?.memory.createdAt).secondsSinceEpoch
    #expect(createdAt > start - 5 && createdAt < start + 60)
  }

  @Test(
    "what no server takes is refused",
    arguments: [("p", ""), ("", "x"), (" ", "x"), ("\u{A0}", "x")]
  )
  func refuses(_ project: String, _ content: String) throws {
    let scene = try WorkScene(queue: "{\"queue\":[]}")
    let action = EnqueueMemories(memories: [NewMemory(project: project, content: content)])
    #expect(throws: ActionError.self) { try action.perform(settings: scene.settings) }
    #expect(try scene.queueText == "{\"queue\":[]}")
    #expect(!FileManager.default.fileExists(atPath: scene.directory.path("mem0_emergency.json")))
  }
}
