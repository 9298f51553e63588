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

  private func write(queue: [(id: Int, retries: Int)], deadLetters: [Int]) throws {
    let items = queue.map { #"{"id":"item-\#($0.id)","content":"c","retries":\#($0.retries)}"# }
    let letters = deadLetters.map { #"{"id":"item-\#($0)","content":"c","retry_count":0}"# }
    for (name, text) in [
      ("mem0_queue.json", #"{"queue":[\#(items.joined(separator: ","))]}"#),
      ("mem0_queue_dlq.json", #"{"items":[\#(letters.joined(separator: ","))]}"#),
    ] {
      try directory.write(text, to: "new")
      let target = directory.path(name)
      _ = try? FileManager.default.removeItem(atPath: target)
      try FileManager.default.moveItem(atPath: directory.path("new"), toPath: target)
    }
  }

  @Test(arguments: [true, false])
  func deliveredFailedAndMovedAreThree(deadLettersFirst: Bool) throws {
    var reader = SnapshotReader(settings: settings)
    try write([1])
    _ = reader.read(now: Timestamp(1))
    let queue = [(1, 0), (2, 4), (3, 0), (4, 1)].map { (id: $0.0, retries: $0.1) }
    try write(queue: queue, deadLetters: [9])
    _ = reader.read(now: Timestamp(2))
    // One is moved: it stands in both files for a moment, or in neither. One is delivered, one fails.
    let left = [(id: 3, retries: 2), (id: 4, retries: 1)]
    try write(queue: deadLettersFirst ? queue : left, deadLetters: deadLettersFirst ? [9, 2] : [9])
    _ = reader.read(now: Timestamp(3))
    try write(queue: left, deadLetters: [9, 2])
    let traffic = reader.read(now: Timestamp(4)).traffic
    #expect((traffic.left, traffic.moved, traffic.delivered, traffic.failed) == (2, 1, 1, 2))
  }

  @Test func theFirstDeadLetterMakesItsFileAndIsMoved() throws {
    var reader = SnapshotReader(settings: settings)
    try write([1, 2])
    _ = reader.read(now: Timestamp(1))
    try write(queue: [(id: 2, retries: 0)], deadLetters: [1])
    let traffic = reader.read(now: Timestamp(2)).traffic
    #expect((traffic.moved, traffic.delivered) == (1, 0))
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

  @Test(arguments: 0..<50)
  func differencesAgreeWithSets(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let old = Set((0..<40).map { _ in UInt64.random(in: 0..<60, using: &random) })
    let new = Set((0..<40).map { _ in UInt64.random(in: 0..<60, using: &random) })
    let (arrived, left) = QueueTrafficCounter.difference(from: old.sorted(), to: new.sorted())
    #expect(arrived == new.subtracting(old).count)
    #expect(Set(left) == old.subtracting(new) && left.count == Set(left).count)
  }
}
