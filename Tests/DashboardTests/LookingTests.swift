import Dashboard
import QueueEngine
import Testing

/// Keys that show things another way: zoom, rate, colours, pager and clipboard.
struct LookingTests {
  @Test func aPagerThatDidItsWorkIsNotSpokenOf() {
    var model = World.model(Size(columns: 120, rows: 40), World.incident)
    #expect(changes(in: &model, by: .pagerEnded(status: 0)).fields.isEmpty)
    #expect(changes(in: &model, by: .pagerEnded(status: nil)).fields == ["notice"])
  }

  private let size = Size(columns: 120, rows: 40)

  private func model(_ keys: String = "", _ snapshot: Snapshot = World.incident) -> Model {
    var model = World.model(size, snapshot)
    for key in keys { _ = update(&model, .key(.character(key))) }
    return model
  }

  @Test func zoomShowsTheFocusedPanelAlone() {
    for panel in Panel.allCases {
      var model = model("\(panel.rawValue + 1)")
      #expect(changes(in: &model, by: .key(.character("z"))).fields.contains("isZoomed"))
      let rows = screen(model).textRows
      #expect(rows[1].contains("the VPS is fine"))
      #expect(rows.count { $0.hasPrefix("╭") } == 1)
      #expect(rows.first { $0.hasPrefix("╭") }?.hasPrefix("╭ \(panel.title)") == true)
      #expect(changes(in: &model, by: .key(.escape)).fields.contains("isZoomed"))
      #expect(!model.isZoomed)
    }
  }

  @Test func zoomFollowsTheFocusAndScrollsByItsOwnRows() throws {
    var model = World.model(Size(columns: 80, rows: 24), World.incident)
    #expect(model.tableRows == 5)
    _ = update(&model, .key(.character("z")))
    #expect(model.tableRows == 17)
    _ = update(&model, .key(.character("5")))
    #expect(screen(model).textRows.contains { $0.contains("Retry 5/5") })
    #expect(!screen(model).textRows.contains { $0.contains("Dead letters") })
    #expect(model.logRows == 18)
    _ = update(&model, .key(.character("/")))
    #expect(model.focus == .log && model.mode == .searching)
  }

  @Test func theRateGoesInStepsAndSaysSo() {
    var model = model()
    let (fields, effects) = changes(in: &model, by: .key(.character("+")))
    #expect(fields == ["refreshInterval", "notice"])
    #expect(effects == [.setRefresh(.milliseconds(500))])
    #expect(
      model.notice?.text == "Everything is checked every 500 ms, and at once when a file changes."
    )
    for _ in 0..<9 { _ = update(&model, .key(.character("+"))) }
    #expect(model.refreshInterval == .milliseconds(100))
    #expect(changes(in: &model, by: .key(.character("+"))).effects.isEmpty)
    #expect(model.notice?.text == "Everything is checked every 100 ms; more often would not help.")
    for _ in 0..<20 { _ = update(&model, .key(.character("-"))) }
    #expect(model.refreshInterval == .seconds(60))
    model.refreshInterval = .milliseconds(1700)
    #expect(update(&model, .key(.character("-"))) == [.setRefresh(.seconds(2))])
  }

  @Test func theColoursGoRound() {
    var model = model()
    var seen: [Appearance] = []
    for _ in Appearance.builtIn {
      #expect(changes(in: &model, by: .key(.character("t"))).fields == ["appearance", "notice"])
      seen.append(model.appearance)
    }
    #expect(seen == [.dark, .light, .contrast, .mono, .auto])
  }

  @Test func theIdOfTheSelectedItemIsCopied() throws {
    var model = model("j")
    let id = try #require(model.deadLetters.selection?.id)
    let (fields, effects) = changes(in: &model, by: .key(.character("y")))
    #expect(fields == ["notice"])
    #expect(effects == [.copy(id)])
    #expect(model.notice?.text == "Copied the id \(id).")
  }

  @Test func theContentOfTheOpenItemIsCopied() throws {
    var model = model()
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.enter))
    #expect(update(&model, .key(.character("y"))).isEmpty)
    #expect(model.notice?.text == "The item has not been read yet.")
    _ = update(&model, .itemLoaded(key, World.detail(key)))
    let content = World.detail(key).content.joined(separator: "\n")
    #expect(update(&model, .key(.character("y"))) == [.copy(content)])
    #expect(model.notice?.text == "Copied the content of 00000002, \(content.utf8.count) bytes.")
    var detail = World.detail(key)
    detail.content = [String(repeating: "x", count: 80_000)]
    _ = update(&model, .itemLoaded(key, detail))
    #expect(update(&model, .key(.character("y"))).isEmpty)
    #expect(model.notice?.text.contains("more than a terminal copies") == true)
  }

  @Test func thePagerGetsThePanelOrThePageWhole() throws {
    for keys in ["1", "2", "3", "4", "5", "i", "h", "?"] {
      var model = model(keys, World.hostile)
      let (fields, effects) = changes(in: &model, by: .key(.character("e")))
      #expect(fields.isEmpty)
      guard case .page(let text)? = effects.first else {
        Issue.record("no page for \(keys)")
        continue
      }
      #expect(text.hasSuffix("\n") && text.split(separator: "\n").count > 1)
      let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control }
      #expect(controls.allSatisfy { $0 == "\n" })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
  }

  @Test func thePagerGetsTheTableAsItIsShown() {
    var model = model("/tries>5")
    _ = update(&model, .key(.enter))
    guard case .page(let text)? = update(&model, .key(.character("e"))).first else {
      Issue.record("no page")
      return
    }
    let lines = text.split(separator: "\n")
    #expect(lines.first == "Dead letters  6 of 12 · /tries>5")
    #expect(lines.dropFirst().first?.hasPrefix("ID        PROJECT") == true)
    #expect(lines.count == 2 + 6)
    #expect(text.contains("HTTP 500 internal server error while embedding the memory"))
  }

  @Test func theOpenItemIsPagedWithItsLinesUnbroken() throws {
    var model = model()
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.enter))
    _ = update(&model, .itemLoaded(key, World.detail(key)))
    guard case .page(let text)? = update(&model, .key(.character("e"))).first else {
      Issue.record("no page")
      return
    }
    for line in World.detail(key).content { #expect(text.contains(line)) }
  }
}
