import Testing

@testable import QueueEngine

/// Texts that Swift takes for equal, and every other program for two.
@Suite("Ids and contents by their bytes")
struct ExactTextTests {
  private static let (composed, decomposed) = ("\u{E9}", "e\u{301}")

  @Test func aTextIsItsBytes() {
    #expect(Self.composed == Self.decomposed)
    #expect(ExactText(Self.composed) != ExactText(Self.decomposed))
    #expect(Set([Self.composed, Self.decomposed, Self.composed].map(ExactText.init)).count == 2)
    #expect(ItemKey(id: Self.composed) != ItemKey(id: Self.decomposed))
    #expect(ItemKey(id: "a", occurrence: 1) != ItemKey(id: "a"))
    #expect(ExactText("ab").hasPrefix("a") && !ExactText(Self.composed).hasPrefix("e"))
  }

  @Test(
    "an item is no double of a dead letter that is spelled otherwise",
    arguments: [("\u{E9}", "e\u{301}"), ("a", "a")]
  )
  func noDoubles(queuedID: String, letterID: String) throws {
    let queued = #"{"id":"\#(queuedID)","project_id":"p","content":"\#(Self.composed)"}"#
    let letter = #"{"id":"\#(letterID)","project_id":"p","content":"\#(Self.decomposed)"}"#
    let (queue, letters) = ("{\"queue\":[\(queued)]}", "{\"items\":[\(letter)]}")
    let scene = try WorkScene(queue: queue, deadLetters: letters)
    let turn = try scene.settle { _ in .returned(mayBeStored: false) }
    #expect((turn.pending, turn.deadLetterCount) == (1, 1))
    #expect(Array(try scene.queueText.utf8) == Array(queue.utf8))
    #expect(Array(try scene.lettersText.utf8) == Array(letters.utf8))
  }

  @Test("what is delivered leaves, and its double in another spelling stays")
  func delivery() throws {
    let scene = try WorkScene(queue: WorkScene.queue([Self.composed, Self.decomposed]))
    let wanted = ExactText(Self.decomposed)
    let turn = try scene.settle {
      ExactText($0.memory.id) == wanted ? .delivered : .returned(mayBeStored: true)
    }
    #expect(turn.events.count == 1)
    #expect(Array(try scene.queueText.utf8) == Array(WorkScene.queue([Self.composed]).utf8))
    #expect(try scene.claim().map(\.mayBeStored) == [true])
  }

  @Test("a dead letter is named by its own spelling, and shares its id with no other")
  func selection() throws {
    let file = #"{"items":[{"id":"\#(Self.composed)"},{"id":"\#(Self.decomposed)"}]}"#
    let items = try BadInputTests.decode(file).items
    #expect(items.allSatisfy { !$0.flags.contains(.duplicateID) && $0.key.occurrence == 0 })
    for item in items {
      #expect(try RetryItems.resolve(ids: [item.key.id], in: items) == [item.key])
    }
    let list = try ItemListing(Array(file.utf8), of: .deadLetters, file: "")
    #expect(list.items.map(\.key) == items.map(\.key))
    var wanted = WantedItems([items[1].key])
    #expect(items.map { wanted.claim(itemWithID: $0.key.id) != nil } == [false, true])
  }
}
