import Dashboard
import QueueEngine
import Testing

/// The keys that drop and undo: what is typed confirms, and what was named is what goes.
struct DropKeyTests {
  private let size = Size(columns: 120, rows: 40)

  private func asking() -> Model {
    var model = World.model(size, World.cleared)
    _ = update(&model, .key(.character("x")))
    return model
  }

  private func type(_ text: String, into model: inout Model) -> [Effect] {
    text.flatMap { update(&model, .key(.character($0))) }
  }

  @Test func onlyTheIDConfirms() throws {
    var model = asking()
    let prompt = try #require(model.prompt)
    guard case .drop(let keys, _) = prompt.request, case .text(let wanted) = prompt.answer else {
      Issue.record("no drop is asked: \(prompt)")
      return
    }
    #expect(keys.count == 1 && wanted == String(keys[0].id.prefix(8)))
    #expect(update(&model, .key(.enter)).isEmpty)
    #expect(model.prompt?.objection == "not \(wanted); nothing was done")
    #expect(type(wanted, into: &model).isEmpty)
    #expect(update(&model, .key(.enter)) == [.run(.drop(keys))])
    #expect(model.prompt == nil)
  }

  @Test func anythingElseChangesNothing() {
    var model = asking()
    #expect(type("yyyy", into: &model).isEmpty)
    #expect(update(&model, .key(.enter)).isEmpty)
    #expect(update(&model, .key(.escape)).isEmpty)
    #expect(model.prompt == nil && model.running.isEmpty)
  }

  @Test func undoRunsOnceAtATime() {
    var model = World.model(size, World.cleared)
    #expect(update(&model, .key(.character("u"))) == [.run(.undo)])
    #expect(update(&model, .key(.character("u"))).isEmpty)
    #expect(model.notice?.text == "Already undoing the last change.")
    let outcome = ActionOutcome(action: "undo", summary: "Took it back.", changed: 1)
    _ = update(&model, .actionFinished(.undo, .success(outcome)))
    #expect(model.running.isEmpty)
    #expect(model.notice?.text == "Took it back.")
  }

  @Test func nothingChangesInReadOnlyMode() {
    var model = World.model(size, World.cleared)
    model.isReadOnly = true
    for key in ["x", "u"] as [Character] {
      #expect(update(&model, .key(.character(key))).isEmpty)
      #expect(model.prompt == nil)
      #expect(model.notice?.text.hasPrefix("Nothing is changed in read-only mode") == true)
    }
  }
}
