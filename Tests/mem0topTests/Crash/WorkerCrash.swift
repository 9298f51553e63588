import DemoWorld
import Foundation
import QueueEngine
import Testing

/// A run of the worker with one memory: wherever it ends, that is at the server or in a file, whole.
struct WorkerCrash: CrashSubject {
  /// Where the memory is in the end, and how often its failure may have been counted.
  enum Fate: Sendable {
    case delivered
    case waiting(ClosedRange<Int>)
    case dead(ClosedRange<Int>)
  }

  private static let content = "é ü"
  private static let quoted = #""content":"\u00e9 ü","project_id":"p","x":1.0"#
  /// One that nobody can deliver, and the beginning of one that is not due for an hour from when the scene
  /// began: neither ever changes.
  private static let bystanders = [
    #"{"id":"dd44","project_id":"p","content":null,"n":1e400}"#,
    #"{"id":"ee55","content":"\u00fc","project_id":"p","retry_count":12,"last_attempt":"#,
  ]

  let description: String
  /// The counters of the memory, as a member each, and the file in which it is.
  var counters = ""
  var isDeadLetter = false
  /// Whether there is a file of dead letters before.
  var hasLetters = true
  /// What the server answers; `nil` where it takes the memory.
  var status: Int?
  var api = "bridge"
  let fate: Fate
  let arguments = ["sync"]
  let recovery = ["sync"]
  let needsReceiver = true
  let essential: Set<Substring> = ["renameat"]
  let stride = 149

  static let all = [
    WorkerCrash(description: "deliver and acknowledge", api: "mem0", fate: .delivered),
    WorkerCrash(description: "count a failure", status: 422, fate: .waiting(1...3)),
    WorkerCrash(
      description: "move to the dead letters",
      counters: #","retries":4"#,
      status: 422,
      fate: .dead(0...0)
    ),
    WorkerCrash(
      description: "make the first dead letter",
      counters: #","retries":4"#,
      hasLetters: false,
      status: 422,
      fate: .dead(0...0)
    ),
    WorkerCrash(
      description: "retry a dead letter",
      counters: #","retry_count":1,"last_attempt":0"#,
      isDeadLetter: true,
      status: 422,
      fate: .dead(2...2)
    ),
    WorkerCrash(
      description: "deliver a dead letter",
      counters: #","retry_count":1,"last_attempt":0"#,
      isDeadLetter: true,
      api: "mem0",
      fate: .delivered
    ),
  ]

  func prepare(_ stage: CrashStage) async throws {
    stage.variables = ["MEM0TOP_SERVER_API": api]
    let memory = "{\"id\":\"cc33\",\(Self.quoted)\(counters)}"
    let queue = (isDeadLetter ? [] : [memory]) + [Self.bystanders[0]]
    // A time in the future would count from when it was first seen.
    let late = Self.bystanders[1] + "\(Int(Date().timeIntervalSince1970)).0}"
    let letters = (isDeadLetter ? [memory] : []) + [late]
    try stage.directory.write(
      "{\"queue\": [\(queue.joined(separator: ", "))], \"stats\": {\"total_synced\": 1}}",
      to: WatchedDirectory.queue
    )
    guard hasLetters else { return }
    try stage.directory.write(
      "{\"items\": [\(letters.joined(separator: ", "))], \"last_update\": \"2025-11-30T04:38:18\"}",
      to: WatchedDirectory.deadLetters
    )
  }

  func instruct(_ stage: CrashStage) {
    stage.receiver?.setFault(status.map { .status($0) })
  }

  func checkSuccess(on stage: CrashStage, _ place: String) throws {
    let (queue, letters) = try (queue(on: stage), letters(on: stage))
    let deliveries = stage.receiver?.stored.count ?? 0
    switch fate {
    case .delivered:
      #expect(queue.isEmpty && letters.isEmpty, "\(place): it is in the files still")
      // One server lets us look up what it has; to the other a memory may come twice.
      #expect(api == "mem0" ? deliveries == 1 : deliveries >= 1, "\(place): \(deliveries) times")
    case .waiting(let counts):
      #expect(queue.count == 1 && letters.isEmpty, "\(place): \(queue) \(letters)")
      #expect(counts.contains(queue.first?["retries"] as? Int ?? 0), "\(place): \(queue)")
    case .dead(let counts):
      #expect(queue.isEmpty && letters.count == 1, "\(place): \(queue) \(letters)")
      let count = letters.first?["retry_count"] as? Int ?? -1
      let again = letters.first.map(Self.wasDueAgain) == true ? 1 : 0
      #expect(counts.contains(count - again), "\(place): \(letters)")
    }
  }

  /// Whether a dead letter was tried again because the first wait of a minute was over: on a slow machine
  /// the second crashes of one state take longer than that.
  private static func wasDueAgain(_ letter: [String: Any]) -> Bool {
    guard let moved = letter["moved_to_dlq_at"] as? Double,
      let tried = letter["last_attempt"] as? Double
    else { return false }
    return tried - moved >= 60
  }

  func checkWholeness(on stage: CrashStage, _ place: String) throws {
    let kept = try queue(on: stage) + letters(on: stage)
    let isStored = stage.receiver?.stored.contains { $0.id == "cc33" && $0.content == Self.content }
    #expect(isStored == true || !kept.isEmpty, "\(place): lost")
    for item in kept {
      #expect(item["content"] as? String == Self.content && item["x"] as? Double == 1, "\(place)")
    }
  }

  /// Removes what a dead holder left.
  func tidy(_ stage: CrashStage) throws {
    unlink(stage.directory.path(of: WatchedDirectory.lock))
    try stage.age()
  }

  func checkRecovery(on stage: CrashStage, isFirst: Bool, _ place: String) async throws {
    if isFirst, stage.directory.exists(WatchedDirectory.lock) {
      let outcome = try await stage.run(["unlock"])
      // What a run that has ended left in place is the next one's to take.
      let isTakeable = outcome.complaint.contains("the last run left it in place")
      #expect(outcome.status == 0 || isTakeable, "\(place): \(outcome.complaint)")
      // Where a worker could not remove its own lock it is left empty, and idle: `flock` is what holds.
      let isLeft = stage.directory.exists(WatchedDirectory.lock) && !isTakeable
      #expect(try !isLeft || stage.directory.text(of: WatchedDirectory.lock).isEmpty, "\(place)")
    }
    try tidy(stage)
    let outcome = try await stage.run(recovery)
    #expect(outcome.status == 0, "\(place): \(outcome.complaint)")
    try checkWholeness(on: stage, place)
    try checkSuccess(on: stage, place)
    #expect(!stage.directory.exists(WatchedDirectory.lock), "\(place): the lock is left")
    #expect(try stage.drafts().isEmpty, "\(place)")
  }

  private func queue(on stage: CrashStage) throws -> [[String: Any]] {
    let text = try stage.directory.text(of: WatchedDirectory.queue)
    #expect(text.contains(Self.bystanders[0]), "\(text)")
    return try Self.memories(in: text, "queue")
  }

  private func letters(on stage: CrashStage) throws -> [[String: Any]] {
    guard stage.directory.exists(WatchedDirectory.deadLetters) else { return [] }
    let text = try stage.directory.text(of: WatchedDirectory.deadLetters)
    #expect(!hasLetters || text.contains(Self.bystanders[1]), "\(text)")
    return try Self.memories(in: text, "items")
  }

  private static func memories(in text: String, _ list: String) throws -> [[String: Any]] {
    let text = text.replacing("1e400", with: "1")
    let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let items = try #require(root?[list] as? [[String: Any]])
    return items.filter { $0["id"] as? String == "cc33" }
  }
}
