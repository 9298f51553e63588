import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What another program destroyed comes back: the last good copy united with what can be read.
@Suite("Recovery")
struct RecoveryTests {
  private static let items = (0..<4).map {
    #"{"id":"id-\#($0)","content":"c {\"id\":\"no\"} \#($0)"}"#
  }

  private func file(_ items: some Sequence<String>, rest: String = "") -> String {
    #"{"items": ["# + items.joined(separator: ", ") + "]" + rest + "}"
  }

  private func salvaged(_ text: String, _ list: ListFile = .deadLetters) -> [String] {
    Salvage(Array(text.utf8), of: list).items.map(\.identity.id.text)
  }

  @Test func eachWayOfDestroyingAFileCostsOnlyWhatItHits() {
    let whole = file(Self.items)
    let all = (0..<4).map { "id-\($0)" }
    #expect(salvaged(whole) == all)
    #expect(salvaged(String(whole.dropLast(20))) == ["id-0", "id-1", "id-2"])
    #expect(salvaged(file(Self.items.prefix(2)) + whole.suffix(60)) == ["id-0", "id-1", "id-3"])
    #expect(salvaged(whole + whole) == all)
    #expect(salvaged("<html>" + String(whole.dropFirst(11))) == all)
    let hole = String(repeating: "\u{0}", count: 50) + whole.dropFirst(50)
    #expect(salvaged(hole) == ["id-1", "id-2", "id-3"])
    #expect(salvaged("").isEmpty)
    #expect(salvaged(String(repeating: "{\"a\":", count: 2_000)).isEmpty)
  }

