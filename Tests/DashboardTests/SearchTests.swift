import Dashboard
import QueueEngine
import Testing

/// Looking for lines in the log and on pages, and going from a line to its item and back.
@Suite struct SearchTests {
  /// 03:30:12 UTC is 04:30:12 on the screen.
  private static let lines = [
    "2026-01-01T02:10:00Z 📋 Moved to DLQ: mem0-brain (ID: 00000001...) after 5 retries",
    "2026-01-01T02:20:00Z Could not acquire queue lock (timeout)",
    "2026-01-01T02:30:00Z Could not acquire queue lock (timeout)",
    "2026-01-01T02:40:00Z Could not acquire queue lock (timeout)",
    "2026-01-01T02:50:00Z ✅ Synced: web (ID: 51c0ffee...)",
    "2026-01-01T03:00:00Z the bridge answered slowly",
    "2026-01-01T03:10:00Z ✨ Worker done:",
  ]

  private func model(_ size: Size = Size(columns: 120, rows: 40)) -> Model {
    var snapshot = World.incident
    snapshot.log.content?.lines = Self.lines.map { LogLineParser.parse(Array($0.utf8)) }
    return World.model(size, snapshot)
  }

  private func press(_ keys: String, _ model: inout Model) {
    for key in keys { _ = update(&model, .key(key == "⏎" ? .enter : .character(key))) }
  }

  /// What the selected line of the log tells.
  private func selected(_ model: Model) -> String? {
    model.logScroll.selectedRow(of: model.logFeed).map { row in
      String(model.logFeed.entries[model.logFeed.rows[row].last].line.event)
    }
  }

  @Test func stampsAreLocalAndWhatRepeatsIsOneLine() throws {
    for size in World.sizes.dropFirst() { try expectScreen(model(size), "log-folded") }
    let rows = screen(model()).textRows
    let row = try #require(rows.first { $0.contains("×3") })
    #expect(row.contains("03:40:00  Could not acquire queue lock (timeout)"))
    #expect(row.contains("×3 since 03:20"))
    #expect(rows.contains { $0.contains("04:10:00  ✨ Worker done:") })
    #expect(!rows.contains { $0.contains("2026-01-01T") })
  }

  @Test func anotherDayIsNamed() throws {
    var model = model()
    _ = update(&model, .tick(World.now + .seconds(86_400)))
    #expect(screen(model).textRows.contains { $0.contains("01-01 04:10:00  ✨ Worker done:") })
  }

  @Test func aSearchGoesToTheLatestMatchAndOn() throws {
    var model = model()
    press("5/LOCK", &model)
    #expect(model.mode == .searching && model.matchedLines == 3)
    try expectScreen(model, "search-typing")
    press("⏎", &model)
    #expect(selected(model) == "Could not acquire queue lock (timeout)")
    press("/", &model)
    for _ in 0..<4 { _ = update(&model, .key(.backspace)) }
    press("o⏎", &model)
    #expect(selected(model) == "Could not acquire queue lock (timeout)")
    press("n", &model)
    #expect(selected(model) == "the bridge answered slowly")
    press("nn", &model)
    #expect(selected(model)?.contains("Moved to DLQ") == true)
    #expect(model.notice?.text == "1 of 4, on from the top.")
    press("N", &model)
    #expect(selected(model) == "✨ Worker done:")
  }

  @Test func onlyMatchingLinesAreShown() throws {
    var model = model()
    press("5/web⏎&", &model)
    let shown = screen(model).textRows.joined(separator: "\n")
    #expect(shown.contains("Synced: web") && !shown.contains("bridge answered"))
    #expect(shown.contains("&web"))
    _ = update(&model, .key(.escape))
    #expect(model.search.isEmpty && !model.isLogNarrowed && model.logFeed.rows.count == 5)
  }

  /// Only what came in a row is one row.
  @Test func matchesApartStayApart() {
    var snapshot = World.cleared
    let texts = ["bad", "bad", "other", "bad"]
    snapshot.log.content?.lines = texts.map { LogLine(text: $0) }
    var model = World.model(Size(columns: 120, rows: 40), snapshot)
    press("5/bad⏎&", &model)
    #expect(model.logFeed.rows.map(\.count) == [2, 1])
  }

  @Test func nothingFoundIsSaid() {
    var model = model()
    press("5/nowhere⏎", &model)
    #expect(model.notice?.text == "No line of the log holds nowhere.")
    press("&", &model)
    #expect(screen(model).textRows.contains { $0.contains("no line holds what is looked for") })
    press("&", &model)
    _ = update(&model, .key(.escape))
    press("n", &model)
    #expect(model.notice?.text == "Nothing is looked for: / and a text.")
  }

  @Test func troubleIsFoundFromAnyPanel() {
    var model = model()
    press("[", &model)
    #expect(model.focus == .log && selected(model) == "Could not acquire queue lock (timeout)")
    press("[", &model)
    #expect(selected(model)?.contains("Moved to DLQ") == true)
    press("]", &model)
    #expect(selected(model) == "Could not acquire queue lock (timeout)")
  }

