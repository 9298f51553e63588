import Dashboard
import QueueEngine
import Testing

/// The palette of commands: what it offers, and that it does what the key would have done.
struct PaletteTests {
  private let size = Size(columns: 120, rows: 60)

  private func opened(_ snapshot: Snapshot = World.cleared, _ typed: String = "") -> Model {
    var model = World.model(size, snapshot)
    model.workerCommand = ["worker"]
    for key in ":" + typed { _ = update(&model, .key(.character(key))) }
    return model
  }

  @Test func everyCommandIsOfferedByItsName() {
    for binding in Keymap.standard.bindings
    where binding.section != .answer && binding.command != .palette {
      let model = opened(World.cleared, binding.command.words)
      #expect(model.chosenCommand?.binding.command == binding.command)
      let rows = screen(model).textRows
      #expect(rows.contains { $0.contains("▌ \(binding.command.words) ") })
    }
  }

  @Test func namesDiffer() {
    let names = Keymap.standard.bindings.map(\.command.name)
    let commands = Set(Keymap.standard.bindings.map(\.command))
    #expect(Set(names).count == commands.count && !names.contains(""))
  }

  @Test func openingAndTypingChangeOnlyThePalette() {
    var model = World.model(size, World.cleared)
    #expect(changes(in: &model, by: .key(.character(":"))).fields == ["palette"])
    for key in "qRcx /y" {
      let (fields, effects) = changes(in: &model, by: .key(.character(key)))
      #expect(fields == ["palette"] && effects.isEmpty)
    }
    #expect(changes(in: &model, by: .paste("q\n")).fields == ["palette"])
    #expect(changes(in: &model, by: .key(.enter)).fields.isEmpty)
    #expect(changes(in: &model, by: .key(.escape)).fields == ["palette"])
    #expect(model.palette == nil)
  }

  @Test func enterDoesWhatTheKeyDoes() {
    for (typed, key) in [
      ("retry all", "R"), ("sync", "s"), ("quit", "q"), ("zoom", "z"), ("help", "?"),
      ("copy", "y"), ("bottom", "G"), ("panel 3", "3"), ("filter", "/"), ("theme", "t"),
    ] as [(String, Character)] {
      var model = opened(World.cleared, typed)
      let effects = update(&model, .key(.enter))
      var other = World.model(size, World.cleared)
      other.workerCommand = ["worker"]
      let (fields, expected) = changes(in: &other, by: .key(.character(key)))
      #expect(effects == expected)
      #expect(!fields.isEmpty || key == "q")
      #expect(screen(model).dump == screen(other).dump)
    }
  }

  @Test func whatCannotBeDoneSaysWhyAndIsNotDone() {
    var model = opened(World.cleared, "clear l")
    let row = screen(model).textRows.first { $0.contains("▌ clear lock") }
    #expect(row?.contains("not now: ") == true)
    #expect(update(&model, .key(.enter)).isEmpty)
    #expect(model.notice?.kind == .hint)
    #expect(model.palette == nil && model.prompt == nil && model.running.isEmpty)
  }

  @Test func overAPageTheCommandsOfThePanelsSayWhyNot() {
    var model = World.model(size, World.cleared)
    for key in "i:zoom" { _ = update(&model, .key(.character(key))) }
    #expect(update(&model, .key(.enter)).isEmpty)
    #expect(model.notice?.text == "Not available here; press Esc first.")
    #expect(!model.isZoomed)
  }

  @Test func tabCompletesAndArrowsChoose() {
    var model = opened(World.cleared, "ret")
    #expect(model.chosenCommand?.binding.command == .retry)
    _ = update(&model, .key(.down))
    #expect(model.chosenCommand?.binding.command == .retryAll)
    #expect(changes(in: &model, by: .key(.tab)).fields == ["palette"])
    #expect(model.palette?.entry.text == "retry all")
    _ = update(&model, .key(.control("w")))
    #expect(model.palette?.entry.text == "retry ")
    for _ in 0..<100 { _ = update(&model, .key(.down)) }
    #expect(model.chosenCommand != nil)
    for _ in 0..<100 { _ = update(&model, .key(.up)) }
    #expect(model.palette?.row == 0)
  }

  @Test func changesAreAllowedAndForbiddenLive() {
    var model = opened(World.cleared, "read only")
    #expect(changes(in: &model, by: .key(.enter)).fields == ["palette", "isReadOnly", "notice"])
    #expect(screen(model).textRows[0].contains("read-only"))
    for key in "cCrRs" {
      #expect(update(&model, .key(.character(key))).isEmpty)
      #expect(model.notice?.text == "Nothing is changed in read-only mode; :allow changes ends it.")
    }
    for key in ":allow" { _ = update(&model, .key(.character(key))) }
    #expect(changes(in: &model, by: .key(.enter)).fields == ["palette", "isReadOnly", "notice"])
    #expect(!update(&model, .key(.character("r"))).isEmpty)
    for key in ":allow" { _ = update(&model, .key(.character(key))) }
    _ = update(&model, .key(.enter))
    #expect(model.notice?.text == "Changes are already allowed.")
    #expect(!model.isReadOnly)
  }

  /// The word of the command line means the same in the palette.
  @Test func unlockIsAboutTheLock() {
    #expect(opened(World.orphan, "unlock").chosenCommand?.binding.command == .clearLock)
  }

  @Test func aScreenThatIsTooSmallClosesIt() {
    var model = opened(World.orphan, "clear")
    _ = update(&model, .resized(Size(columns: 39, rows: 10)))
    #expect(model.palette == nil)
    #expect(update(&model, .key(.enter)).isEmpty && model.prompt == nil)
  }
}
