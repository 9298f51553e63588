import QueueEngine
import Testing

@testable import Dashboard

/// Times as they are typed, and the jump to them in the log.
struct LogTimeTests {
  /// 04:30:12 on 2026-01-01 where the tests live, an hour ahead of UTC.
  private func parse(_ text: String) -> Timestamp? {
    LogMoment.parse(text, now: World.now, zoneOffset: .seconds(3600))
  }

  @Test(
    arguments: [
      ("04:30", 12.0), ("4:30", 12), ("04:30:12", 0), ("02:15", 8112), ("yesterday 22:10", 22_812),
      ("YESTERDAY 22:10", 22_812), ("today 00:00", 16_212), ("04:31", 86_400 - 48),
      ("2025-12-31 04:30:12", 86_400), ("2025-12-31T04:30", 86_412), ("01-01 04:30", 12),
      ("yesterday", 16_212 + 86_400),
    ] as [(String, Double)]
  )
  func times(_ text: String, _ age: Double) {
    #expect(parse(text) == World.ago(age))
  }

  @Test(arguments: [
    "", "x", "24:00", "1:2:3:4", "12:60", "-1:00", "today", "tomorrow 10:00", "02-30 10:00",
    "02:15 02:15", "yesterday 1", "a b c", "٠٢:١٥", ":", "2:", "99999999999:00",
  ])
  func whatIsNoTime(_ text: String) {
    if text == "today" {
      #expect(parse(text) == World.ago(16_212))
    } else {
      #expect(parse(text) == nil)
    }
  }

  /// Lines of every tenth minute from 23:30 yesterday on, the last one at 04:30.
  private func model(_ size: Size = Size(columns: 120, rows: 40)) -> Model {
    var snapshot = World.incident
    snapshot.log.content?.lines = (0...30).map { index in
      var line = LogLine(text: "line \(index)", kind: .other)
      line.time = World.ago(Double(12 + (30 - index) * 600))
      return line
    }
    return World.model(size, snapshot)
  }

  private func type(_ text: String, into model: inout Model) {
    for key in [Key.character(":")] + text.map(Key.character) + [.enter] {
      _ = update(&model, .key(key))
    }
  }

  private func selected(_ model: Model) -> String? {
    model.logScroll.selectedRow(of: model.logFeed).map {
      model.logFeed.entries[model.logFeed.rows[$0].last].line.text
    }
  }

  @Test func theFirstLineThatIsNotOlderIsSelected() {
    var model = model()
    type("at 02:15", into: &model)
    #expect(model.focus == .log && model.palette == nil)
    #expect(selected(model) == "line 17")
    type("at yesterday 23:50", into: &model)
    #expect(selected(model) == "line 2")
    #expect(model.notice == nil)
  }

  @Test func beforeWhatWasReadItSaysWhereTheRestIs() {
    var model = model()
    type("at yesterday 20:00", into: &model)
    #expect(selected(model) == "line 0")
    #expect(
      model.notice?.text
        == "The log was read from 2025-12-31 23:30:00 on: mem0top log --since searches all of it."
    )
  }

  @Test(arguments: ["at", "at x", "at 25:00", "at 1"])
  func whatIsNoTimeIsToldWithAnExample(_ text: String) {
    var model = model()
    type(text, into: &model)
    #expect(model.notice?.text == "A time is :at 02:15 or :at yesterday 22:10.")
    #expect(model.logScroll == .following)
  }

  @Test func thePaletteOffersIt() {
    var model = model()
    for key in [Key.character(":"), .character("a"), .character("t"), .tab] {
      _ = update(&model, .key(key))
    }
    #expect(model.palette?.entry.text == "at ")
    #expect(model.chosenCommand?.binding.command == .goToTime)
    for key in "02:15".map(Key.character) + [.tab] { _ = update(&model, .key(key)) }
    #expect(model.palette?.entry.text == "at 02:15")
  }

  @Test func withoutTimesItSaysSo() {
    var model = World.model(Size(columns: 120, rows: 40), World.incident)
    type("at 02:15", into: &model)
    #expect(model.notice?.text == "No line of the log tells when it was written.")
  }
}
