import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 90: programs that lock the data file itself, or have it open for writing.
@Suite("Locks on the data file", .serialized)
struct DataFileLockTests {
  private static let item = #"{"id":"a","project_id":"p","content":"x","last_attempt":5}"#

  /// Has the file locked as `lockf` does, which is POSIX's way.
  private static let lockf = """
    import fcntl, sys
    f = open(sys.argv[1], "r+"); fcntl.lockf(f, fcntl.LOCK_EX); print("ready"); input()
    """

  private func drop(_ scene: RetryScene, patience: Duration = .milliseconds(100))
    throws(ActionError)
  {
    _ = try DropItems(keys: [ItemKey(id: "a")])
      .perform(settings: scene.settings, waiting: LockWait(patience: patience))
  }

  @Test(
    "who has it locked or open for writing is named, and nothing is changed; then it is",
    arguments: [LockPrograms.flocking, lockf, LockPrograms.writing]
  )
  func refused(_ program: String) throws {
    let scene = try RetryScene("{\"items\":[\(Self.item)]}")
    let before = try scene.fingerprint()
    let child = try PythonChild(program, scene.path)
    let error = #expect(throws: ActionError.self) { try drop(scene) }
    #expect(error?.description.contains("pid \(child.pid) (") == true, "\(error as Any)")
    #expect(try scene.fingerprint() == before)
    child.finish()
    try drop(scene)
    #expect(try scene.text() == #"{"items":[]}"#)
  }

  @Test("who reads it hinders nobody")
  func readers() throws {
    let scene = try RetryScene("{\"items\":[\(Self.item)]}")
    let reading = "import sys\nf = open(sys.argv[1]); print('ready'); input()"
    let child = try PythonChild(reading, scene.path)
    try drop(scene)
    child.finish()
  }

  @Test("where anybody was seen to lock it, it is written where it stands, and copies stay whole")
  func inPlace() throws {
    let filler = String(repeating: "x", count: CopyStore.leastLinked)
    let text = "{\"items\":[\(Self.item)],\"note\":\"\(filler)\"}"
    let scene = try RetryScene(text)
    let inode = try scene.fingerprint().inode
    let child = try PythonChild(LockPrograms.flocking, scene.path)
    #expect(throws: ActionError.self) { try drop(scene) }
    child.finish()
    try drop(scene)
    #expect(try scene.fingerprint().inode == inode)
    #expect(try scene.text() == "{\"items\":[],\"note\":\"\(filler)\"}")
    let store = CopyStore(settings: scene.settings)
    #expect(try store.copies().last.flatMap(store.bytes(of:)) == Array(text.utf8))
    #expect(try scene.holdsOnly(["mem0_queue_dlq.json"]))
    _ = try UndoChange().perform(settings: scene.settings)
    #expect(try scene.text() == text)
  }

  @Test(
    "a write in place that a kill has torn is completed, and one that others wrote over is kept"
  )
  func torn() throws {
    let (old, new) = ("{\"items\":[\(Self.item)]}", "{\"items\":[\(Self.item),\(Self.item)]}")
    let name = InPlaceWrite.Name(
      before: ContentHash(Array(old.utf8)),
      after: ContentHash(Array(new.utf8))
    ).text
    for (found, expected) in [
      (String(new.prefix(70)), new), (old, old), (new, new), (#"{"items":[]}"#, #"{"items":[]}"#),
    ] {
      let scene = try RetryScene(found)
      try scene.directory.write(new, to: name)
      try InPlaceWrite.finish(.deadLetters, scene.settings)
      #expect(try scene.text() == expected)
      #expect(try scene.holdsOnly(["mem0_queue_dlq.json"]))
      let copies = try CopyStore(settings: scene.settings).copies()
      #expect(copies.count == (expected == #"{"items":[]}"# ? 1 : 0))
    }
  }

  /// Adds an item to the queue, over and over, under a lock on the queue file itself; says how many.
  private static let producer = """
    import fcntl, json, select, sys, time
    path, style = sys.argv[1:3]
    count = 0
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        with open(path, "r+") as f:
            (fcntl.flock if style == "flock" else fcntl.lockf)(f, fcntl.LOCK_EX)
            content = json.load(f)
            content["queue"].append({"id": "py-%d" % count, "project_id": "p", "content": "c"})
            f.seek(0); json.dump(content, f); f.truncate(); f.flush()
        count += 1
        time.sleep(0.002)
    with open(path + ".count", "w") as f: f.write(str(count))
    """

  @Test(
    "beside a producer that locks the queue itself nothing is lost",
    .tags(.alone),
    arguments: ["flock", "lockf"]
  )
  func race(_ style: String) throws {
    let scene = try WorkScene(queue: "{\"queue\": []}")
    let path = scene.settings.path(of: \.queue)
    let child = try PythonChild(Self.producer, path, style)
    var added = 0
    let deadline = ContinuousClock.now + .seconds(3)
    while ContinuousClock.now < deadline {
      let memory = NewMemory(project: "p", content: "ours")
      // Who is just writing is waited for; in the end the memory goes to the emergency file.
      let outcome = try EnqueueMemories(memories: [memory]).perform(settings: scene.settings)
      if outcome.notice == nil { added += 1 }
    }
    child.finish()
    let count = try #require(Int(scene.text(of: "mem0_queue.json.count")))
    let listing = try ItemListing(Array(scene.queueText.utf8), of: .queue, file: "")
    print("producer \(style): \(count) of theirs, \(added) of ours")
    #expect(count > 10 && added > 0)
    #expect(listing.items.count == count + added)
  }
}
