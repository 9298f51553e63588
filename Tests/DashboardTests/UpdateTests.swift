import Dashboard
import QueueEngine
import Testing

/// What each message changes, all of it, and what the loop must do for it.
struct UpdateTests {
  private let size = Size(columns: 120, rows: 40)

  private func incident() -> Model { World.model(size, World.incident) }

  private func press(_ model: inout Model, _ key: Key) -> (fields: Set<String>, effects: [Effect]) {
    changes(in: &model, by: .key(key))
  }

  @Test func aTickMovesTheClockAndTheFindings() {
    var model = incident()
    let (fields, effects) = changes(in: &model, by: .tick(World.now + .seconds(60)))
    #expect(fields == ["now", "findings", "history", "past"])
    #expect(effects.isEmpty)
  }

  @Test func aTickBeforeTheFirstSnapshotMovesOnlyTheClock() {
    var model = World.model(size)
    let (fields, effects) = changes(in: &model, by: .tick(World.now + .seconds(1)))
    #expect(fields == ["now"])
    #expect(effects.isEmpty)
  }

  @Test func theFirstSnapshotFillsTheModel() {
    var model = World.model(size)
    let (fields, effects) = changes(in: &model, by: .snapshot(World.incident))
    #expect(
      fields == [
        "snapshot", "findings", "deadLetters", "mostDeadLetters", "history", "past", "causes",
        "causesRevision", "logFeed",
      ]
    )
    #expect(effects.isEmpty)
  }

  @Test func aSnapshotThatShowsTheSameChangesNothing() {
    var model = incident()
    let (fields, _) = changes(in: &model, by: .snapshot(World.incident))
    #expect(fields.isEmpty)
  }

  @Test func pausingTellsTheLoopAndKeepsTheScreen() {
    var model = incident()
    let paused = press(&model, .character("p"))
    #expect(paused.fields == ["isPaused"])
    #expect(paused.effects == [.setPaused(true)])
    #expect(changes(in: &model, by: .snapshot(World.empty)).fields.isEmpty)
    #expect(press(&model, .character("p")).effects == [.setPaused(false)])
  }

  @Test(arguments: [Key.character("q"), .control("c")])
  func quitting(_ key: Key) {
    var model = incident()
    let (fields, effects) = press(&model, key)
    #expect(fields.isEmpty)
    #expect(effects.last == .quit)
  }

  @Test func onAPageTheQuitKeyLeavesItAndCtrlCQuits() {
    var model = incident()
    _ = press(&model, .enter)
    #expect(press(&model, .control("c")).effects.last == .quit)
    #expect(press(&model, .character("q")).fields == ["views"])
    #expect(model.views.isEmpty)
    #expect(press(&model, .character("q")).effects.last == .quit)
  }

  @Test(arguments: [
    (Key.tab, Panel.log), (.backTab, .lock), (.character("1"), .server), (.character("5"), .log),
  ])
  func focus(_ key: Key, _ panel: Panel) {
    var model = incident()
    #expect(press(&model, key).fields == ["focus"])
    #expect(model.focus == panel)
  }

  @Test func tabGoesAround() {
    var model = incident()
    for _ in Panel.allCases { _ = press(&model, .tab) }
    #expect(model.focus == .deadLetters)
  }

  @Test func aKeyWithoutABindingSaysSoOnceAndDoesNothing() {
    var model = incident()
    for key in [Key.character("Z"), .function(5), .left, .delete] {
      let (fields, effects) = press(&model, key)
      #expect(fields == ["unknownKeys", "notice"] && effects.isEmpty)
      #expect(press(&model, key).fields == ["notice"] && model.notice == nil)
    }
    #expect(press(&model, .escape).fields.isEmpty)
  }

  @Test func aDisabledKeySaysWhyUntilTheNextKey() {
    var model = World.model(size, World.empty)
    #expect(press(&model, .enter).fields == ["notice"])
    #expect(model.notice?.text == "There is no dead letter to open.")
    _ = press(&model, .character("j"))
    #expect(model.notice == nil)
  }

  @Test func theSelectionStaysOnItsItemWhenTheListChanges() throws {
    var model = incident()
    _ = press(&model, .character("j"))
    let chosen = try #require(model.deadLetters.selection)
    var snapshot = World.incident
    snapshot.deadLetters.content?.items.reverse()
    snapshot.deadLetters.content?.items.removeAll { $0.key.id.hasPrefix("00000002") }
    _ = update(&model, .snapshot(snapshot))
    #expect(model.deadLetters.selection == chosen)
    #expect(model.deadLetters.selectedItem?.key == chosen)
  }

  @Test func theNeighbourIsSelectedWhenTheItemIsGone() throws {
    var model = incident()
    _ = press(&model, .character("G"))
    let chosen = try #require(model.deadLetters.selection)
    var snapshot = World.incident
    snapshot.deadLetters.content?.items.removeAll { $0.key == chosen }
    _ = update(&model, .snapshot(snapshot))
    #expect(model.deadLetters.selectedRow == 10)
    snapshot.deadLetters.content?.items = []
    _ = update(&model, .snapshot(snapshot))
    #expect(model.deadLetters.selection == nil)
  }

  @Test func whatWasDueFirstStandsFirstAndThenTheNextRetry() {
    let list = incident().deadLetters
    let items = (0..<list.count).compactMap(list.item(atRow:))
    let due = items.filter { $0.isDue(at: World.now) }
    #expect(due.count == list.dueCount(at: World.now))
    #expect(items.prefix(due.count) == due[...])
    #expect(due.map(\.lastAttempt) == due.map(\.lastAttempt).sorted())
    let waiting = items.dropFirst(due.count).map(\.dueAt)
    #expect(waiting == waiting.sorted())
    #expect(list.nextDue(at: World.now) == waiting.first.map { $0 - World.now })
  }

  @Test func openingAnItemAsksForItAndShowsItWhenItCame() throws {
    var model = incident()
    let key = try #require(model.deadLetters.selection)
    let opened = press(&model, .enter)
    #expect(opened.fields == ["views"])
    #expect(opened.effects == [.loadItem(key)])
    #expect(changes(in: &model, by: .itemLoaded(key, World.detail(key))).fields == ["views"])
    #expect(model.views.last?.item?.detail.key == key)
    #expect(press(&model, .escape).fields == ["views"])
    #expect(model.views.isEmpty)
    #expect(changes(in: &model, by: .itemLoaded(key, World.detail(key))).fields.isEmpty)
  }

  @Test func anOpenItemIsReadAgainWhenItChanged() throws {
    var model = incident()
    let key = try #require(model.deadLetters.selection)
    _ = press(&model, .enter)
    #expect(update(&model, .snapshot(World.incident)).isEmpty)
    var snapshot = World.incident
    let index = try #require(snapshot.deadLetters.content?.items.firstIndex { $0.key == key })
    snapshot.deadLetters.content?.items[index].retryCount += 1
    #expect(update(&model, .snapshot(snapshot)) == [.loadItem(key)])
  }

  @Test func aNewWidthBreaksTheItemAnew() throws {
    var model = incident()
    let key = try #require(model.deadLetters.selection)
    _ = press(&model, .enter)
    _ = update(&model, .itemLoaded(key, World.detail(key)))
    let before = try #require(model.views.last?.item?.content)
    #expect(
      changes(in: &model, by: .resized(Size(columns: 60, rows: 40))).fields == ["size", "views"]
    )
    let after = try #require(model.views.last?.item?.content)
    #expect(after.count > before.count)
    #expect(after.allSatisfy { CellWidth.of($0) <= 56 })
  }

  @Test func helpOpensOverAViewAndClosesBackToIt() {
    var model = incident()
    _ = press(&model, .character("i"))
    _ = press(&model, .character("?"))
    #expect(model.views.map(\.subject) == [.findings, .help])
    _ = press(&model, .character("?"))
    #expect(model.views.map(\.subject) == [.findings])
    _ = press(&model, .escape)
    #expect(model.views.isEmpty)
  }

  @Test(arguments: [("i" as Character, OpenView.Subject.findings), ("h", .history), ("?", .help)])
  func theKeyThatOpensAPageClosesIt(key: Character, subject: OpenView.Subject) {
    var model = incident()
    _ = press(&model, .character(key))
    #expect(model.views.map(\.subject) == [subject])
    _ = press(&model, .character(key))
    #expect(model.views.isEmpty)
  }

  @Test func aKeyOfThePanelsSaysWhyItDoesNothingOnAPage() {
    var model = incident()
    _ = press(&model, .character("i"))
    for key in "oOz" {
      #expect(press(&model, .character(key)).effects.isEmpty)
      #expect(model.notice?.text == "Not available here; press Esc first.")
    }
    #expect(press(&model, .character("§")).fields == ["unknownKeys", "notice"])
    #expect(model.views.count == 1)
  }

  /// A line that did not open would leave what is typed behind the key to the keys.
  @Test(arguments: ["/", "2⏎/", "5/"])
  func aLineOpensWhereNothingIsListed(keys: String) {
    var model = World.model(
      Size(columns: 80, rows: 24),
      Snapshot(generatedAt: World.now, directory: "/d")
    )
    model.workerCommand = ["worker"]
    for key in keys { _ = update(&model, .key(key == "⏎" ? .enter : .character(key))) }
    for key in "sync tries>1" {
      #expect(update(&model, .key(.character(key))).isEmpty)
      #expect(model.prompt == nil && model.views.isEmpty && model.workerRun == nil)
    }
    #expect([.filtering, .searching].contains(model.mode))
  }

  /// What the page of incidents names as the way out can be done there.
  @Test func theWaysOutOfThePageOfIncidentsAreOpenOnIt() {
    var model = incident()
    _ = press(&model, .character("i"))
    _ = press(&model, .character("R"))
    #expect(model.prompt?.request == .retry(model.deadLetters.items.map(\.key)))
    _ = press(&model, .character("n"))
    #expect(model.views.map(\.subject) == [.findings])
    _ = press(&model, .character("v"))
    #expect(model.views.isEmpty && model.list.grouping == .cause && model.focus == .deadLetters)
  }

  @Test func aViewScrollsWithinItsText() throws {
    var model = World.model(Size(columns: 80, rows: 12), World.incident)
    _ = press(&model, .character("?"))
    #expect(press(&model, .character("k")).fields.isEmpty)
    #expect(press(&model, .character("j")).fields == ["views"])
    #expect(model.views.last?.scroll == 1)
    _ = press(&model, .character("G"))
    let end = try #require(model.views.last?.scroll)
    #expect(press(&model, .pageDown).fields.isEmpty)
    #expect(end > 1)
    _ = press(&model, .character("g"))
    #expect(model.views.last?.scroll == 0)
  }

  @Test func theLogKeepsItsPlaceWhileNewLinesCome() throws {
    var model = World.model(Size(columns: 80, rows: 24), World.incident)
    _ = press(&model, .character("5"))
    #expect(press(&model, .character("k")).fields == ["logScroll"])
    // What stands at the right edge is the mark of the place.
    let shown = { (model: Model) in
      screen(model).textRows.filter { $0.contains("DLQ retry") }.map { $0.dropLast() }
    }
    let before = shown(model)
    var snapshot = World.incident
    snapshot.log.content?.lines.append(LogLine(text: "new", kind: .other))
    _ = update(&model, .snapshot(snapshot))
    #expect(shown(model) == before)
    #expect(screen(model).textRows.contains { $0.contains("scrolled back, 1 newer line") })
    _ = press(&model, .character("G"))
    #expect(model.logScroll == .following)
    #expect(screen(model).textRows.contains { $0.contains("│ new") })
  }

  @Test func ratesAreToldOnlyAfterAMinute() throws {
    var model = World.model(size)
    var snapshot = World.incident
    for second in stride(from: 0.0, through: 59, by: 1) {
      snapshot.generatedAt = World.now + .seconds(second)
      snapshot.queue.content?.pending = Int(second)
      snapshot.traffic.arrived = Int(second)
      _ = update(&model, .snapshot(snapshot))
    }
    #expect(model.history.ratesPerMinute == nil)
    _ = update(&model, .tick(World.now + .seconds(118)))
    let rates = try #require(model.history.ratesPerMinute)
    #expect(rates.arrived == 30 && rates.left == 0)
    _ = update(&model, .tick(World.now))
    #expect(model.history.counts.count == 1)
  }
}
