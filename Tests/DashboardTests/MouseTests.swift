import Dashboard
import Foundation
import QueueEngine
import Testing

/// What the mouse does, and that it does nothing that counts.
@Suite struct MouseTests {
  private func model(_ size: Size = Size(columns: 120, rows: 40)) -> Model {
    var model = World.model(size, World.incident)
    model.isMouseOn = true
    return model
  }

  /// Where a text begins on the screen.
  private func place(of text: String, in model: Model) throws -> Point {
    let rows = screen(model).textRows
    let y = try #require(rows.firstIndex { $0.contains(text) }, "\(text) is not there")
    let before = try #require(rows[y].range(of: text)).lowerBound
    return Point(x: rows[y].distance(from: rows[y].startIndex, to: before), y: y)
  }

  private func click(_ text: String, in model: inout Model) throws -> [Effect] {
    update(&model, .mouse(.click(try place(of: text, in: model))))
  }

  @Test func offItDoesNothing() throws {
    var model = model()
    model.isMouseOn = false
    let place = try place(of: " Log ", in: model)
    #expect(update(&model, .mouse(.click(place))).isEmpty)
    #expect(model.focus == .deadLetters)
  }

  @Test func itsKeyTurnsItOnAndOff() {
    var model = World.model(Size(columns: 120, rows: 40), World.incident)
    _ = update(&model, .key(.character("m")))
    #expect(model.isMouseOn && model.notice?.text.contains("Shift") == true)
    _ = update(&model, .key(.character("m")))
    #expect(!model.isMouseOn)
  }

  @Test func aClickOnARowSelectsIt() throws {
    for size in World.sizes {
      var model = model(size)
      let id = try #require(model.deadLetters.item(atRow: 1)).key.id
      _ = try click(String(id.prefix(8)), in: &model)
      #expect(model.deadLetters.selection?.id == id, "\(size)")
    }
  }

  @Test func aClickOnAHeadingSortsAndAgainReverses() throws {
    var model = model()
    for (title, column) in [
      ("PROJECT", ItemSort.Column.project), ("TRIES", .tries), ("LAST TRY", .lastTry),
      ("IN DLQ", .age), ("CAUSE", .cause), ("NEXT RETRY", .nextRetry), ("ID  ", .id),
    ] {
      _ = try click(title, in: &model)
      #expect(model.deadLetters.sort.column == column && !model.deadLetters.sort.isReversed)
    }
    _ = try click("ID  ", in: &model)
    #expect(model.deadLetters.sort.isReversed)
  }

  @Test func aClickOnAPanelGoesThere() throws {
    var model = model()
    for panel in Panel.allCases {
      _ = try click("╭ \(panel.title) ", in: &model)
      #expect(model.focus == panel)
    }
  }

  @Test func aClickOnAFooterKeyPressesItUnlessItCounts() throws {
    var model = model(Size(columns: 200, rows: 50))
    #expect(try click("c clear lock   r retry", in: &model).isEmpty)
    #expect(model.running.isEmpty && model.notice?.text.contains("press the key") == true)
    _ = update(&model, .key(.escape))
    #expect(try click("q quit", in: &model).isEmpty)
    _ = update(&model, .key(.escape))
    _ = try click("? help", in: &model)
    #expect(model.views.count == 1)
    _ = try click("Esc back", in: &model)
    #expect(model.views.isEmpty)
    _ = update(&model, .key(.character("R")))
    #expect(try click("y all now", in: &model).isEmpty)
    #expect(model.prompt != nil)
  }

  /// Where a sentence stands in the footer there is no key, though one stood there before and will again.
  @Test func aClickOnANoticePressesNothing() throws {
    var model = model()
    let help = try place(of: "? help", in: model)
    _ = update(&model, .key(.character("§")))
    #expect(model.notice != nil)
    #expect(update(&model, .mouse(.click(help))).isEmpty)
    #expect(model.views.isEmpty && model.notice == nil)
    _ = update(&model, .mouse(.click(help)))
    #expect(model.views.count == 1)
  }

  @Test func theWheelScrollsWhatIsUnderIt() throws {
    var model = model()
    let log = try place(of: " Log ", in: model)
    let list = try place(of: "PROJECT", in: model)
    _ = update(&model, .mouse(.wheel(up: false, list)))
    #expect(model.deadLetters.selectedRow == 3 && model.focus == .deadLetters)
    _ = update(&model, .mouse(.wheel(up: true, Point(x: log.x, y: log.y + 1))))
    #expect(model.focus == .deadLetters)
    _ = update(&model, .key(.character("?")))
    _ = update(&model, .mouse(.wheel(up: false, Point(x: 5, y: 5))))
    #expect(model.views.last?.scroll == 3)
  }

  /// What changed while the person looked elsewhere is marked until the first key.
  @Test func whatIsNewSinceTheFocusWasLostIsMarked() {
    var model = model()
    #expect(update(&model, .focused(false)).count == 1)
    var snapshot = World.incident
    snapshot.queue.content?.pending += 1
    _ = update(&model, .snapshot(snapshot))
    #expect(!screen(model).textRows.contains { $0.contains("Queue · new") })
    #expect(update(&model, .focused(true)) == [.look])
    #expect(screen(model).textRows.contains { $0.contains("Queue · new") })
    #expect(!screen(model).textRows.contains { $0.contains("Lock · new") })
    _ = update(&model, .key(.character("j")))
    #expect(!screen(model).textRows.contains { $0.contains("· new") })
  }
}
