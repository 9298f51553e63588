import Dashboard
import QueueEngine
import Testing

/// The dead letters by cause and by project, and what keys do to a group.
@Suite struct GroupTests {
  private func model(_ size: Size = Size(columns: 120, rows: 40), _ keys: String = "v") -> Model {
    var model = World.model(size, World.groups)
    for key in keys { _ = update(&model, .key(.character(key))) }
    return model
  }

  private func names(_ model: Model) -> [String] { model.groups.groups.map(\.key.name) }

  @Test(arguments: World.sizes)
  func byCause(_ size: Size) throws { try expectScreen(model(size), "groups-cause") }

  @Test(arguments: World.sizes)
  func byProject(_ size: Size) throws { try expectScreen(model(size, "vv"), "groups-project") }

  @Test func causesThatDifferInFiguresAreOne() {
    let model = model()
    #expect(
      names(model) == ["HTTP 502 from ‹host›", "timeout after ‹n› s", "HTTP 422 invalid user_id"]
    )
    #expect(model.groups.groups.map(\.count) == [6, 4, 2])
  }

  @Test func theKeyGoesRound() {
    var model = model()
    #expect(model.grouping == .cause && model.focus == .deadLetters)
    _ = update(&model, .key(.character("v")))
    #expect(
      model.grouping == .project && names(model) == ["mem0-brain", "recording-studio-manager"]
    )
    _ = update(&model, .key(.character("v")))
    #expect(model.grouping == .items)
  }

  @Test func aGroupOpensAndIsLeftAgain() {
    var model = model(Size(columns: 120, rows: 40), "vj")
    #expect(update(&model, .key(.enter)).isEmpty)
    #expect(model.grouping == .items && model.deadLetters.shownCount == 4)
    let text = screen(model).textRows.joined(separator: "\n")
    #expect(text.contains("4 of 12 · cause timeout after ‹n› s"))
    _ = update(&model, .key(.escape))
    #expect(model.grouping == .cause && model.deadLetters.shownCount == 12)
    #expect(model.groups.selected?.key.name == "timeout after ‹n› s")
  }

  @Test func everyActionWorksOnAGroupAndAsksFirst() throws {
    var model = model(Size(columns: 120, rows: 40), "vj")
    let members = try #require(model.groups.selected).members.map {
      model.deadLetters.items[$0].key
    }
    _ = update(&model, .key(.character("r")))
    let prompt = try #require(model.prompt)
    #expect(prompt.request == .retry(members) && members.count == 4)
    #expect(
      prompt.evidence.contains("all with the cause timeout after ‹n› s")
        && prompt.evidence.contains { $0.hasSuffix("; 8 others stay as they are") }
    )
    _ = update(&model, .key(.character("n")))
    _ = update(&model, .key(.character("x")))
    #expect(model.prompt?.request == .drop(members))
    _ = update(&model, .key(.escape))
    _ = update(&model, .key(.character(" ")))
    #expect(model.marks.count == 4)
    #expect(model.groups.selected?.key.name == "HTTP 422 invalid user_id")
  }

  @Test func aGroupOfOneAsksToo() {
    var snapshot = World.groups
    snapshot.deadLetters.content?.items.removeLast(11)
    var model = World.model(Size(columns: 120, rows: 40), snapshot)
    for key in "vr" { _ = update(&model, .key(.character(key))) }
    #expect(model.prompt != nil && model.running.isEmpty)
  }

  @Test func theFilterNarrowsTheGroups() {
    var model = model()
    for key in "/project:brain" { _ = update(&model, .key(.character(key))) }
    _ = update(&model, .key(.enter))
    #expect(model.groups.groups.reduce(0) { $0 + $1.count } == model.deadLetters.shownCount)
    #expect(model.deadLetters.shownCount == 6)
  }

  @Test func aSelectedGroupStaysSelectedWhileItemsComeAndGo() {
    var model = model(Size(columns: 120, rows: 40), "vjj")
    var snapshot = World.groups
    snapshot.deadLetters.content?.items.removeFirst(6)
    _ = update(&model, .snapshot(snapshot))
    #expect(model.groups.selected?.key.name == "HTTP 422 invalid user_id")
  }

  @Test func aHerdIsSeenBeforeItComes() {
    let text = screen(model()).textRows.joined(separator: "\n")
    // What is due already does not come, and would hide what does.
    #expect(text.contains("coming retries  3 due  now"))
  }

  @Test func aClickSelectsAGroup() throws {
    var model = model()
    model.isMouseOn = true
    let rows = screen(model).textRows
    let y = try #require(rows.firstIndex { $0.contains("HTTP 422") })
    _ = update(&model, .mouse(.click(Point(x: 10, y: y))))
    #expect(model.groups.selected?.key.name == "HTTP 422 invalid user_id")
  }
}

extension World {
  /// Twelve dead letters that fail for three causes.
  static var groups: Snapshot {
    var snapshot = incident
    snapshot.deadLetters.content?.items = (0..<12).map { index in
      var item = letter(index)
      item.flags = []
      item.lastError =
        index < 6
        ? "HTTP 502 from 127.0.0.1:808\(index % 2)"
        : index < 10 ? "timeout after 3\(index - 6) s" : "HTTP 422 invalid user_id"
      return item
    }
    return snapshot
  }
}
