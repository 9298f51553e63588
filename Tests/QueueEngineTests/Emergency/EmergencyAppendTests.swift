import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Memories that could not be queued go to the emergency file.
@Suite("Enqueue in an emergency")
struct EmergencyAppendTests {
  private func enqueue(
    _ content: String,
    in scene: EmergencyScene,
    timeout: Duration = .milliseconds(50)
  ) throws -> (id: String, outcome: ActionOutcome) {
    let action = EnqueueMemories(memories: [NewMemory(project: "p", content: content)])
    let outcome = try action.perform(
      settings: scene.work.settings,
      waiting: LockWait(timeout: timeout)
    )
    return (action.ids[0], outcome)
  }

  @Test("where somebody keeps the lock, behind a line that a producer died in, and none is lost")
  func busy() throws {
    let scene = try EmergencyScene("{\"id\": \"to", queue: "{\"queue\": []}")
    let worker = try PythonChild(
      LockPrograms.flocking,
      scene.work.directory.path("mem0_queue.lock")
    )
    let (one, outcome) = try enqueue("a\nb", in: scene)
    let (two, _) = try enqueue("c", in: scene)
    #expect(outcome.notice?.contains("mem0_emergency.json") == true)
    #expect(outcome.notice?.contains("pid \(worker.pid)") == true)
    let lines = try scene.work.text(of: EmergencyScene.file).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains("\"emergency\": true"))
    #expect(lines[1].contains(one) && lines[1].contains("\"retries\": 0"))
    worker.finish()
    #expect(try scene.absorb().changed == 2)
    #expect(try scene.work.queueIDs == [one, two])
  }

  @Test("where the queue does not parse; the file is ours alone")
  func corrupt() throws {
    let scene = try EmergencyScene(queue: "{\"queue\": [")
    let (id, outcome) = try enqueue("x", in: scene)
    #expect(outcome.changed == 1)
    #expect(outcome.notice?.contains("does not parse") == true)
    let path = scene.work.settings.path(of: \.emergency)
    #expect(try FileStamp.at(path).mode & 0o777 == 0o600)
    #expect(try scene.work.text(of: EmergencyScene.file).contains(id))
    #expect(try scene.work.queueText == "{\"queue\": [")
  }

  @Test("no link is followed and no second name written; then nothing was added")
  func links() throws {
    for isLink in [true, false] {
      let scene = try EmergencyScene(queue: "{")
      try scene.work.directory.write("theirs", to: "elsewhere")
      let (other, path) = (
        scene.work.directory.path("elsewhere"), scene.work.settings.path(of: \.emergency)
      )
      try #require((isLink ? symlink(other, path) : link(other, path)) == 0)
      #expect(throws: ActionError.self) { try enqueue("x", in: scene) }
      #expect(try scene.work.text(of: "elsewhere") == "theirs")
    }
  }

  @Test("producers and takings-in side by side lose nothing and double nothing")
  func besideEachOther() throws {
    let scene = try EmergencyScene(queue: "{\"queue\": []}")
    let producer = try PythonChild(
      """
      import sys
      print("ready"); sys.stdout.flush()
      for n in range(200):
        with open(sys.argv[1], "a") as f:
          f.write('{"id": "%d", "project_id": "p", "content": "c", "emergency": true}\\n' % n)
      """,
      scene.work.settings.path(of: \.emergency)
    )
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      let isOver = !producer.isRunning
      // A producer that is just writing is waited for, and refused in the end.
      _ = try? scene.absorb()
      if isOver, try scene.leftovers.isEmpty { break }
    }
    #expect(try scene.work.queueIDs.count == 200)
    #expect(try Set(scene.work.queueIDs) == Set((0..<200).map(String.init)))
  }

  /// A program that counts without asking runs on a queue that we made (docs/contract.md#other-workers).
  @Test("the worker that is out there runs on a queue that we made")
  func otherWorker() throws {
    let scene = try EmergencyScene()
    let (first, _) = try enqueue("sent", in: scene, timeout: .seconds(5))
    let (second, _) = try enqueue("fails", in: scene, timeout: .seconds(5))
    let worker = try PythonChild(
      """
      import fcntl, json, os, sys, time
      path = sys.argv[1]
      lock = open(path + "/mem0_queue.lock", "w"); fcntl.flock(lock, fcntl.LOCK_EX)
      q = json.load(open(path + "/mem0_queue.json"))
      rest = []
      for item in q["queue"]:
        if item["content"] == "sent":
          q["stats"]["total_synced"] += 1
          q["stats"]["last_sync"] = time.time()
        else:
          item["retries"] += 1
          q["stats"]["total_failed"] += 1
          rest.append(item)
        q["last_100"].append(item); q["last_100"] = q["last_100"][-100:]
      q["stats"]["total_queued"] += 0
      q["failed"].extend([])
      q["queue"] = rest
      with open(path + "/t", "w") as f: json.dump(q, f)
      os.rename(path + "/t", path + "/mem0_queue.json")
      print("done")
      """,
      scene.work.directory.path
    )
    #expect(worker.firstLine == "done")
    #expect(try scene.work.queueIDs == [second])
    let text = try scene.work.queueText
    #expect(text.contains(first) && text.contains("\"total_queued\": 2"))
    #expect(text.contains("\"total_synced\": 1") && text.contains("\"retries\": 1"))
  }
}