  /// What begins and can be read neither here nor in a copy is named; what a text says is no beginning.
  @Test func whatIsLostIsNamed() throws {
    let cut = String(file(Self.items).dropLast(20))
    #expect(Salvage(Array(cut.utf8), of: .deadLetters).begunIDs == ["id-3"])
    let scene = try RetryScene(cut)
    let alone = try #require(try RecoveryPlan.examine(.deadLetters, settings: scene.settings))
    #expect(alone.lostIDs == ["id-3"])
    #expect(
      alone.facts(at: Timestamp(0)).contains(
        "of 1 item only the beginning can be read, and no copy has it: id-3"
      )
    )
    try scene.directory.write(file(Self.items), to: "mem0_queue_dlq.json")
    _ = try DropItems(keys: [ItemKey(id: "id-0")]).perform(settings: scene.settings)
    try scene.directory.write(cut, to: "mem0_queue_dlq.json")
    let plan = try #require(try RecoveryPlan.examine(.deadLetters, settings: scene.settings))
    #expect(plan.lostIDs.isEmpty && plan.copyOnlyCount == 1)
    // Another hole: the beginning of an item is gone, and what is left names nobody.
    let hole = String(repeating: "\u{0}", count: 30) + file(Self.items).dropFirst(30)
    #expect(Salvage(Array(hole.utf8), of: .deadLetters).begunIDs.isEmpty)
  }

  @Test func aTextThatIsCutTakesNoLongerThanItsSize() {
    let cut = #"{"items": [{"id":"a","content":"x"}, {"id":"b","content":""#
    let text = cut + String(repeating: #"\""#, count: 1 << 20)
    var found: [String] = []
    // To read each text to its end would take hours.
    let duration = ContinuousClock().measure { found = salvaged(text) }
    #expect(found == ["a"])
    #expect(duration < .seconds(60))
  }

  @Test func whatWasDeliveredDoesNotComeBack() {
    let text = #"{"queue": [{"id":"a"}, {"id":"b"}], "last_100": [{"id":"old"}], "stats": {"#
    #expect(salvaged(text, .queue) == ["a", "b"])
    let turned = #"{"last_100": [{"id":"old"}], "queue": [{"id":"a"}, {"id":"b""#
    #expect(salvaged(turned, .queue) == ["a"])
  }

  @Test func aFileIsRebuiltFromItsCopyAndWhatCanBeRead() throws {
    let scene = try RetryScene(file(Self.items[0...2], rest: #", "last_update": 7"#))
    // Our own change keeps a copy of the file as it was.
    _ = try DropItems(keys: [ItemKey(id: "id-1")]).perform(settings: scene.settings)
    let newer = #"{"id":"id-2","content":"c {\"id\":\"no\"} 2","retry_count":9}"#
    let broken = String(file([newer, Self.items[3]]).dropLast(4)) + "\u{0}\u{0}"
    try scene.directory.write(broken, to: "mem0_queue_dlq.json")
    let plan = try #require(try RecoveryPlan.examine(.deadLetters, settings: scene.settings))
    #expect(plan.salvagedCount == 1 && plan.copyOnlyCount == 2)
    let outcome = try RecoverFile(.deadLetters).perform(settings: scene.settings)
    #expect(outcome.summary == "mem0_queue_dlq.json is rebuilt with 3 items.")
    #expect(
      try scene.text()
        == "{\"items\": [\n  \(Self.items[0]),\n  \(Self.items[1]),\n  \(newer)\n], \"last_update\": 7}"
    )
    let store = CopyStore(settings: scene.settings)
    let kept = try #require(try store.copies().first(where: \.isBroken))
    #expect(try store.bytes(of: kept) == Array(broken.utf8))
    var status = stat()
    #expect(stat(store.path(of: kept), &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(throws: ActionError.self) {
      try RecoverFile(.deadLetters).perform(settings: scene.settings)
    }
  }

  @Test func withoutACopyWhatCanBeReadIsAll() throws {
    let scene = try RetryScene(String(file(Self.items).dropLast(2)))
    let outcome = try RecoverFile(.deadLetters).perform(settings: scene.settings)
    #expect(outcome.evidence.contains { $0.hasPrefix("there is no earlier copy") })
    #expect(scene.snapshot().deadLetters.content?.items.count == 4)
  }

  @Test func copiesAreBoundedAndTheSameContentIsKeptOnce() throws {
    let scene = try RetryScene()
    let store = CopyStore(settings: scene.settings)
    for second in 0..<3 {
      try store.keep([1, 2, 3], of: .queue, at: Timestamp(1_000 + Double(second)))
    }
    #expect(try store.copies().map(\.milliseconds) == [1_002_000])
    for second in 0..<5 {
      let bytes = [UInt8](repeating: UInt8(second), count: CopyStore.mostBytes / 3)
      try store.keep(bytes, of: .queue, at: Timestamp(2_000 + Double(second)))
    }
    #expect(try store.copies().map(\.milliseconds) == [2_002_000, 2_003_000, 2_004_000])
    let large = [UInt8](repeating: 0, count: CopyStore.mostBytes + 1)
    #expect(try store.keep(large, of: .queue) == nil)
    let newest = try #require(try store.copies().last)
    #expect(truncate(store.path(of: newest), 5) == 0)
    #expect(try store.bytes(of: newest) == nil)
  }

  @Test func aCopyThatACrashCutShortIsTakenAgain() throws {
    let store = CopyStore(settings: try RetryScene().settings)
    let short = try #require(try store.keep([1, 2, 3], of: .queue, at: Timestamp(1)))
    try #require(truncate(store.path(of: short), 2) == 0)
    let whole = try #require(try store.keep([1, 2, 3], of: .queue, at: Timestamp(2)))
    #expect(try store.copies() == [whole])
    #expect(try store.bytes(of: whole) == [1, 2, 3])
  }

  @Test func theReaderCopiesWhatOthersWroteOnceAMinute() throws {
    let scene = try RetryScene(file(Self.items))
    let store = CopyStore(settings: scene.settings)
    var reader = SnapshotReader(settings: scene.settings, keepsCopies: true)
    var now = Timestamp(Date().timeIntervalSince1970 + 10)
    _ = reader.read(now: now)
    #expect(try store.copies().isEmpty)
    now = now + .seconds(6)
    _ = reader.read(now: now)
    #expect(try store.copies().count == 1)
    try scene.directory.write(file(Self.items.prefix(1)), to: "mem0_queue_dlq.json")
    now = now + .seconds(30)
    _ = reader.read(now: now)
    #expect(try store.copies().count == 1)
    now = now + .seconds(31)
    _ = reader.read(now: now)
    #expect(try store.copies().count == 2)
  }

  @Test func aRetryThatWasOverwrittenIsSeen() throws {
    let scene = try RetryScene(
      #"{"items":[{"id":"a","retry_count":3,"last_attempt":9},{"id":"b"}]}"#
    )
    let before = try #require(scene.snapshot().deadLetters.content)
    for kept in [(3, 0), (4, 9), (4, 20)] {
      var watch = ChangeWatch(retried: before.items)
      let text = #"{"items":[{"id":"a","retry_count":\#(kept.0),"last_attempt":\#(kept.1)}]}"#
      try scene.directory.write(text, to: "mem0_queue_dlq.json")
      let letters = try #require(scene.snapshot().deadLetters.content)
      #expect(watch.review(letters).isEmpty, "\(kept)")
      // What a worker has tried since is nobody's retry any more.
      let isStillDue = kept == (3, 0)
      #expect(watch.isEmpty == !isStillDue)
      #expect(watch.review(before) == (isStillDue ? [ItemKey(id: "a")] : []), "\(kept)")
      #expect(watch.isEmpty)
    }
  }
}
