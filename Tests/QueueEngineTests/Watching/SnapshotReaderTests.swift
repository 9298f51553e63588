import Foundation
import TestSupport
import Testing

@testable import QueueEngine

@Suite struct SnapshotReaderTests {
  private let directory: TemporaryDirectory
  private let state: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    state = try TemporaryDirectory()
  }

  private var now: Timestamp { Timestamp(Date().timeIntervalSince1970) }

  private func reader(at path: String? = nil) -> SnapshotReader {
    SnapshotReader(
      settings: EngineSettings(directory: path ?? directory.path, stateDirectory: state.path)
    )
  }

  @Test func anEmptyDirectoryIsCalm() {
    var reader = reader()
    let snapshot = reader.read(now: now)
    #expect(snapshot.directoryProblem == nil)
    #expect(snapshot.queue.state == .missing)
    #expect(snapshot.lock.state == .free)
    #expect(snapshot.log.state == .missing)
  }

  /// A log may be behind by what a pipe holds back: the queue's own figures say that it was worked on, to
  /// whoever asks.
  @Test(arguments: [(60.0, LockState.settling), (7200.0, .stale)])
  func workOnTheQueueSpeaksForALock(age: Double, state: LockState) throws {
    let time = now - .seconds(age)
    try directory.write(
      "{\"queue\":[],\"stats\":{\"last_sync\":\(time.secondsSinceEpoch)}}",
      to: "mem0_queue.json"
    )
    try directory.write("", to: "mem0_queue.lock")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: (now - .seconds(9000)).secondsSinceEpoch)],
      ofItemAtPath: directory.path("mem0_queue.lock")
    )
    var settings = EngineSettings(directory: directory.path, stateDirectory: self.state.path)
    settings.workerMatch = ["nobody-\(UUID())"]
    var reader = SnapshotReader(settings: settings)
    #expect(reader.read(now: now).lock.state == state)
    let told = LockInspection(lockAt: directory.path("mem0_queue.lock"), like: settings).status
    #expect(told.state == state)
  }

  /// As texts, whatever JSON makes of them; an item without a content has none.
  @Test func contentsAreLookedThroughInTheFile() throws {
    let items = [
      #"{"id":"a","content":"a caf\u00e9 \"noir\""}"#, #"{"id":"b","content":"tea"}"#,
      #"{"id":"c"}"#,
      #"{"id":"d","content":7}"#,
    ]
    try directory.write(
      "{\"items\":[\(items.joined(separator: ","))]}",
      to: "mem0_queue_dlq.json"
    )
    var reader = reader()
    let letters = try #require(reader.read(now: now).deadLetters.content?.items)
    var contents: [String: String] = [:]
    try reader.forEachContent(of: letters, in: .deadLetters) { contents[$0.id] = $1 }
    #expect(contents == ["a": "a café \"noir\"", "b": "tea", "d": "7"])
    try directory.write(
      "{\"items\":[{\"id\":\"a\",\"content\":\"café\"}]}",
      to: "mem0_queue_dlq.json"
    )
    try reader.forEachContent(of: letters, in: .deadLetters) { key, _ in contents[key.id] = nil }
    #expect(contents.count == 3)
  }

  /// What the first frame shows does not wait for the kernel's table of locks.
  @Test func theFirstFrameHasTheFilesAndNotTheLock() throws {
    try directory.write(#"{"queue":[{"id":"a"}]}"#, to: "mem0_queue.json")
    try directory.write("4194304\n", to: "mem0_queue.lock")
    let lines = (0..<5000).map { "Synced: p (ID: \($0))" }
    try directory.write(lines.joined(separator: "\n") + "\n", to: "logs/mem0_worker.log")
    var reader = reader()
    let files = reader.readForFirstFrame(now: now)
    #expect(files.isLockAwaited)
    #expect(files.queue.content?.pending == 1)
    #expect(files.lock == LockStatus())
    let seen = files.log.content?.lines ?? []
    #expect((100..<1000).contains(seen.count))
    #expect(seen.last?.text == lines.last)
    let whole = reader.read(now: now)
    #expect(!whole.isLockAwaited)
    #expect(whole.lock.state != .free)
    #expect(whole.queue.content?.pending == 1)
    #expect(whole.log.content?.lines.count == 1000)
  }

  @Test func aDirectoryThatAppearsIsSeen() throws {
    let path = directory.path("later")
    var reader = reader(at: path)
    #expect(reader.read(now: now).directoryProblem == .missing)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try directory.write(#"{"queue":[{"id":"a"}]}"#, to: "later/mem0_queue.json")
    let snapshot = reader.read(now: now)
    #expect(snapshot.directoryProblem == nil)
    #expect(snapshot.queue.content?.pending == 1)
  }

  @Test func aFileInThePlaceOfTheDirectoryIsNoDirectory() throws {
    try directory.write("x", to: "file")
    var reader = reader(at: directory.path("file"))
    #expect(reader.read(now: now).directoryProblem == .notADirectory)
  }

  @Test func anItemIsReadWholeFromItsPlace() throws {
    try directory.write(
      #"{"items":[{"id":"a","content":"x"},{"id":"b","content":"one\ntwo","extra":[1,2]}]}"#,
      to: "mem0_queue_dlq.json"
    )
    var reader = reader()
    let letters = try #require(reader.read(now: now).deadLetters.content)
    let detail = reader.detail(of: letters.items[1])
    #expect(detail.problem == nil)
    #expect(detail.content == ["one", "two"])
    #expect(detail.fields.contains(ItemDetail.Field(name: "extra", value: "[1,2]")))
  }

  @Test func anItemOfAFileThatChangedIsNotReadFromTheWrongPlace() throws {
    try directory.write(#"{"items":[{"id":"a","content":"x"}]}"#, to: "mem0_queue_dlq.json")
    var reader = reader()
    let letters = try #require(reader.read(now: now).deadLetters.content)
    try directory.write(#"{"items":[        {"id":"b"}]}"#, to: "mem0_queue_dlq.json")
    let detail = reader.detail(of: letters.items[0])
    #expect(detail.problem != nil)
  }

  /// A program that rewrites the file in place, as `json.dump` does, while we read it: about four
  /// readings of five meet it torn.
  @Test func readingBesideAProgramThatRewritesInPlaceNeverSeesCorruption() throws {
    let writer = try PythonChild(
      """
      import json, sys, time
      items = [{"id": str(n), "project_id": "p", "content": "x" * 500} for n in range(300)]
      print("ready")
      while True:
          with open(sys.argv[1] + "/mem0_queue.json", "w") as f: json.dump({"queue": items}, f)
          time.sleep(0.002)
      """,
      directory.path
    )
    defer { withExtendedLifetime(writer) {} }
    var reader = reader()
    var torn = 0
    var whole = 0
    let deadline = ContinuousClock.now + .seconds(30)
    while whole < 100 || torn < 100, ContinuousClock.now < deadline {
      let queue = reader.read(now: now).queue
      #expect(queue.state != .corrupt)
      if reader.wantsAnotherTry { torn += 1 } else if queue.state == .ok { whole += 1 }
      if let contents = queue.content { #expect(contents.pending == 300) }
    }
    #expect(whole >= 100 && torn >= 100)
  }
}
