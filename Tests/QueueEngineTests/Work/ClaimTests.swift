import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Which items are taken up, and what is remembered of them.
@Suite("Claims")
struct ClaimTests {
  private func claimsText(_ scene: WorkScene) throws -> String {
    let state = StateDirectory(
      root: scene.settings.stateDirectory,
      watching: scene.settings.directory
    )
    return try String(contentsOfFile: state.path(of: "claims.json"), encoding: .utf8)
  }

  @Test("projects take turns, and within each the order is the file's")
  func roundRobin() throws {
    let items = ["a1", "a2", "a3", "b1", "c1", "c2"].map {
      WorkScene.item($0, project: String($0.prefix(1)))
    }
    let scene = try WorkScene(queue: "{\"queue\":[\(items.joined(separator: ","))]}")
    var ledger = WorkLedger(settings: scene.settings)
    let first = try ledger.turn(settling: [], claiming: 4, now: WorkScene.now).claimed
    #expect(first.map(\.memory.id) == ["a1", "b1", "c1", "a2"])
    let rest = try ledger.turn(
      settling: [(first[3], .delivered)],
      claiming: 9,
      now: WorkScene.now
    )
    #expect(rest.claimed.map(\.memory.id) == ["a3", "c2"])
  }

  @Test("at most 64 are out at a time, and none comes twice in a run")
  func bounded() throws {
    let scene = try WorkScene(queue: WorkScene.queue((0..<100).map { "i\($0)" }))
    var ledger = WorkLedger(settings: scene.settings)
    let first = try ledger.turn(settling: [], claiming: 1000, now: WorkScene.now).claimed
    #expect(first.count == 64)
    #expect(try ledger.turn(settling: [], claiming: 1, now: WorkScene.now).claimed.isEmpty)
    let results = first.prefix(10).map {
      ($0, DeliveryResult.failed(cause: "x", mayBeStored: false))
    }
    let second = try ledger.turn(settling: results, claiming: 1000, now: WorkScene.now).claimed
    #expect(second.map(\.memory.id) == (64..<74).map { "i\($0)" })
  }

  @Test("dead letters that are due come after the queue; the others wait")
  func deadLetters() throws {
    let due = WorkScene.item("d", more: ",\"last_attempt\":1732945610,\"retry_count\":1")
    let later = WorkScene.item("l", more: ",\"last_attempt\":1732945690,\"retry_count\":1")
    let scene = try WorkScene(
      queue: WorkScene.queue(["a", "b"]),
      deadLetters: "{\"items\":[\(due),\(later)]}"
    )
    var ledger = WorkLedger(settings: scene.settings)
    let first = try ledger.turn(settling: [], claiming: 2, now: WorkScene.now)
    #expect(first.claimed.map(\.memory.id) == ["a", "b"])
    #expect(first.waiting.map(\.remaining) == [.seconds(49.5)])
    let second = try ledger.turn(settling: [], claiming: 2, now: WorkScene.now)
    #expect(second.claimed.map(\.key) == [ItemKey(id: "d")])
    #expect(second.claimed.map(\.source) == [.deadLetters])
    #expect(second.claimed.map(\.failures) == [1])
  }

  @Test("what nobody can send is counted and stays, byte for byte")
  func undeliverable() throws {
    let odd = [
      "7", "{\"id\":\"e\",\"project_id\":\"p\",\"content\":\"\"}",
      "{\"project_id\":\"p\",\"content\":\"no id\"}",
      "{\"id\":\"s\",\"project_id\":\"\u{A0} \",\"content\":\"x\"}",
    ]
    let text = "{\"queue\":[\(odd.joined(separator: ",")),\(WorkScene.item("a"))]}"
    let scene = try WorkScene(queue: text)
    let turn = try scene.settle { _ in .delivered }
    #expect(turn.undeliverable == 4)
    #expect(try scene.queueText == "{\"queue\":[\(odd.joined(separator: ","))]}")
  }

  @Test("what a killed run left is claimed again as what may be stored, and nothing else is")
  func killedRun() throws {
    let scene = try WorkScene(
      queue: WorkScene.queue(["a", "b", "c"]),
      deadLetters: "{\"items\":[]}"
    )
    #expect(try scene.claim(2).map(\.mayBeStored) == [false, false])
    #expect(try claimsText(scene).contains("\"id\":\"a\""))
    let text = "{\"queue\":[\(["b", "c", "d"].map { WorkScene.item($0) }.joined(separator: ","))]}"
    try scene.directory.write(text, to: "mem0_queue.json")
    #expect(try scene.claim().map(\.mayBeStored) == [true, false, false])
    let away = #""away":[{"id":"a""#
    #expect(try claimsText(scene).contains(away), "it is in no file any more, and may come back")
  }

