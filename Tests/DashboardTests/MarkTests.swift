import Dashboard
import QueueEngine
import Testing

/// Marks belong to items, not to rows.
struct MarkTests {
  private let size = Size(columns: 120, rows: 40)

  private func press(_ model: inout Model, _ key: Character)
    -> (fields: Set<String>, effects: [Effect])
  {
    changes(in: &model, by: .key(.character(key)))
  }

  @Test func markingMovesDown() throws {
    var model = World.model(size, World.incident)
    let first = try #require(model.deadLetters.selection)
    let (fields, effects) = press(&model, " ")
    #expect(fields == ["deadLetters"])
    #expect(effects.isEmpty)
    #expect(model.marks.keys(in: model.deadLetters.items) == [first])
    #expect(model.deadLetters.selectedRow == 1)
    _ = press(&model, "k")
    _ = press(&model, " ")
    #expect(model.marks.isEmpty)
  }

  @Test func theLastRowIsMarkedWhereItStands() throws {
    var model = World.model(size, World.incident)
    _ = press(&model, "G")
    #expect(press(&model, " ").fields == ["deadLetters"])
  }

  @Test func allAreMarkedAndThenNone() {
    var model = World.model(size, World.incident)
    _ = press(&model, " ")
    #expect(press(&model, "*").fields == ["deadLetters"])
    #expect(model.marks.count == 12)
    _ = press(&model, "*")
    #expect(model.marks.isEmpty)
  }

  @Test func aMarkStaysWithItsItemAndGoesWithIt() throws {
    var model = World.model(size, World.incident)
    _ = press(&model, "j")
    let chosen = try #require(model.deadLetters.selection)
    _ = press(&model, " ")
    var snapshot = World.incident
    snapshot.deadLetters.content?.items.reverse()
    let index = try #require(
      snapshot.deadLetters.content?.items.firstIndex { $0.key == chosen }
    )
    snapshot.deadLetters.content?.items[index].lastAttempt = World.now
    _ = update(&model, .snapshot(snapshot))
    #expect(model.marks.keys(in: model.deadLetters.items) == [chosen])
    let row = screen(model).textRows.first { $0.contains("◆") }
    #expect(row?.contains(chosen.id.prefix(8)) == true)
    snapshot.deadLetters.content?.items.remove(at: index)
    #expect(changes(in: &model, by: .snapshot(snapshot)).fields.contains("deadLetters"))
    #expect(model.marks.isEmpty)
  }

  @Test func marksAreCountedInTheTitle() {
    var model = World.model(size, World.incident)
    _ = press(&model, " ")
    _ = press(&model, " ")
    #expect(screen(model).textRows.contains { $0.contains("Dead letters  12 · 2 marked · 3 due") })
  }
}
