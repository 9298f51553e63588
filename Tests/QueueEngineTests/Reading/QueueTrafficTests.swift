import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What came into the queue and what left it, told apart by ids.
struct QueueTrafficTests {
  private let directory: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    directory = try TemporaryDirectory()
    settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path("state")
    )
  }

  private func write(_ ids: [Int]) throws {
    let items = ids.map { #"{"id":"item-\#($0)","project_id":"p","content":"c"}"# }
    try directory.write(#"{"queue":[\#(items.joined(separator: ","))]}"#, to: "new")
    let target = directory.path("mem0_queue.json")
    _ = try? FileManager.default.removeItem(atPath: target)
    try FileManager.default.moveItem(atPath: directory.path("new"), toPath: target)
  }

  @Test func itemsThatComeAndGoAtOnceCountAsBoth() throws {
    var reader = SnapshotReader(settings: settings)
    try write(Array(0..<10))
    #expect(reader.read(now: Timestamp(1)).traffic == QueueTraffic())
    try write(Array(3..<12))
    let first = reader.read(now: Timestamp(2)).traffic
    #expect((first.arrived, first.left) == (2, 3))
    #expect(reader.read(now: Timestamp(3)).traffic == first)
    // Another order is no traffic.
    try write((3..<12).reversed())
    #expect(reader.read(now: Timestamp(4)).traffic == first)
    try write([])
    let last = reader.read(now: Timestamp(5)).traffic
    #expect((last.arrived, last.left) == (2, 12))
  }

  @Test func aFileThatIsAwayForAMomentIsNoTraffic() throws {
    var reader = SnapshotReader(settings: settings)
    try write([1, 2, 3])
    _ = reader.read(now: Timestamp(1))
    try FileManager.default.removeItem(atPath: directory.path("mem0_queue.json"))
    #expect(reader.read(now: Timestamp(2)).traffic == QueueTraffic())
    try write([1, 2, 3, 4])
    let traffic = reader.read(now: Timestamp(3)).traffic
    #expect((traffic.arrived, traffic.left) == (1, 0))
  }

  private func trace(_ digest: UInt64, _ failures: Int) -> ItemTrace {
    var trace = ItemTrace(id: "", failures: failures)
    trace.digest = digest
    return trace
  }

  @Test(arguments: 0..<50)
  func differencesAgreeWithSets(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let old = Set((0..<40).map { _ in UInt64.random(in: 0..<60, using: &random) })
    let new = Set((0..<40).map { _ in UInt64.random(in: 0..<60, using: &random) })
    let change = QueueTrafficCounter.change(
      from: old.sorted().map { trace($0, 1) },
      to: new.sorted().map { trace($0, 3) }
    )
    #expect(change.arrived == new.subtracting(old).count)
    #expect(Set(change.left.map(\.digest)) == old.subtracting(new))
    #expect(change.failures == 2 * old.intersection(new).count)
  }

  private func place(_ text: String, at name: String) throws {
    try directory.write(text, to: "new")
    let target = directory.path(name)
    _ = try? FileManager.default.removeItem(atPath: target)
    try FileManager.default.moveItem(atPath: directory.path("new"), toPath: target)
  }

  private func items(_ list: [(String, Int)], _ key: String) -> String {
    list.map { #"{"id":"\#($0.0)","project_id":"p","content":"c","\#(key)":\#($0.1)}"# }
      .joined(separator: ",")
  }

  private func write(queue: [(String, Int)], letters: [(String, Int)]) throws {
    try place(#"{"items":[\#(items(letters, "retry_count"))]}"#, at: "mem0_queue_dlq.json")
    try place(#"{"queue":[\#(items(queue, "retries"))]}"#, at: "mem0_queue.json")
  }

  /// Delivered, failed and moved are three, not one.
  @Test func whatLeavesIsDeliveredOrMovedAndFailuresAreCounted() throws {
    var reader = SnapshotReader(settings: settings)
    try write(queue: [("a", 0), ("b", 4), ("c", 1)], letters: [("x", 3), ("y", 0)])
    #expect(reader.read(now: Timestamp(1)).traffic == QueueTraffic())
    // a is delivered, b fails for the fifth time and is moved, c fails; x fails again, y is delivered.
    try write(queue: [("c", 2)], letters: [("x", 4), ("b", 0)])
    let traffic = reader.read(now: Timestamp(2)).traffic
    #expect(traffic.left == 2 && traffic.moved == 1)
    #expect(traffic.delivered == 2)
    #expect(traffic.failed == 3)
  }
}