  /// From a line to its item, and from an item to its lines.
  @Test func aLineOpensTheItemThatItNamesAndAnItemItsLines() throws {
    var model = model()
    press("5", &model)
    _ = update(&model, .key(.home))
    let effects = update(&model, .key(.enter))
    let key = try #require(model.deadLetters.items.first { $0.key.id.hasPrefix("00000001") }?.key)
    #expect(effects == [.loadItem(key)] && model.views.last?.subject == .item(key))
    press("l", &model)
    #expect(model.views.isEmpty && model.focus == .log && model.isLogNarrowed)
    #expect(model.logFeed.rows.count == 1 && selected(model)?.contains("Moved to DLQ") == true)
  }

  @Test func anItemThatTheLogDoesNotNameSaysSo() {
    var model = model()
    press("l", &model)
    #expect(model.notice?.text == "The log, as far as it was read, does not name 00000002.")
    #expect(model.focus == .deadLetters)
  }

  @Test(arguments: World.sizes)
  func aLineOpensAsItWasWritten(_ size: Size) throws {
    var model = model(size)
    press("5[", &model)
    press("⏎", &model)
    try expectScreen(model, "log-line")
    let text = screen(model).textRows.joined(separator: "\n")
    #expect(size.columns < 80 || text.contains("2026-01-01T02:40:00Z Could not acquire"))
  }

  @Test func aPageIsSearched() throws {
    var model = model(Size(columns: 80, rows: 24))
    press("?/palette⏎", &model)
    let first = try #require(model.views.last?.match)
    #expect(screen(model).textRows.contains { $0.contains("▌") && $0.contains("palette") })
    for _ in 0..<9 where model.notice?.text.hasSuffix("top.") != true { press("n", &model) }
    let told = try #require(model.notice?.text)
    #expect(model.views.last?.match == first && told.hasPrefix("1 of ") && told.hasSuffix("top."))
    try expectScreen(model, "search-page")
    _ = update(&model, .key(.escape))
    #expect(model.views.isEmpty)
  }

  /// A page has a search of its own, which the log and the next page know nothing of.
  @Test func aPageShowsOnlyWhatMatches() throws {
    var model = model(Size(columns: 80, rows: 24))
    press("?", &model)
    press("&", &model)
    #expect(model.notice?.text == "Nothing is looked for here: / and a text.")
    press("/palette⏎&", &model)
    let shown = screen(model).textRows.dropFirst().prefix { !$0.contains("╰") }
      .filter { $0.contains { $0.isLetter } }
    #expect(shown.dropFirst().allSatisfy { $0.lowercased().contains("palette") }, "\(shown)")
    #expect(shown.first?.contains("&palette") == true)
    press("&", &model)
    #expect(model.views.last?.isNarrowed == false)
    press("&", &model)
    _ = update(&model, .key(.escape))
    #expect(model.views.isEmpty && model.search.isEmpty)
    press("n", &model)
    #expect(model.notice?.text.hasPrefix("Nothing is looked for") == true)
    press("5/lock⏎h", &model)
    #expect(model.views.last?.search.isEmpty == true && model.search.text == "lock")
  }

  /// In a log that is followed it goes up, and from a line that somebody went to on.
  @Test func aSearchGoesOnFromASelectedLine() {
    var model = model()
    press("5g/web⏎", &model)
    #expect(selected(model)?.contains("Synced: web") == true)
    #expect(model.notice?.text.hasSuffix("top.") == false)
  }

  /// The end of a run and its figures are one row, and a search finds each of them.
  @Test func theFiguresOfARunStandBehindItsEnd() {
    var snapshot = World.incident
    snapshot.log.content = World.log([
      (.synced, "✅ Synced: web (ID: 00000001...)", "00000001"), (.done, "✨ Worker done:", nil),
      (.figure, "   Queue: 5 pending", nil), (.figure, "   Failed: 6 failed", nil),
      (.waiting, "⏸ Waiting backoff: web (retry in 42s)", nil),
    ])
    var model = World.model(Size(columns: 120, rows: 40), snapshot)
    let rows = screen(model).textRows
    #expect(rows.contains { $0.contains("✨ Worker done: Queue: 5 pending · Failed: 6 failed ") })
    // A mark of one column has two, so that words stand below each other.
    #expect(rows.contains { $0.contains("⏸  Waiting backoff: web") })
    press("5/6 failed⏎", &model)
    #expect(selected(model)?.contains("Failed: 6 failed") == true)
    press("&", &model)
    #expect(screen(model).textRows.contains { $0.contains("│    Failed: 6 failed ") })
  }

  /// No key counts while a text is typed.
  @Test func whatIsTypedIsText() {
    var model = model()
    press("5/cRsq", &model)
    #expect(model.search.text == "cRsq" && model.prompt == nil && model.running.isEmpty)
    _ = update(&model, .paste("x\ny"))
    #expect(model.search.text == "cRsqx y")
    _ = update(&model, .key(.control("c")))
    #expect(model.search.isEmpty && model.searchEntry == nil)
  }
}

extension Model {
  fileprivate var matchedLines: Int {
    logFeed.entries.count { search.isContained(in: $0.line.text) }
  }
}