  @Test("the mark stays while a result leaves it open, and follows the item to the dead letters")
  func marksStay() throws {
    let items = [
      WorkScene.item("open"), WorkScene.item("clear"), WorkScene.item("gone"),
      WorkScene.item("dead", more: ",\"retries\":4"),
    ]
    let scene = try WorkScene(queue: "{\"queue\":[\(items.joined(separator: ","))]}")
    _ = try scene.settle { item in
      switch item.memory.id {
      case "open": .returned(mayBeStored: true)
      case "clear": .returned(mayBeStored: false)
      case "gone": .delivered
      default: .failed(cause: "timeout", mayBeStored: true)
      }
    }
    let claimed = try scene.claim(at: WorkScene.now + .seconds(3600))
    #expect(claimed.map(\.memory.id) == ["open", "clear", "dead"])
    #expect(claimed.map(\.mayBeStored) == [true, false, true])
  }

  @Test("a file that is missing for one look costs no mark", arguments: [false, true])
  func fileMissingForAMoment(isDeadLetter: Bool) throws {
    let item = WorkScene.item("d", more: ",\"last_attempt\":0")
    let scene = try WorkScene(
      queue: "{\"queue\":[\(isDeadLetter ? "" : item)]}",
      deadLetters: "{\"items\":[\(isDeadLetter ? item : "")]}"
    )
    #expect(try scene.claim().map(\.mayBeStored) == [false])
    let name = isDeadLetter ? "mem0_queue_dlq.json" : "mem0_queue.json"
    let text = try scene.text(of: name)
    try FileManager.default.removeItem(atPath: scene.directory.path(name))
    #expect(try scene.claim().isEmpty)
    try scene.directory.write(text, to: name)
    #expect(try scene.claim().map(\.mayBeStored) == [true])
  }

  @Test(
    "what was delivered while its file is missing is known should the file come back",
    arguments: [DeliveryResult.delivered, .failed(cause: "timeout", mayBeStored: true)]
  )
  func fileMissingAtTheEnd(result: DeliveryResult) throws {
    let text = WorkScene.queue(["a"])
    let scene = try WorkScene(queue: text, deadLetters: "{\"items\":[]}")
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    try FileManager.default.removeItem(atPath: scene.directory.path("mem0_queue.json"))
    let results = claimed.map { ($0, result) }
    let turn = try ledger.turn(settling: results, claiming: 9, now: WorkScene.now)
    #expect(turn.events == [.vanished(project: "p", id: "a")])
    try scene.directory.write(text, to: "mem0_queue.json")
    #expect(try scene.claim().map(\.mayBeStored) == [true])
  }

  @Test("only memories that share an id are told apart, also one after the other")
  func sharedIDs() throws {
    func item(_ content: String) -> String {
      #"{"id":"t","project_id":"p","content":"\#(content)"}"#
    }
    let scene = try WorkScene(
      queue: "{\"queue\":[\(item("1")),\(WorkScene.item("a"))]}",
      deadLetters: "{\"items\":[\(item("2"))]}"
    )
    #expect(try scene.claim().map { $0.memory.distinction == nil } == [false, true, false])
    var ledger = WorkLedger(settings: scene.settings)
    let first = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    try scene.directory.write("{\"queue\":[\(item("3"))]}", to: "mem0_queue.json")
    try scene.directory.write("{\"items\":[]}", to: "mem0_queue_dlq.json")
    let second = try ledger.turn(
      settling: first.map { ($0, .delivered) },
      claiming: 9,
      now: WorkScene.now
    )
    let distinctions = (first + second.claimed).compactMap(\.memory.distinction)
    #expect(distinctions.count == 3 && Set(distinctions).count == 3)
  }

  @Test("the claims are on disk for their owner alone, and damaged ones are refused")
  func claimsFile() throws {
    let scene = try WorkScene(queue: WorkScene.queue(["a"]))
    _ = try scene.claim()
    let state = StateDirectory(
      root: scene.settings.stateDirectory,
      watching: scene.settings.directory
    )
    #expect(try FileStamp.at(state.path(of: "claims.json")).mode & 0o777 == 0o600)
    try Data("{\"claims\":[".utf8).write(to: URL(filePath: state.path(of: "claims.json")))
    #expect {
      try scene.claim()
    } throws: { error in
      "\(error)".contains("claims.json does not parse at byte 11")
    }
  }
}
