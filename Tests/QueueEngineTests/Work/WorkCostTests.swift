import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What a batch costs: passes over the files and bytes, not time.
@Suite("Cost of a batch", .tags(.alone))
struct WorkCostTests {
  @Test("a batch of 64 costs one pass and one writing of the queue, however many wait")
  func costIsFlat() throws {
    let scene = try WorkScene(
      queue: WorkScene.queue((0..<10_000).map { "i\($0)" }),
      deadLetters: "{\"items\":[\(WorkScene.item("z", more: ",\"last_attempt\":1732945700"))]}"
    )
    let size = try FileStamp.at(scene.settings.path(of: \.queue)).size
    var ledger = WorkLedger(settings: scene.settings)
    var turn = try ledger.turn(settling: [], claiming: 64, now: WorkScene.now)
    #expect(ledger.cost.passes == 2, "one for each file")
    for batch in 1...3 {
      turn = try ledger.turn(
        settling: turn.claimed.map { ($0, .delivered) },
        claiming: 64,
        now: WorkScene.now
      )
      #expect(turn.events.count == 64)
      #expect(turn.claimed.count == 64)
      #expect(turn.pending == 10_000 - 64 * batch)
      #expect(ledger.cost.passes == 2 + batch, "the new queue is checked and not read again")
      #expect(ledger.cost.bytesWritten < size * batch)
    }
    #expect(try scene.queueIDs == (192..<10_000).map { "i\($0)" })
  }

  @Test("what somebody else appends meanwhile is read once and stays")
  func foreignChange() throws {
    let scene = try WorkScene(queue: WorkScene.queue(["a", "b"]))
    var ledger = WorkLedger(settings: scene.settings)
    let turn = try ledger.turn(settling: [], claiming: 1, now: WorkScene.now)
    try scene.directory.write(WorkScene.queue(["n", "a", "b", "m"]), to: "mem0_queue.json")
    let next = try ledger.turn(
      settling: turn.claimed.map { ($0, .delivered) },
      claiming: 9,
      now: WorkScene.now
    )
    #expect(next.claimed.map(\.memory.id) == ["n", "b", "m"])
    #expect(ledger.cost.passes == 3)
    #expect(try scene.queueText == WorkScene.queue(["n", "b", "m"]))
  }
}
