import QueueEngine
import Testing

@testable import Dashboard

/// `content:x`: the file is looked through once for a text and a reading, and only when the filter stands.
struct ContentFilterTests {
  private func model() -> Model { World.model(Size(columns: 120, rows: 40), World.cleared) }

  private func type(_ text: String, into model: inout Model) -> [Effect] {
    let keys = [Key.character("/")] + text.map(Key.character) + [.enter]
    return keys.flatMap { update(&model, .key($0)) }
  }

  @Test func itIsAskedForOnceAndShowsWhatWasFound() {
    var model = model()
    let all = model.deadLetters.items
    #expect(
      type("content:Crackles", into: &model) == [.findContents(["Crackles"], of: .deadLetters)]
    )
    #expect(model.deadLetters.shownCount == 0)
    let looking = "looking through the contents …"
    #expect(screen(model).textRows.contains { $0.contains(looking) })
    #expect(update(&model, .tick(World.now)).isEmpty)
    let found: Set = [all[1].key, all[3].key]
    #expect(update(&model, .contentsFound(["Crackles": found], of: .deadLetters)).isEmpty)
    #expect(Set(model.deadLetters.rows.map { all[$0].key }) == found)
    #expect(!screen(model).textRows.contains { $0.contains(looking) })
  }

  @Test func otherWordsAndANegationGoWithIt() {
    var model = model()
    let all = model.deadLetters.items
    _ = type("!content:a tries>0", into: &model)
    let found = Set(all.prefix(6).map(\.key))
    _ = update(&model, .contentsFound(["a": found], of: .deadLetters))
    let shown = Set(model.deadLetters.rows.map { all[$0].key })
    #expect(shown == Set(all.filter { !found.contains($0.key) && $0.retryCount > 0 }.map(\.key)))
  }

  @Test func anotherReadingIsLookedThroughAnew() {
    var model = model()
    _ = type("content:x", into: &model)
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items.removeLast()
    #expect(update(&model, .snapshot(snapshot)).contains(.findContents(["x"], of: .deadLetters)))
    #expect(update(&model, .snapshot(snapshot)).isEmpty)
  }

  @Test func aWordIsMissing() {
    #expect(throws: FilterProblem.noContent) { try ItemFilter("content:") }
  }
}
