import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Memories of the emergency file come into the queue once, whatever ends the taking in.
@Suite("Absorb emergency")
struct AbsorbEmergencyTests {
  private static let one = EmergencyScene.line("one")
  private static let two = EmergencyScene.line("two")

  @Test("they come to the end of the queue, with retries and counted, and the file goes")
  func takesIn() throws {
    let scene = try EmergencyScene(
      Self.one + Self.two,
      queue: #"{"queue": [{"id": "a"}], "stats": {"total_queued": 1}, "x": 1.0}"#
    )
    #expect(try scene.absorb().changed == 2)
    #expect(try scene.work.queueIDs == ["a", "one", "two"])
    let text = try scene.work.queueText
    #expect(text.contains(#""emergency": true, "retries": 0}"#))
    #expect(text.hasSuffix(#""stats": {"total_queued": 3}, "x": 1.0}"#))
    #expect(try scene.leftovers.isEmpty)
    #expect(try scene.absorb().changed == 0)
  }

  @Test("a queue that is made for them has all that other programs count in")
  func makesTheQueue() throws {
    let scene = try EmergencyScene(Self.one)
    _ = try scene.absorb()
    let text = try scene.work.queueText
    for key in ["last_100", "failed", "total_synced", "total_failed", "last_sync"] {
      #expect(text.contains("\"\(key)\""))
    }
    #expect(text.contains(#""total_queued": 1"#))
    #expect(try scene.work.queueIDs == ["one"])
  }

  @Test("lines that are not memories are kept byte for byte in a file that is named")
  func keepsTheRest() throws {
    let broken = [
      #"{"id": 5}"#, "nonsense", #"["x"]"#, "{\"id\": \"t\", \"project_id\": \"p\", \"cont",
    ]
    let scene = try EmergencyScene(
      broken[0] + "\n" + Self.one + broken[1] + "\n\n" + broken[2] + "\n" + broken[3]
    )
    let outcome = try scene.absorb()
    #expect(outcome.evidence.contains { $0.contains("mem0_emergency.json.kept-1") })
    #expect(try scene.leftovers == ["mem0_emergency.json.kept-1"])
    let kept = try scene.work.text(of: "mem0_emergency.json.kept-1")
    #expect(kept == broken.joined(separator: "\n") + "\n")
    #expect(try scene.work.queueIDs == ["one"])
    // The next one has another number.
    try scene.work.directory.write("more nonsense\n", to: EmergencyScene.file)
    _ = try scene.absorb()
    #expect(try scene.leftovers.map { $0.suffix(6) } == ["kept-1", "kept-2"])
  }

  @Test("an item right behind a line that a producer died in is found")
  func behindATornLine() throws {
    let scene = try EmergencyScene(#"{"id": "torn", "content": "ab"# + Self.one + Self.two)
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == ["one", "two"])
    #expect(
      try scene.work.text(of: "mem0_emergency.json.kept-1") == #"{"id": "torn", "content": "ab"#
        + "\n"
    )
  }

  @Test("bytes that are not UTF-8 never come into the queue")
  func invalidBytes() throws {
    let scene = try EmergencyScene()
    let bytes =
      Array(#"{"id":"b","project_id":"p","content":""#.utf8) + [0xFF] + Array("\"}\n".utf8)
    try scene.work.directory.write(bytes + Array(Self.two.utf8), to: EmergencyScene.file)
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == ["two"])
    let path = scene.work.directory.path("mem0_emergency.json.kept-1")
    let kept = try Data(contentsOf: URL(filePath: path))
    #expect(Array(kept) == bytes)
  }

  @Test("what is in a file already is not added again, as often as it is there")
  func multiplicity() throws {
    let item = WorkScene.item("one")
    let scene = try EmergencyScene(
      Self.one + Self.one + Self.one + Self.two + EmergencyScene.line("one", project: "q"),
      queue: "{\"queue\":[\(item)]}",
      deadLetters: "{\"items\":[\(item),\(WorkScene.item("two"))]}"
    )
    #expect(try scene.absorb().changed == 2)
    #expect(try scene.work.queueIDs == ["one", "one", "one"])
    #expect(try scene.work.queueText.contains(#""project_id": "q""#))
  }

  @Test("a queue that does not parse is a refusal, and the emergency file stays as it is")
  func corruptQueue() throws {
    let scene = try EmergencyScene(Self.one, queue: "{\"queue\": [")
    #expect(throws: ActionError.self) { try scene.absorb() }
    #expect(try scene.leftovers == [EmergencyScene.file])
    #expect(try scene.work.text(of: EmergencyScene.file) == Self.one)
  }

  @Test("a producer that has the file open is waited for, and then named", .timeLimit(.minutes(1)))
  func openByAProducer() throws {
    let scene = try EmergencyScene(Self.one)
    let producer = try PythonChild(
      "import sys; f = open(sys.argv[1], 'a'); print('ready'); input(); f.write(sys.argv[2]); f.close()"
        + "; input()",
      scene.work.directory.path(EmergencyScene.file),
      Self.two
    )
    let refusal = #expect(throws: ActionError.self) { try scene.absorb() }
    #expect(refusal?.description.contains("pid \(producer.pid)") == true)
    #expect(try scene.work.text(of: EmergencyScene.file) == Self.one)
    producer.release()
    let deadline = ContinuousClock.now + .seconds(20)
    while try scene.work.text(of: EmergencyScene.file) == Self.one, ContinuousClock.now < deadline {
      usleep(1000)
    }
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == ["one", "two"])
  }

  @Test("a link, a second name and another user's file are refused")
  func strangers() throws {
    let makes: [(EmergencyScene, String) throws -> Void] = [
      { scene, path in
        try scene.work.directory.write(Self.one, to: "elsewhere")
        try #require(symlink(scene.work.directory.path("elsewhere"), path) == 0)
      },
      { scene, path in
        try scene.work.directory.write(Self.one, to: "elsewhere")
        try #require(link(scene.work.directory.path("elsewhere"), path) == 0)
      },
      { _, path in try #require(mkfifo(path, 0o600) == 0) },
    ]
    for make in makes {
      let scene = try EmergencyScene()
      try make(scene, scene.work.directory.path(EmergencyScene.file))
      #expect(throws: ActionError.self) { try scene.absorb() }
      #expect(try scene.leftovers == [EmergencyScene.file])
    }
  }
}

