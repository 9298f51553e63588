import TestSupport
import Testing

@testable import QueueEngine

/// A directory that only cron and the command line touch has copies (`docs/safety.md`).
@Suite struct WorkerCopyTests {
  private static let ids = (0..<50).map { "id-\($0)" }

  private let scene: WorkScene
  private let store: CopyStore

  init() throws {
    let letter = WorkScene.item("z", more: ",\"last_attempt\":4000000000")
    scene = try WorkScene(
      queue: WorkScene.queue(Self.ids),
      deadLetters: "{\"items\":[\(letter)]}"
    )
    store = CopyStore(settings: scene.settings)
  }

  /// What the copies of a list hold, oldest first.
  private func texts(of list: ListFile) throws -> [String] {
    try store.copies().filter { $0.list == list }.map { copy in
      String(decoding: try #require(try store.bytes(of: copy)), as: UTF8.self)
    }
  }

  /// Cuts the queue, and returns how many memories can be recovered.
  private func recoverable() throws -> Int {
    try scene.directory.write(String(try scene.queueText.prefix(200)), to: "mem0_queue.json")
    let plan = try #require(try RecoveryPlan.examine(.queue, settings: scene.settings))
    return plan.salvagedCount + plan.copyOnlyCount
  }

  @Test func aRunThatDeliversNothingKeepsWhatItFound() throws {
    _ = try scene.settle { _ in .returned(mayBeStored: false) }
    #expect(try texts(of: .deadLetters) == [try scene.lettersText])
    #expect(try recoverable() == 50)
  }

  @Test func aRunKeepsWhatItFoundAndWhatItLeaves() throws {
    let found = try scene.queueText
    var ledger = WorkLedger(settings: scene.settings)
    var turn = try ledger.turn(settling: [], claiming: 10, now: WorkScene.now)
    for _ in 0..<3 {
      turn = try ledger.turn(
        settling: turn.claimed.map { ($0, .delivered) },
        claiming: 10,
        now: WorkScene.now
      )
    }
    #expect(try texts(of: .queue) == [found], "not one for each turn")
    _ = try ledger.turn(
      settling: turn.claimed.map { ($0, .delivered) },
      claiming: 0,
      now: WorkScene.now
    )
    #expect(try texts(of: .queue) == [found, try scene.queueText])
    #expect(try recoverable() == 10, "what was delivered does not come back")
  }

  @Test func aLongRunKeepsOneEveryMinute() throws {
    var ledger = WorkLedger(settings: scene.settings)
    var turn = try ledger.turn(settling: [], claiming: 10, now: WorkScene.now)
    for minute in 1...3 {
      turn = try ledger.turn(
        settling: turn.claimed.map { ($0, .delivered) },
        claiming: 10,
        now: WorkScene.now + .seconds(60 * minute)
      )
    }
    #expect(try texts(of: .queue).count == 3, "the first and the third left the minute before's")
  }

  @Test func aMemoryThatIsAddedIsInACopy() throws {
    for content in ["one", "two"] {
      let action = EnqueueMemories(memories: [NewMemory(project: "p", content: content)])
      _ = try action.perform(settings: scene.settings)
    }
    #expect(try texts(of: .queue).count == 2)
    #expect(try recoverable() == 52)
  }

  @Test func whereNoneCanBeKeptTheWorkGoesOnAndSaysSo() throws {
    let state = StateDirectory(settings: scene.settings)
    try state.create()
    try WholeFile.replace([], at: state.path(of: "copies"))
    let turn = try scene.settle { _ in .delivered }
    #expect(turn.pending == 0)
    #expect(turn.remarks.count == 1 && turn.remarks[0].contains("mem0_queue.json"))
    let action = EnqueueMemories(memories: [NewMemory(project: "p", content: "c")])
    let outcome = try action.perform(settings: scene.settings)
    #expect(outcome.changed == 1 && outcome.evidence.contains { $0.contains("copy") })
  }
}
