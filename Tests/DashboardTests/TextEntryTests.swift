import Dashboard
import Testing

/// Editing a line of text with every key that edits, where the filter is typed.
struct TextEntryTests {
  private func typing(_ keys: [Key]) -> Model {
    var model = World.model(Size(columns: 120, rows: 40), World.incident)
    _ = update(&model, .key(.character("/")))
    for key in keys { _ = update(&model, .key(key)) }
    return model
  }

  private func characters(_ text: String) -> [Key] { text.map(Key.character) }

  @Test(
    arguments: [
      ([.backspace], "two word", 8), ([.control("w")], "two ", 4),
      ([.control("w"), .control("w")], "", 0), ([.control("u")], "", 0),
      ([.left, .left, .control("u")], "ds", 0), ([.left, .backspace], "two wors", 7),
      ([.home, .character("a")], "atwo words", 1),
      ([.home, .left, .right, .right], "two words", 2),
      ([.home, .end, .right], "two words", 9), ([.home, .backspace], "two words", 0),
      ([.control("a"), .control("e")], "two words", 9), ([.delete], "two words", 9),
    ] as [([Key], String, Int)]
  )
  func editing(_ keys: [Key], _ text: String, _ cursor: Int) {
    let entry = typing(characters("two words") + keys).filterEntry
    #expect(entry?.text == text)
    #expect(entry?.cursor == cursor)
  }

  @Test func nothingThatCannotBeSeenIsTyped() {
    let hidden: [Character] = ["\u{1B}", "\u{200B}", "\u{202E}", "\u{9B}", "\u{7F}", "a\u{200D}"]
    #expect(typing(hidden.map(Key.character)).filterEntry?.text == "")
    #expect(typing(characters("é日👩‍💻x")).filterEntry?.text == "é日x")
  }

  @Test func whatIsTypedIsBounded() {
    var model = typing(Array(repeating: .character("日"), count: 500))
    #expect((model.filterEntry?.text.utf8.count ?? 0) <= 256)
    _ = update(&model, .paste(String(repeating: "e\u{301}\u{302}", count: 100_000)))
    #expect((model.filterEntry?.text.utf8.count ?? 0) <= 256)
  }

  @Test func aPasteIsTextAndNoKeys() {
    var model = typing([])
    let (fields, effects) = changes(in: &model, by: .paste("tries>5\nq\u{1B}\tR\r\n"))
    #expect(fields == ["filterEntry", "deadLetters"])
    #expect(effects.isEmpty)
    #expect(model.filterEntry?.text == "tries>5 q R ")
  }

  @Test func theCursorIsSeenWhereTheNextCharacterGoes() {
    let model = typing(characters("two words") + [.left, .left])
    let canvas = screen(model)
    let row = canvas.textRows.firstIndex { $0.hasPrefix(" / two words") }
    #expect(row == model.size.rows - 2)
    let cell = canvas.cells[(row ?? 0) * model.size.columns + 3 + 7]
    #expect(canvas.string(of: cell) == "d" && cell.style.isSelected)
  }

  @Test func theEndOfALongTextIsSeen() {
    var model = typing(characters(String(repeating: "long ", count: 30) + "end"))
    _ = update(&model, .resized(Size(columns: 40, rows: 10)))
    #expect(screen(model).textRows.contains { $0.contains("long end_") })
  }
}
