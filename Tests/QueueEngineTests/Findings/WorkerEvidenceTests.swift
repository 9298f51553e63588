import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// `server_rejects` and `two_workers`, from what workers leave behind and from real processes.
struct WorkerEvidenceTests {
  private static let now = Timestamp(1_800_000_000)
  private let settings = EngineSettings(directory: "/queue", stateDirectory: "/state")

  @Test(
    arguments: [
      ("HTTP 401 Unauthorized", 401), ("⏳ Retry 2/5: web HTTP 403", 403),
      ("HTTP/1.1 404 Not Found", 404), ("status_code=429", 429), ("status: 401", 401),
      ("Client error '403 Forbidden' for url", 403), ("429 Too Many Requests", 429),
      ("HTTP 502", nil), ("4010 HTTP", nil), ("⏳ DLQ retry 404: web (next in 401s)", nil),
      ("Queue: 403 pending", nil), ("", nil), ("HTTP", nil),
    ] as [(String, Int?)]
  )
  func refusalsAreRecognised(text: String, status: Int?) {
    #expect(DeliveryRefusal(text)?.status == status)
  }

  private func rejection(
    log: [String],
    deadLetters: [(error: String, age: Double)] = [],
    pending: Int = 3
  ) -> Finding? {
    var snapshot = Snapshot(generatedAt: Self.now, directory: "/queue")
    var queue = QueueContents()
    queue.pending = pending
    queue.oldest = Self.now
    snapshot.queue = FileReading(state: .ok, content: queue)
    var letters = DeadLetters()
    letters.items = deadLetters.enumerated().map { index, letter in
      DeadLetter(
        key: ItemKey(id: "letter-\(index)"),
        project: "p",
        retryCount: 1,
        lastAttempt: Timestamp(Self.now.secondsSinceEpoch - letter.age),
        contentBytes: 5,
        lastError: letter.error
      )
    }
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    var tail = LogTail()
    tail.lines = log.map { LogLineParser.parse(Array($0.utf8)) }
    snapshot.log = FileReading(state: .ok, content: tail, modifiedAt: Self.now)
    return findings(in: snapshot, at: Self.now, settings: settings)
      .first { $0.code == .serverRejects }
  }

  @Test func aRefusalThatTheWorkerLoggedLastIsSaid() throws {
    let finding = try #require(
      rejection(log: [
        "✅ Synced: p (ID: 12345678...)", "✨ Worker done:", "⏳ Retry 1/5: p HTTP 401",
      ])
    )
    #expect(finding.severity == .critical)
    #expect(finding.summary.contains("HTTP 401"))
    #expect(finding.evidence.contains { $0.contains("Retry 1/5: p HTTP 401") })
  }

  /// Where others went through in the same run, before it or after it, one memory was refused.
  @Test func aDeliveryOfTheSameRunDisprovesIt() {
    let lines = ["✅ Synced: p (ID: 12345678...)", "⏳ Retry 1/5: q HTTP 403", "✨ Worker done:"]
    #expect(rejection(log: lines) == nil)
    #expect(rejection(log: [lines[1], lines[0], lines[2]]) == nil)
  }

  @Test func aDeliveryThatWentThroughSinceDisprovesIt() {
    #expect(rejection(log: ["HTTP 401", "✅ Synced: p (ID: 12345678...)"]) == nil)
    #expect(rejection(log: ["HTTP 403", "✅ DLQ recovered: p (ID: 12345678...)"]) == nil)
    #expect(rejection(log: ["HTTP 502"]) == nil)
    #expect(rejection(log: ["HTTP 401"], pending: 0) == nil)
  }

  @Test func theCauseOfADeadLetterCountsUnlessOthersWentThroughAfterwards() {
    let letters = [(error: "HTTP 502", age: 10.0), (error: "HTTP 404 no such path", age: 60)]
    #expect(rejection(log: [], deadLetters: letters)?.summary.contains("HTTP 404") == true)
    #expect(rejection(log: ["✅ Synced: p (ID: 1...)"], deadLetters: letters) == nil)
    let success = "2026-12-01T00:00:00Z ✅ Synced: p (ID: 1...)"
    #expect(rejection(log: [success], deadLetters: letters) != nil)
  }

  /// Becomes a process called mem0top with the arguments `sync` and a word.
  private static let ours = """
    import os, sys
    os.chdir(sys.argv[1])
    os.environ["MEM0TOP_DIR"] = sys.argv[1]
    os.execv(sys.executable, ["mem0top", "sync", sys.argv[2]])
    """

  @Test func aForeignProcessBesideOursIsSeen() throws {
    let word = "worker-\(UUID().uuidString)"
    let directory = try TemporaryDirectory()
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path("state")
    )
    settings.workerMatch = ["mem0top sync \(word)", word]
    for script in ["sync", word + ".py"] {
      try directory.write("print('ready', flush=True); input()", to: script)
    }
    let found = {
      var reader = SnapshotReader(settings: settings)
      let now = LockScene.now
      let snapshot = reader.read(now: now)
      let codes = findings(in: snapshot, at: now, settings: settings).map(\.code)
      return (count: snapshot.worker.running.count, codes: codes)
    }
    let theirs = try PythonChild(script: directory.path(word + ".py"))
    // Its arguments mention us; it is not us for that.
    let others = try PythonChild(
      script: directory.path(word + ".py"),
      arguments: ["--after", "/usr/bin/mem0top"]
    )
    #expect(found().count == 2)
    #expect(!found().codes.contains(.twoWorkers))
    let ours = try PythonChild(Self.ours, arguments: [directory.path, word])
    #expect(ours.firstLine == "ready")
    #expect(found().count == 3)
    #expect(found().codes.contains(.twoWorkers))
    theirs.finish()
    others.finish()
    #expect(!found().codes.contains(.twoWorkers))
  }
}
