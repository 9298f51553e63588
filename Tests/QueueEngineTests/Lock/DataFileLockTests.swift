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

  private func drop(_ scene: RetryScene, timeout: Duration = .milliseconds(100))
    throws(ActionError)
  {
    _ = try DropItems(keys: [ItemKey(id: "a")])
      .perform(settings: scene.settings, waiting: LockWait(timeout: timeout))
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
    #expect(try scene.files() == ["mem0_queue_dlq.json"])
    _ = try UndoChange().perform(settings: scene.settings)
    #expect(try scene.text() == text)
  }

  @Test(
    "a write in place that a kill has torn is completed, and one that others wrote over is kept"
  )
  func torn() throws {
    let (old, new) = ("{\"items\":[\(Self.item)]}", "{\"items\":[\(Self.item),\(Self.item)]}")
    let name = Self.waitingName(old, new)
    for (found, expected) in [
      (String(new.prefix(70)), new), (old, old), (new, new), (#"{"items":[]}"#, #"{"items":[]}"#),
    ] {
      let scene = try RetryScene(found)
      try scene.directory.write(new, to: name)
      // The queue's turn comes first, and must leave what is not its own.
      try scene.directory.write(#"{"queue":[]}"#, to: "mem0_queue.json")
      for list in ListFile.allCases { try InPlaceWrite.finish(list, scene.settings) }
      #expect(try scene.text() == expected)
      #expect(try scene.files() == ["mem0_queue_dlq.json", "mem0_queue.json"])
      // What was torn is kept as it was, and what others made of it wins over ours, which is kept.
      let store = CopyStore(settings: scene.settings)
      let kept = try store.copies().map { try store.bytes(of: $0) }
      let isTorn = found != old && found != new && expected == new
      #expect(
        kept == (isTorn ? [Array(found.utf8)] : found == #"{"items":[]}"# ? [Array(new.utf8)] : [])
      )
    }
  }

  private static func waitingName(_ old: String, _ new: String) -> String {
    InPlaceWrite.Name(
      list: .deadLetters,
      before: ContentHash(Array(old.utf8)),
      after: ContentHash(Array(new.utf8))
    ).text
  }

  @Test(
    "each action completes a write that was cut before it does what it is asked",
    .tags(.slow),
    arguments: ["retry", "retry all", "drop", "undo", "restore"]
  )
  func completedFirst(action: String) throws {
    let old = "{\"items\":[\(Self.item)],\"note\":\"of some length\"}"
    let new = "{\"items\":[\(Self.item)]}"
    let scene = try RetryScene(old)
    let key = ItemKey(id: "a")
    let tried: any FileAction
    switch action {
    case "retry": tried = RetryItems(keys: [key])
    case "retry all": tried = RetryAll()
    case "drop": tried = DropItems(keys: [key])
    case "undo":
      _ = try RetryItems(keys: [key]).perform(settings: scene.settings)
      tried = UndoChange()
    default:
      _ = try DropItems(keys: [key]).perform(settings: scene.settings)
      tried = RestoreItems(ids: ["a"])
    }
    var reader = SnapshotReader(settings: scene.settings)
    _ = reader.readSettled { SystemClock.now }
    let before = try scene.text()
    let meant =
      action == "undo"
      ? new.replacing(":5", with: ":0") : action == "restore" ? #"{"items":[]}"# : new
    try scene.directory.write(meant, to: Self.waitingName(before, meant))
    try scene.directory.write(meant + before.dropFirst(meant.count), to: "mem0_queue_dlq.json")
    let torn = reader.readSettled { SystemClock.now }
    #expect(torn.deadLetters.problem?.cause == .cutWrite)
    if case .unavailable(let why) = tried.availability(in: torn, at: SystemClock.now) {
      Issue.record("\(why)")
    }
    #expect(try tried.perform(settings: scene.settings).changed == 1)
    let expected =
      action.hasPrefix("retry")
      ? new.replacing(":5", with: ":0") : action == "drop" ? #"{"items":[]}"# : new
    #expect(try scene.text() == expected)
    #expect(try scene.files() == ["mem0_queue_dlq.json"])
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
