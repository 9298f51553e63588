import Dashboard
import QueueEngine
import Testing

/// What width and rows are used for: causes before bars, contents before blanks.
@Suite struct WideScreenTests {
  private func text(_ size: Size, _ snapshot: Snapshot = World.incident) -> String {
    screen(World.model(size, snapshot)).textRows.joined(separator: "\n")
  }

  @Test func contentsAreReadWhereThereIsRoomForThem() throws {
    var model = World.model(Size(columns: 200, rows: 50))
    let effects = update(&model, .snapshot(World.incident))
    let keys = model.deadLetters.rows.map { model.deadLetters.items[$0].key }
    #expect(effects == [.loadPreviews(keys)])
    #expect(update(&model, .tick(World.now)).isEmpty)
    _ = update(
      &model,
      .previewsLoaded([keys[0]: ["The mixing desk crackles;", "", "use channel 6."], keys[1]: []])
    )
    #expect(update(&model, .tick(World.now)).isEmpty)
    #expect(
      screen(model).textRows.contains { $0.contains("The mixing desk crackles; use channel 6.") }
    )
    try expectScreen(model, "previews")
  }

  @Test func noContentIsReadWhereThereIsNoRoom() {
    var model = World.model(Size(columns: 120, rows: 40))
    #expect(update(&model, .snapshot(World.incident)).isEmpty)
  }

  /// An item whose content is another one is read anew.
  @Test func anotherContentIsReadAnew() {
    var model = World.model(Size(columns: 200, rows: 50), World.incident)
    var snapshot = World.incident
    snapshot.deadLetters.content?.items[3].contentBytes += 1
    let key = snapshot.deadLetters.content?.items[3].key
    _ = update(
      &model,
      .previewsLoaded(
        Dictionary(uniqueKeysWithValues: model.deadLetters.items.map { ($0.key, ["x"]) })
      )
    )
    #expect(update(&model, .snapshot(snapshot)) == [.loadPreviews([key].compactMap { $0 })])
  }

  @Test func aCauseIsTheLastToBeCut() {
    for columns in [80, 90, 100, 110, 120, 160, 200] {
      let text = text(Size(columns: columns, rows: 50))
      #expect(text.contains("HTTP 422 invalid user_id"), "\(columns): \(text)")
    }
    #expect(text(Size(columns: 40, rows: 10)).contains("HTTP 502"))
  }

  @Test func dueNowStandsWhereNumbersDo() throws {
    let rows = screen(World.model(Size(columns: 120, rows: 40), World.incident)).textRows
    let ends = rows.filter {
      $0.contains("recording-studio-manager  ") || $0.contains("mem0-brain  ")
    }
    .compactMap { row in
      row.firstRange(of: /due now|\d\d:\d\d(?= ━| ─)/).map { range in
        row.distance(from: row.startIndex, to: range.upperBound)
      }
    }
    #expect(ends.count >= 10 && Set(ends).count == 1, "\(ends)")
  }

  @Test func aDurationIsNotBrokenInTheBanner() {
    for columns in 60...160 {
      let rows = screen(World.model(Size(columns: columns, rows: 24), World.incident)).textRows
      #expect(!rows.prefix(3).contains { $0.hasSuffix(" 3h") || $0.hasSuffix(" lock 3h") })
    }
  }

  @Test func theSentenceBeginsBesideItsHeading() {
    let rows = screen(World.model(Size(columns: 120, rows: 34), World.incident)).textRows
    #expect(
      rows[1].contains("STALE LOCK · the VPS is fine  blocks 36 memories since 01:23 (3h 07m)")
    )
  }

  /// Calm is quiet: two words have a colour, and no bar goes across the screen.
  @Test func allClearIsNoBar() {
    let model = World.model(Size(columns: 80, rows: 24), World.busy)
    let row = screen(model).cells[80..<160]
    #expect(row.count { $0.style.role == .ok } < 20)
    #expect(!row.contains { [.bannerWarning, .bannerCritical].contains($0.style.role) })
  }

  @Test func theSmallestScreenHasItsOwnWords() {
    let rows = screen(World.model(Size(columns: 40, rows: 10), World.incident)).textRows
    #expect(rows[1].contains("STALE LOCK") && rows[1].contains("c clear"))
    #expect(rows[2].contains("36 wait") && rows[2].contains("12 dead"))
    #expect(rows[2].contains("✖ lock 3h07m"))
    #expect(rows.filter { $0.contains("due now") || $0.contains("HTTP") }.count >= 3)
  }

  /// Below each other in one column where that is narrow, in two beside each other where it is not.
  @Test func theHelpHasTwoColumnsFrom120() throws {
    var counts: [Int] = []
    for columns in [100, 120, 200] {
      var model = World.model(Size(columns: columns, rows: 34), World.incident)
      _ = update(&model, .key(.character("?")))
      let rows = screen(model).textRows
      #expect(rows.contains { $0.contains("Here: Dead letters") })
      let count = try #require(rows[1].firstMatch(of: /\d+\/(\d+) ╮$/)).1
      counts.append(try #require(Int(count)))
    }
    #expect(counts[1] < counts[0] * 4 / 5 && counts[2] < counts[1], "\(counts)")
  }
}
