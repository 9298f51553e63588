import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// An item that somebody takes out while it is sent, and puts back: what became of it is remembered.
@Suite("Items that come back")
struct ReturnedItemTests {
  private static let queue = WorkScene.queue(["a", "b"])
  private static let without = WorkScene.queue(["b"])

  /// The items that a new run takes up, with whether each may be stored.
  private func claim(_ scene: WorkScene, at now: Timestamp = WorkScene.now) throws -> [String: Bool]
  {
    var ledger = WorkLedger(settings: scene.settings)
    let turn = try ledger.turn(settling: [], claiming: 9, now: now)
    let results = turn.claimed.map { ($0, DeliveryResult.returned(mayBeStored: $0.mayBeStored)) }
    _ = try ledger.turn(settling: results, claiming: 0, now: now)
    return Dictionary(uniqueKeysWithValues: turn.claimed.map { ($0.memory.id, $0.mayBeStored) })
  }

  @Test("what was delivered meanwhile leaves its file and is not sent again", arguments: [1, 3])
  func delivered(runsBetween: Int) throws {
    let scene = try WorkScene(queue: Self.queue, deadLetters: #"{"items":[]}"#)
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 1, now: WorkScene.now).claimed
    #expect(claimed.map(\.memory.id) == ["a"])
    try scene.directory.write(Self.without, to: "mem0_queue.json")
    let turn = try ledger.turn(
      settling: [(claimed[0], .delivered)],
      claiming: 0,
      now: WorkScene.now
    )
    #expect(turn.events == [.vanished(project: "p", id: "a")])
    for _ in 1..<runsBetween { #expect(try claim(scene) == ["b": false]) }
    try scene.directory.write(Self.queue, to: "mem0_queue.json")
    #expect(try claim(scene) == ["b": false])
    #expect(try scene.queueIDs == ["b"])
    // Once only: another memory that is the same is a new one.
    try scene.directory.write(Self.queue, to: "mem0_queue.json")
    #expect(try claim(scene) == ["a": false, "b": false])
  }

  @Test("what a killed run was sending is asked about first", arguments: [0, 1, 2])
  func maybeStored(runsBetween: Int) throws {
    let scene = try WorkScene(queue: Self.queue, deadLetters: #"{"items":[]}"#)
    var killed = WorkLedger(settings: scene.settings)
    #expect(try killed.turn(settling: [], claiming: 1, now: WorkScene.now).claimed.count == 1)
    try scene.directory.write(Self.without, to: "mem0_queue.json")
    for _ in 0..<runsBetween { #expect(try claim(scene) == ["b": false]) }
    try scene.directory.write(Self.queue, to: "mem0_queue.json")
    #expect(try claim(scene) == ["a": true, "b": false])
  }

  @Test("an answer that never came, to an item that has left, counts too")
  func failedMeanwhile() throws {
    let scene = try WorkScene(queue: Self.queue, deadLetters: #"{"items":[]}"#)
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 1, now: WorkScene.now).claimed
    try scene.directory.write(Self.without, to: "mem0_queue.json")
    let result = DeliveryResult.failed(cause: "timeout", mayBeStored: true)
    _ = try ledger.turn(settling: [(claimed[0], result)], claiming: 0, now: WorkScene.now)
    try scene.directory.write(Self.queue, to: "mem0_queue.json")
    #expect(try claim(scene) == ["a": true, "b": false])
  }

  @Test("it is forgotten after a month, and of many the oldest")
  func forgotten() throws {
    let names = (0..<300).map { "i\($0)" }
    let scene = try WorkScene(queue: WorkScene.queue(names), deadLetters: #"{"items":[]}"#)
    for round in 0..<5 {
      var killed = WorkLedger(settings: scene.settings)
      let now = WorkScene.now + .seconds(round)
      let claimed = try killed.turn(settling: [], claiming: 60, now: now).claimed
      let taken = Set(claimed.map(\.memory.id))
      let left = try scene.queueIDs.filter { !taken.contains($0) }
      try scene.directory.write(WorkScene.queue(left), to: "mem0_queue.json")
      _ = try claim(scene, at: now)
    }
    var record = ClaimRecord(settings: scene.settings)
    #expect(try record.load().away.count == 128)
    _ = try claim(scene, at: WorkScene.now + .seconds(31 * 86_400))
    var later = ClaimRecord(settings: scene.settings)
    #expect(try later.load().away.isEmpty)
  }
}
