import TestSupport
import Testing

@testable import QueueEngine

/// Two items are the same only if id, project and content are, and a list is a bag of them.
@Suite("Identity of items")
struct ItemIdentityTests {
  private static func item(_ id: String, _ project: String, _ content: String) -> String {
    #"{"id":"\#(id)","project_id":"\#(project)","content":"\#(content)"}"#
  }

  private static func letters(_ items: [String]) -> String {
    #"{"items":["# + items.joined(separator: ",") + "]}"
  }

  private static func identity(_ text: String) -> ItemIdentity? {
    ItemIdentity(ofItem: Array(text.utf8))
  }

  @Test("id, project and content decide, whatever else an item says and however it is spelled")
  func whatDecides() throws {
    let one = try #require(Self.identity(Self.item("a", "p", "é")))
    let spelled = #"{"retries":4, "content":"\u00e9","x":1.0, "project_id":"p","id":"a"}"#
    #expect(Self.identity(spelled) == one)
    #expect(one == ItemIdentity(Memory(id: "a", project: "p", content: "é")))
    for (id, project, content) in [
      ("b", "p", "é"), ("a", "q", "é"), ("a", "p", "e"), ("a", "", "pé"), ("ap", "", "é"),
    ] {
      #expect(Self.identity(Self.item(id, project, content)) != one)
    }
    #expect(Self.identity(#"{"id":"a","content":"é"}"#) != one)
    #expect(Self.identity(#"{"id":"a"}"#) != Self.identity(#"{"id":"a", "x":1}"#))
    #expect(Self.identity(#"{"id":"a""#) == nil)
  }

  @Test(
    "twins that are dropped come back, all of them",
    arguments: [
      [item("a", "p", "x"), item("a", "q", "x")],
      [item("a", "p", "x"), item("a", "p", "x")],
      [item("a", "p", "x"), item("a", "p", "x"), item("a", "q", "x"), item("a", "p", "y")],
    ],
    [true, false]
  )
  func twins(_ items: [String], isUndone: Bool) throws {
    let scene = try RetryScene(Self.letters(items))
    let keys = items.indices.map { ItemKey(id: "a", occurrence: $0) }
    _ = try DropItems(keys: keys).perform(settings: scene.settings)
    #expect(try scene.text() == Self.letters([]))
    if isUndone {
      #expect(try UndoChange().perform(settings: scene.settings).changed == items.count)
    } else {
      #expect(try DroppedItem.kept(in: scene.settings).count == items.count)
      #expect(try RestoreItems(ids: ["a"]).perform(settings: scene.settings).changed == items.count)
      #expect(try DroppedItem.kept(in: scene.settings).isEmpty)
    }
    #expect(scene.snapshot().deadLetters.content?.items.map(\.key.id) == items.map { _ in "a" })
  }

  @Test("one of twins that is dropped comes back beside the other, and not a second time")
  func oneOfTwins() throws {
    let twin = Self.item("a", "p", "x")
    let scene = try RetryScene(Self.letters([twin, twin]))
    _ = try DropItems(keys: [ItemKey(id: "a", occurrence: 1)]).perform(settings: scene.settings)
    #expect(try scene.text() == Self.letters([twin]))
    _ = try UndoChange().perform(settings: scene.settings)
    #expect(try scene.text() == Self.letters([twin, twin]))
    // Dropped again, it is brought back by another program.
    _ = try DropItems(keys: [ItemKey(id: "a", occurrence: 1)]).perform(settings: scene.settings)
    try scene.directory.write(Self.letters([twin, twin]), to: "mem0_queue_dlq.json")
    #expect(throws: ActionError.self) { try UndoChange().perform(settings: scene.settings) }
    #expect(try scene.text() == Self.letters([twin, twin]))
  }

  @Test(
    "of two that share an id the one that was meant is dropped, though the other has left since"
  )
  func theOneThatWasMeant() throws {
    let (one, other) = (Self.item("a", "p", "x"), Self.item("a", "q", "x"))
    let scene = try RetryScene(Self.letters([one, other, one]))
    let keys = scene.snapshot().deadLetters.content?.items.map(\.key) ?? []
    try #require(keys.count == 3)
    try scene.directory.write(Self.letters([other, one]), to: "mem0_queue_dlq.json")
    _ = try DropItems(keys: [keys[0]]).perform(settings: scene.settings)
    #expect(try scene.text() == Self.letters([other]))
    #expect(throws: ActionError.self) {
      try DropItems(keys: [keys[2]]).perform(settings: scene.settings)
    }
    #expect(try scene.text() == Self.letters([other]))
  }

  @Test("of twins dropped one by one each comes back")
  func oneByOne() throws {
    let twin = Self.item("a", "p", "x")
    let scene = try RetryScene(Self.letters([twin, twin]))
    for _ in 0..<2 {
      _ = try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings)
    }
    #expect(try DroppedItem.kept(in: scene.settings).count == 2)
    #expect(try RestoreItems(ids: ["a"]).perform(settings: scene.settings).changed == 2)
    #expect(try scene.text() == Self.letters([twin, twin]))
    #expect(throws: ActionError.self) {
      try RestoreItems(ids: ["a"]).perform(settings: scene.settings)
    }
  }

  @Test("recovery counts twins, in the copy and in what can be read")
  func recovery() throws {
    let (twin, other) = (Self.item("a", "p", "x"), Self.item("a", "q", "x"))
    let scene = try RetryScene(Self.letters([twin, twin]))
    try CopyStore(settings: scene.settings).keep(Array(scene.text().utf8), of: .deadLetters)
    let broken = String(Self.letters([other, twin]).dropLast(1))
    try scene.directory.write(broken, to: "mem0_queue_dlq.json")
    _ = try RecoverFile(.deadLetters).perform(settings: scene.settings)
    let listing = try ItemListing(Array(scene.text().utf8), of: .deadLetters, file: "")
    #expect(listing.items.count == 3)
    let salvage = Salvage(Array((Self.letters([twin, twin]) + ",").utf8), of: .deadLetters)
    #expect(salvage.items.count == 2)
    let stale = Self.letters([twin, other]) + String(Self.letters([twin, twin, other]).suffix(40))
    #expect(Salvage(Array(stale.utf8), of: .deadLetters).items.count == 2)
  }
}
