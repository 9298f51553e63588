import Dashboard
import QueueEngine
import Testing

/// Keys that the configuration binds another way.
struct RebindingTests {
  private let size = Size(columns: 120, rows: 100)

  @Test func dispatchFooterHelpPaletteAndBannerFollow() throws {
    var model = World.model(size, World.incident)
    model.keymap = try Keymap.standard.rebound(["clear_lock": "K", "down": "J", "palette": ";"])
    #expect(update(&model, .key(.character("c"))).isEmpty)
    #expect(model.notice?.text.hasPrefix("c does nothing here") == true)
    _ = update(&model, .key(.escape))
    let rows = screen(model).textRows
    #expect(rows[1].contains("K clear lock"))
    #expect(rows.last?.contains("K clear lock") == true)
    #expect(rows.last?.contains("; commands") == true)
    let summary = model.keymap.binding(of: .clearLock)?.summary ?? "?"
    _ = update(&model, .resized(Size(columns: 400, rows: 100)))
    _ = update(&model, .key(.character("?")))
    #expect(screen(model).textRows.contains { $0.hasPrefix("│ K  ") && $0.contains(summary) })
    _ = update(&model, .key(.escape))
    for key in ";clear" { _ = update(&model, .key(.character(key))) }
    #expect(screen(model).textRows.contains { $0.contains("▌ clear lock         K ") })
    _ = update(&model, .key(.escape))
    _ = update(&model, .key(.down))
    _ = update(&model, .key(.character("J")))
    #expect(model.deadLetters.selectedRow == 2)
    #expect(update(&model, .key(.character("K"))) == [.run(.clearLock(World.incident.lock))])
  }

  @Test func aRefusalNamesTheKeyThatIsBound() throws {
    var model = World.model(size, World.incident)
    let retry = ActionRequest.retry([World.letter(0).key])
    let refusal = ActionError.refused("The lock is stale: clear it first.", evidence: [])
    let rebound = try Keymap.standard.rebound(["clear_lock": "K"])
    for (keymap, key) in [(Keymap.standard, "c"), (rebound, "K")] {
      model.keymap = keymap
      _ = update(&model, .actionFinished(retry, .failure(refusal)))
      #expect(model.notice?.text == "The lock is stale: clear it first. \(key) clears it.")
      #expect(keymap.label(for: .clearLock) == key)
    }
    #expect(model.records.last?.result == "The lock is stale: clear it first.")
    model.isReadOnly = true
    _ = update(&model, .actionFinished(retry, .failure(refusal)))
    #expect(model.notice?.text == "The lock is stale: clear it first.")
  }

  @Test func aHungLockThatIsNotClearedNamesTheKeyThatEndsItsHolder() throws {
    var model = World.model(size, World.hung)
    model.keymap = try Keymap.standard.rebound(["end_holder": "E"])
    _ = update(&model, .key(.character("c")))
    let end = "(mem0top unlock --force 4711). E ends the holder."
    #expect(model.notice?.text.hasSuffix(end) == true)
  }

  @Test func everyActionThatAFindingSuggestsHasAKeyOrIsACommandAlone() {
    for action in [ActionKind.clearLock, .endHolder, .retryAll] {
      #expect(Keymap.standard.label(for: action) != nil)
    }
    #expect(Keymap.standard.label(for: .recoverFile) == nil)
  }

  @Test func keysMayBeSwapped() throws {
    let keymap = try Keymap.standard.rebound(["retry": "R", "retry_all": "r"])
    #expect(keymap.binding(for: .character("R"), in: .dashboard)?.command == .retry)
    #expect(keymap.binding(for: .character("r"), in: .dashboard)?.command == .retryAll)
  }

  @Test func namedKeysStay() throws {
    let keymap = try Keymap.standard.rebound(["quit": "Q"])
    #expect(keymap.binding(of: .quit)?.keys == [.character("Q")])
  }

  @Test(arguments: [
    (["retry": "c"], "[keys]: \"c\" is bound to both clear_lock and retry"),
    (["help": "1"], "[keys]: \"1\" is bound to both panel_1 and help"),
    (["sync": "y", "copy": "Y"], "[keys] sync = \"y\": this key says yes to questions"),
    (["yes": "j"], "[keys] yes: there is no such command"),
    (["no_such": "j"], "[keys] no_such: there is no such command"),
    (["retry": "rr"], "[keys] retry = \"rr\": give one character"),
    (["retry": ""], "[keys] retry = \"\": give one character"),
    (["retry": "\u{1B}"], "[keys] retry = \"\u{1B}\": give one character"),
  ])
  func aConflictIsOneSentence(_ keys: [String: String], _ start: String) {
    let conflict = #expect(throws: KeymapConflict.self) { try Keymap.standard.rebound(keys) }
    #expect(conflict?.description.hasPrefix(start) == true)
    #expect(conflict?.description.hasSuffix(".") == true)
  }
}
