import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Turns that fail, and what crashes leave.
@Suite("Faults of turns", .serialized, .tags(.alone))
struct WorkFaultTests {
  private static let failing = WorkScene.item("a", more: ",\"retries\":4")

  @Test("what our own crash left in both files leaves the queue, and is a dead letter once")
  func crashBetweenTheFiles() throws {
    let filler = String(repeating: "x", count: 200_000)
    let scene = try WorkScene(
      queue: "{\"queue\":[\(Self.failing),\(WorkScene.item("b"))],\"note\":\"\(filler)\"}"
    )
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 1, now: WorkScene.now).claimed
    let results = claimed.map { ($0, DeliveryResult.failed(cause: "x", mayBeStored: false)) }
    #expect(throws: ActionError.self) {
      try withLargestFile(100_000) {
        try ledger.turn(settling: results, claiming: 0, now: WorkScene.now)
      }
    }
    #expect(try (scene.queueIDs, scene.letterIDs) == (["a", "b"], ["a"]))
    #expect(try scene.claim().map(\.memory.id) == ["b"])
    #expect(try (scene.queueIDs, scene.letterIDs) == (["b"], ["a"]))
  }

  @Test("what somebody else put into both files stays in both")
  func doubledByHand() throws {
    let letter = WorkScene.item("a", more: ",\"retries\":4,\"last_attempt\":1732945700")
    let scene = try WorkScene(
      queue: "{\"queue\":[\(WorkScene.item("b")),\(Self.failing)]}",
      deadLetters: "{\"items\":[\(letter)]}"
    )
    #expect(try scene.claim().map(\.memory.id) == ["b", "a"])
    #expect(try (scene.queueIDs, scene.letterIDs) == (["b", "a"], ["a"]))
  }

  @Test("an item that somebody puts into both files while it fails is counted, and stays")
  func doubledDuringARun() throws {
    let scene = try WorkScene(
      queue: WorkScene.queue(["a", "b", "c"]),
      deadLetters: "{\"items\":[]}"
    )
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    let letter = WorkScene.item("a", more: ",\"last_attempt\":0")
    try scene.directory.write("{\"items\":[\(letter)]}", to: "mem0_queue_dlq.json")
    let results = claimed.map { item in
      (
        item,
        item.memory.id == "a" ? DeliveryResult.failed(cause: "x", mayBeStored: true) : .delivered
      )
    }
    let turn = try ledger.turn(settling: results, claiming: 0, now: WorkScene.now)
    #expect(
      turn.events == [.retried(project: "p", id: "a", count: 1)]
        + ["b", "c"].map { .synced(project: "p", id: $0) }
    )
    #expect(try (scene.queueIDs, scene.letterIDs) == (["a"], ["a"]))
    #expect(try scene.claim().map(\.mayBeStored) == [true])
  }

  @Test("a fifth failure beside an equal dead letter makes a second one")
  func equalDeadLetter() throws {
    let letter = WorkScene.item("a", more: ",\"last_attempt\":1732945700")
    let scene = try WorkScene(
      queue: "{\"queue\":[\(Self.failing)]}",
      deadLetters: "{\"items\":[\(letter)]}"
    )
    _ = try scene.settle { _ in .failed(cause: "x", mayBeStored: false) }
    #expect(try (scene.queueIDs, scene.letterIDs) == ([], ["a", "a"]))
  }

  @Test(
    "what a server has and could not be taken out is not sent by a later run, which takes it out"
  )
  func acceptedAndUnacknowledged() throws {
    let filler = String(repeating: "x", count: 200_000)
    let scene = try WorkScene(
      queue: "{\"queue\":[\(WorkScene.item("a")),\(WorkScene.item("b"))],\"note\":\"\(filler)\"}",
      deadLetters: "{\"items\":[\(WorkScene.item("d", more: ",\"last_attempt\":0"))]}"
    )
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    let results = claimed.filter { $0.memory.id != "b" }.map { ($0, DeliveryResult.delivered) }
    #expect(throws: ActionError.self) {
      try withLargestFile(100_000) {
        try ledger.turn(settling: results, claiming: 0, now: WorkScene.now)
      }
    }
    // The dead letters settled all the same.
    #expect(try (scene.queueIDs, scene.letterIDs) == (["a", "b"], []))
    var later = WorkLedger(settings: scene.settings)
    try withLargestFile(100_000) {
      let error = #expect(throws: ActionError.self) {
        try later.turn(settling: [], claiming: 9, now: WorkScene.now)
      }
      #expect("\(error as Any)".contains("mem0_queue.json was not changed"))
    }
    var last = WorkLedger(settings: scene.settings)
    let turn = try last.turn(settling: [], claiming: 9, now: WorkScene.now)
    #expect(turn.events == [.synced(project: "p", id: "a")])
    #expect(turn.claimed.map(\.memory.id) == ["b"])
    #expect(try scene.queueIDs == ["b"])
    #expect(try last.turn(settling: [], claiming: 9, now: WorkScene.now).events == [])
  }

  @Test("an edit that cannot be made is an error, never nothing to do")
  func impossibleEdit() throws {
    let scene = try WorkScene(queue: WorkScene.queue(["a"]))
    var file = WorkFile(.queue, settings: scene.settings)
    _ = try file.refresh()
    #expect {
      try file.change(now: WorkScene.now) { listing throws(DecodingProblem) in
        var edit = ItemEdit(of: listing)
        let values = [("retries", Array("1".utf8))]
        try edit.set(values, at: 0)
        try edit.set(values, at: 0)
        edit.remove(at: 0)
        return edit
      }
    } throws: { error in
      "\(error)".contains("a bug in mem0top")
    }
    #expect(try scene.queueText == WorkScene.queue(["a"]))
  }

  @Test("the same id with other content is another memory and stays")
  func sameIDOtherContent() throws {
    let other = #"{"id":"a","project_id":"p","content":"other"}"#
    let scene = try WorkScene(
      queue: "{\"queue\":[\(other)]}",
      deadLetters: "{\"items\":[\(WorkScene.item("a", more: ",\"last_attempt\":1732945700"))]}"
    )
    #expect(try scene.claim().map(\.memory.content) == ["other"])
    #expect(try scene.queueIDs == ["a"])
  }

  @Test("a turn whose queue cannot be written may be repeated: nothing is counted or kept twice")
  func queueCannotBeWritten() throws {
    let filler = String(repeating: "x", count: 200_000)
    let dead = WorkScene.item("d", more: ",\"last_attempt\":0,\"retry_count\":2")
    let scene = try WorkScene(
      queue: "{\"queue\":[\(Self.failing),\(WorkScene.item("b"))],\"note\":\"\(filler)\"}",
      deadLetters: "{\"items\":[\(dead)]}"
    )
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    #expect(claimed.map(\.memory.id) == ["a", "b", "d"])
    let results = claimed.map { ($0, DeliveryResult.failed(cause: "x", mayBeStored: false)) }
    #expect {
      try withLargestFile(100_000) {
        try ledger.turn(settling: results, claiming: 9, now: WorkScene.now)
      }
    } throws: { error in
      "\(error)".contains("mem0_queue.json was not changed")
    }
    #expect(try scene.letterIDs == ["d", "a"])
    #expect(try scene.queueIDs == ["a", "b"])
    let turn = try ledger.turn(settling: results, claiming: 9, now: WorkScene.now)
    #expect(
      turn.events == [
        .movedToDeadLetters(project: "p", id: "a", retries: 5),
        .retried(project: "p", id: "b", count: 1),
        .deadLetterRetried(project: "p", id: "d", count: 3, delay: .seconds(240)),
      ]
    )
    #expect(try scene.letterIDs == ["d", "a"])
    #expect(try scene.queueIDs == ["b"])
    #expect(try scene.lettersText.contains("\"retry_count\":3"))
  }

  @Test(
    "a file that does not parse is refused, and nothing is written",
    arguments: [
      "", "{\"queue\":[{\"id\":\"a\"", "[]", "{\"queue\":{}}", "{\"queue\":[{\"id\" 1}]}",
    ]
  )
  func corruptQueue(_ text: String) throws {
    let scene = try WorkScene(queue: text, deadLetters: "[")
    #expect {
      try scene.claim()
    } throws: { error in
      guard let error = error as? ActionError, case .refused(let sentence, _) = error else {
        return false
      }
      let isOfAnotherShape = text.hasSuffix("]") || text.hasSuffix("{}}")
      return sentence.contains("mem0_queue.json does not parse at byte")
        || isOfAnotherShape && sentence.contains("mem0_queue.json is valid JSON, but ")
    }
    #expect(try scene.queueText == text)
    #expect(!FileManager.default.fileExists(atPath: scene.settings.path(of: \.lock)))
  }

  @Test("beside a queue that does not parse dead letters are tried, and what it holds stays")
  func deadLettersBesideACorruptQueue() throws {
    let letter = WorkScene.item("d", more: ",\"retry_count\":2,\"last_attempt\":0")
    let scene = try WorkScene(queue: "{\"queue\":[", deadLetters: "{\"items\":[\(letter)]}")
    let turn = try scene.settle { _ in .delivered }
    #expect(turn.events == [.recovered(project: "p", id: "d", retries: 2)])
    #expect(try scene.letterIDs.isEmpty)
    #expect(try scene.queueText == "{\"queue\":[")
    #expect(turn.pending == nil && turn.deadLetterCount == 0)
    #expect(turn.unreadable.first?.description.contains("mem0_queue.json does not parse") == true)
  }

  @Test("beside dead letters that do not parse the queue is sent, but for what would become one")
  func queueBesideCorruptDeadLetters() throws {
    let last = WorkScene.item("a", more: ",\"retries\":4")
    let queue = "{\"queue\":[\(last),\(WorkScene.item("b")),\(WorkScene.item("c"))]}"
    let scene = try WorkScene(queue: queue, deadLetters: "{\"items\":[")
    let turn = try scene.settle { item in
      item.memory.id == "b" ? .delivered : .failed(cause: "HTTP 502", mayBeStored: false)
    }
    #expect(
      turn.events == [
        .synced(project: "p", id: "b"), .retried(project: "p", id: "c", count: 1),
      ]
    )
    #expect(try scene.queueIDs == ["a", "c"])
    #expect(try scene.lettersText == "{\"items\":[")
    #expect(turn.pending == 2 && turn.deadLetterCount == nil)
  }

  @Test("no files mean nothing to do, and none are made")
  func nothingThere() throws {
    let scene = try WorkScene()
    let turn = try scene.settle { _ in .delivered }
    #expect((turn.pending, turn.deadLetterCount, turn.events.count) == (0, 0, 0))
    let found = try FileManager.default.contentsOfDirectory(atPath: scene.directory.path)
    #expect(Set(found).isSubset(of: [".mem0top.guard", ".state"]))
  }

  /// Runs `body` while no file of this process may grow beyond a size.
  private func withLargestFile<Result>(_ size: UInt, _ body: () throws -> Result) throws -> Result {
    var before = rlimit()
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) == 0)
    var limit = before
    limit.rlim_cur = size
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }
    return try body()
  }
}
