import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// An attempt that lies in the future counts as made at the first sight of it, for the worker and for
/// whoever only looks.
@Suite struct FirstSightTests {
  /// Some time ago: whoever only lists the items asks the clock of the machine.
  private let now = Timestamp((Date().timeIntervalSince1970 - 1000).rounded())

  private func letters(_ ahead: Double, retryCount: Int = 2, more: String = "") -> String {
    let last = now.secondsSinceEpoch + ahead
    let item = WorkScene.item("a", more: ",\"retry_count\":\(retryCount),\"last_attempt\":\(last)")
    return "{\"items\":[\(item)\(more)]}"
  }

  private func write(_ text: String, _ scene: WorkScene, ago seconds: Double) throws {
    try scene.directory.write(text, to: "mem0_queue_dlq.json")
    let moment = Date(timeIntervalSince1970: now.secondsSinceEpoch - seconds)
    try FileManager.default.setAttributes(
      [.modificationDate: moment],
      ofItemAtPath: scene.directory.path("mem0_queue_dlq.json")
    )
  }

  /// When a look from outside, with a new reader, says that the item is due.
  private func shownDue(_ scene: WorkScene, at now: Timestamp) throws -> Timestamp {
    var reader = SnapshotReader(settings: scene.settings)
    let shown = try #require(reader.read(now: now).deadLetters.content?.items.first).dueAt
    let listed = try DeadLetterTexts(settings: scene.settings).items.first?.dueAt
    #expect(listed == shown)
    return shown
  }

  @Test func itIsDueOneDelayAfterTheFileWasWritten() throws {
    let scene = try WorkScene(queue: WorkScene.queue([]))
    try write(letters(90_000), scene, ago: 100)
    #expect(try scene.claim(at: now).isEmpty)
    #expect(try shownDue(scene, at: now) == now + .seconds(20))
    #expect(try scene.claim(at: now + .seconds(19)).isEmpty)
    #expect(try scene.claim(at: now + .seconds(21)).map(\.memory.id) == ["a"])
  }

  @Test func oneThatIsOnlySomewhatAheadWaitsForItsTime() throws {
    let scene = try WorkScene(queue: WorkScene.queue([]))
    try write(letters(30), scene, ago: 100)
    #expect(try scene.claim(at: now + .seconds(149)).isEmpty)
    #expect(try scene.claim(at: now + .seconds(151)).count == 1)
  }

  /// A program that writes the file anew each minute must not put it off for ever.
  @Test func aFileThatIsWrittenAnewPutsItOffByNothing() throws {
    let scene = try WorkScene(queue: WorkScene.queue([]))
    for minute in 0..<2 {
      let moment = now + .seconds(minute * 60)
      try write(letters(90_000), scene, ago: Double(-60 * minute))
      #expect(try scene.claim(at: moment).isEmpty)
      #expect(try shownDue(scene, at: moment) == now + .seconds(120))
    }
    try write(letters(90_000, more: " "), scene, ago: -119)
    #expect(try scene.claim(at: now + .seconds(121)).count == 1)
  }

  @Test func anotherTimeAheadIsAnotherSight() throws {
    let scene = try WorkScene(queue: WorkScene.queue([]))
    try write(letters(90_000), scene, ago: 0)
    #expect(try scene.claim(at: now).isEmpty)
    try write(letters(91_000), scene, ago: -100)
    #expect(try scene.claim(at: now + .seconds(121)).isEmpty)
    #expect(try scene.claim(at: now + .seconds(221)).count == 1)
  }

  @Test func itIsForgottenOnceItIsGone() throws {
    let scene = try WorkScene(queue: WorkScene.queue([]))
    try write(letters(90_000), scene, ago: 0)
    _ = try scene.claim(at: now)
    var record = ClaimRecord(settings: scene.settings)
    #expect(try record.load().sights.moments.count == 1)
    try write("{\"items\":[]}", scene, ago: 0)
    _ = try scene.claim(at: now)
    #expect(try record.load().sights.moments.isEmpty)
  }
}
