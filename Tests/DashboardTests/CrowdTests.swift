import Dashboard
import QueueEngine
import Testing

/// What came together with other bytes may be a paste: it moves and shows, and does nothing that counts.
@Suite struct CrowdTests {
  private func model() -> Model {
    var model = World.model(Size(columns: 120, rows: 40), World.incident)
    model.workerCommand = ["worker"]
    return model
  }

  private func send(_ model: inout Model, _ key: Key) -> [Effect] {
    update(&model, .crowdedKey(key))
  }

  @Test(arguments: ["c", "r", "R", "x", "u", "s", "q", "y", "e"].map(Character.init))
  func keysThatCountAreDroppedWithAWord(key: Character) {
    var model = model()
    #expect(send(&model, .character(key)).isEmpty)
    #expect(model.prompt == nil && model.running.isEmpty)
    #expect(model.notice?.text.contains("press it alone") == true)
    // The word stays while the rest of the crowd comes.
    _ = send(&model, .character("j"))
    #expect(model.notice?.text.contains("press it alone") == true)
    _ = update(&model, .key(.character("j")))
    #expect(model.notice == nil)
  }

  @Test func ctrlCInACrowdEndsNothing() {
    var model = model()
    #expect(send(&model, .control("c")).isEmpty)
  }

  @Test func movingAndShowingGoOn() {
    var model = model()
    let first = model.deadLetters.selection
    _ = send(&model, .character("j"))
    #expect(model.deadLetters.selection != first)
    _ = send(&model, .character("?"))
    #expect(model.views.count == 1)
  }

  @Test func aQuestionIsNotAnsweredWithYes() {
    var model = model()
    _ = update(&model, .key(.character("R")))
    #expect(model.prompt != nil)
    #expect(send(&model, .character("y")).isEmpty)
    #expect(model.prompt != nil && model.running.isEmpty)
    #expect(update(&model, .key(.character("y"))).count == 1)
  }

  @Test func whatIsTypedIsTextButEnterIsNoYes() throws {
    var model = model()
    _ = update(&model, .key(.character("x")))
    guard case .text(let wanted) = try #require(model.prompt).answer else {
      Issue.record("a drop asks for an id")
      return
    }
    for character in wanted { _ = send(&model, .character(character)) }
    #expect(model.prompt?.typed == wanted)
    #expect(send(&model, .enter).isEmpty)
    #expect(model.prompt?.typed == wanted)
    #expect(update(&model, .key(.enter)).count == 1)
  }

  @Test func thePaletteRunsNothingThatCounts() {
    var model = model()
    for character in ":retry all" { _ = send(&model, .character(character)) }
    #expect(send(&model, .enter).isEmpty)
    #expect(model.palette != nil && model.prompt == nil)
    _ = update(&model, .key(.enter))
    #expect(model.prompt != nil)
  }

  @Test func aFilterIsTypedAndKept() {
    var model = model()
    for character in "/studio" { _ = send(&model, .character(character)) }
    _ = send(&model, .enter)
    #expect(model.filterEntry == nil && model.deadLetters.filter.text == "studio")
  }
}

/// Ctrl-C, Ctrl-L, and keys without a meaning.
@Suite struct ControlKeyTests {
  private static let size = Size(columns: 120, rows: 40)

  /// Bad input 105: each kind of question, and what is typed, by the keys that open it.
  @Test(arguments: ["R", "x", "/", ":"].map(Character.init), [Key.control("c"), .escape])
  func noIsNo(opening: Character, key: Key) {
    var model = World.model(Self.size, World.incident)
    let before = model.mode
    _ = update(&model, .key(.character(opening)))
    #expect(model.mode != before)
    #expect(update(&model, .key(key)).isEmpty)
    #expect(model.mode == before)
    #expect(update(&model, .key(.control("c"))).last == .quit)
  }

  @Test func qIsNoToAQuestionAndTextInALine() {
    var model = World.model(Self.size, World.incident)
    _ = update(&model, .key(.character("R")))
    #expect(update(&model, .key(.character("q"))).isEmpty)
    #expect(model.prompt == nil)
    _ = update(&model, .key(.character("/")))
    #expect(update(&model, .key(.character("q"))).isEmpty)
    #expect(model.filterEntry?.text == "q")
  }

  @Test func ctrlLDrawsAnewAndAnswersNothing() {
    var model = World.model(Self.size, World.incident)
    for opening in ["R", "x", "/", ":"].map(Character.init) {
      _ = update(&model, .key(.character(opening)))
      let mode = model.mode
      #expect(update(&model, .key(.control("l"))) == [.redraw])
      #expect(model.mode == mode)
      _ = update(&model, .key(.escape))
    }
  }

  @Test func anUnknownKeyIsToldOfOnce() {
    var model = World.model(Self.size, World.incident)
    _ = update(&model, .key(.character("ß")))
    #expect(model.notice?.text == "ß does nothing here; ? lists the keys.")
    _ = update(&model, .key(.character("ß")))
    #expect(model.notice == nil)
    _ = update(&model, .key(.function(7)))
    #expect(model.notice?.text.hasPrefix("F7") == true)
  }

  @Test(arguments: [("d", 1), ("f", 1), ("u", -1), ("b", -1)])
  func controlLettersOnlyMove(letter: String, direction: Int) throws {
    var model = World.model(Self.size, World.incident)
    for _ in 0..<6 { _ = update(&model, .key(.down)) }
    let row = model.deadLetters.selectedRow
    #expect(update(&model, .key(.control(Character(letter)))).isEmpty)
    #expect((model.deadLetters.selectedRow - row) * direction > 0)
    #expect(model.notice == nil && model.prompt == nil)
  }
}