/// What a crash left is finished by the next one, without loss and without a double.
@Suite("Absorb after a crash")
struct AbsorbLeftoverTests {
  private static let lines = EmergencyScene.line("one") + "rest\n" + EmergencyScene.line("two")
  private static let taken = "mem0_emergency.json.taken-1"

  private func check(_ scene: EmergencyScene) throws {
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == ["one", "two"])
    #expect(try scene.leftovers == ["mem0_emergency.json.kept-1"])
    #expect(try scene.work.text(of: "mem0_emergency.json.kept-1") == "rest\n")
  }

  @Test("renamed, and no more")
  func renamed() throws {
    let scene = try EmergencyScene()
    try scene.work.directory.write(Self.lines, to: Self.taken)
    try check(scene)
  }

  @Test("added, and not kept or removed")
  func added() throws {
    let scene = try EmergencyScene(Self.lines)
    _ = try scene.absorb()
    try scene.work.directory.write(Self.lines, to: Self.taken)
    unlink(scene.work.directory.path("mem0_emergency.json.kept-1"))
    try check(scene)
  }

  @Test("added and kept, and not removed")
  func kept() throws {
    let scene = try EmergencyScene(Self.lines)
    _ = try scene.absorb()
    try scene.work.directory.write(Self.lines, to: Self.taken)
    try check(scene)
  }

  @Test("added, and delivered since by whomever: it does not come again")
  func delivered() throws {
    let scene = try EmergencyScene(Self.lines)
    _ = try scene.absorb()
    try scene.work.directory.write(Self.lines, to: Self.taken)
    try scene.work.directory.write(#"{"queue": []}"#, to: "mem0_queue.json")
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs.isEmpty)
    #expect(try scene.leftovers == ["mem0_emergency.json.kept-1"])
  }

  @Test("it comes before what producers have written since")
  func beforeTheNext() throws {
    let scene = try EmergencyScene(EmergencyScene.line("three"))
    try scene.work.directory.write(Self.lines, to: Self.taken)
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == ["one", "two", "three"])
  }

  /// The entry of the journal is there, and its change was or was not made before the file changed again.
  @Test(arguments: [true, false])
  func unsure(wasMade: Bool) throws {
    let scene = try EmergencyScene(Self.lines, queue: #"{"queue": [], "x": 1}"#)
    _ = try scene.absorb()
    try scene.work.directory.write(Self.lines, to: Self.taken)
    let journal = ChangeJournal(settings: scene.work.settings)
    let page = try #require(try journal.pages().last)
    #expect(page.kind == .absorb)
    try journal.move(page, to: .intent)
    let rest = wasMade ? "[\(WorkScene.item("two"))]" : "[]"
    try scene.work.directory.write(#"{"queue": \#(rest), "x": 2}"#, to: "mem0_queue.json")
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs == (wasMade ? ["two"] : ["one", "two"]))
    #expect(try scene.leftovers == ["mem0_emergency.json.kept-1"])
  }

  @Test("unsure, and the log calls one delivered")
  func unsureAndLogged() throws {
    let line = EmergencyScene.line("abc1")
    let scene = try EmergencyScene(line, queue: #"{"queue": [], "x": 1}"#)
    _ = try scene.absorb()
    try scene.work.directory.write(line, to: Self.taken)
    let journal = ChangeJournal(settings: scene.work.settings)
    try journal.move(try #require(try journal.pages().last), to: .intent)
    try scene.work.directory.write(#"{"queue": [], "x": 2}"#, to: "mem0_queue.json")
    try scene.work.directory.write("✅ Synced: p (ID: abc1...)\n", to: "logs/mem0_worker.log")
    _ = try scene.absorb()
    #expect(try scene.work.queueIDs.isEmpty)
  }
}
