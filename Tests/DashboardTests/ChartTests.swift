import QueueEngine
import TestSupport
import Testing

@testable import Dashboard

/// The charts, the sparklines and the page of incidents.
struct ChartTests {
  private func model(_ size: Size, _ keys: String, charset: Charset = .unicode) -> Model {
    var model = World.modelWithPast(size, World.incident, charset: charset)
    for key in keys { _ = update(&model, .key(.character(key))) }
    return model
  }

  @Test(arguments: World.sizes)
  func queue(_ size: Size) throws {
    try expectScreen(model(size, "2z"), "chart-queue")
  }

  @Test(arguments: World.sizes)
  func queueOfSixHours(_ size: Size) throws {
    try expectScreen(model(size, "2z<"), "chart-queue-6h")
  }

  @Test(arguments: World.sizes)
  func server(_ size: Size) throws {
    try expectScreen(model(size, "1z"), "chart-vps")
  }

  @Test(arguments: World.sizes)
  func serverOfAWeekInASCII(_ size: Size) throws {
    try expectScreen(model(size, "1z>", charset: .ascii), "chart-vps-ascii")
  }

  @Test(arguments: World.sizes)
  func sparklinesAfterARestart(_ size: Size) throws {
    try expectScreen(model(size, ""), "restarted")
  }

  @Test(arguments: World.sizes)
  func incidents(_ size: Size) throws {
    try expectScreen(model(size, "i"), "incidents")
  }

  @Test func theSpanIsWhatIsKnownUntilItIsChosen() {
    var model = World.model(World.styledSize, World.incident)
    #expect(model.shownSpan == .quarterHour)
    _ = update(&model, .recorded(World.recorded))
    #expect(model.shownSpan == .day)
    _ = update(&model, .key(.character(">")))
    #expect(model.shownSpan == .day && model.notice?.text.contains("No chart") == true)
    for key in "2z>>" { _ = update(&model, .key(.character(key))) }
    #expect(model.shownSpan == .week)
    for _ in 0..<9 { _ = update(&model, .key(.character("<"))) }
    #expect(model.shownSpan == .quarterHour)
  }

  @Test func aSparklineMovesOnOnlyWhenAColumnHasPassed() {
    var model = World.modelWithPast(World.styledSize, World.incident)
    let first = model.past.recent(.files, columns: 20, at: model.now)
    var changes = 0
    for second in 1...180 {
      let before = model.past.recent(.files, columns: 20, at: model.now)?.figures.map {
        $0?[FileFigure.pending]
      }
      _ = update(&model, .tick(World.now + .seconds(second)))
      let after = model.past.recent(.files, columns: 20, at: model.now)?.figures.map {
        $0?[FileFigure.pending]
      }
      if before != after { changes += 1 }
    }
    #expect(first?.span == .seconds(3600))
    // A column has three minutes.
    #expect(changes <= 2)
  }

  @Test func nothingIsNotTheSameAsUnknown() {
    let chart = Chart(title: "t", unit: .count, role: .sparkline, values: [0, nil, 1, 8])
    #expect(chart.top == 10 || chart.top == 8)
    let lowest = chart.row(0, of: 2, top: 8).map(\.text).joined()
    #expect(lowest == "▁ ▂█")
    let highest = chart.row(1, of: 2, top: 8).map(\.text).joined()
    #expect(highest == "   █")
  }

  @Test(arguments: [
    (0.0, 1.0), (1, 1), (2, 2), (3, 4), (5, 6), (36, 40), (41, 50), (99, 100), (100_000, 100_000),
  ])
  func axesEndAtRoundNumbers(greatest: Double, top: Double) {
    let chart = Chart(title: "t", unit: .count, role: .sparkline, values: [greatest])
    #expect(chart.top == top)
  }

  /// A day of ticks: what the model keeps is bounded, and a clock that is set back starts nothing anew.
  @Test(.tags(.slow)) func aDayOfTicksIsBounded() {
    var model = World.model(World.styledSize, World.incident)
    for step in 0..<8640 { _ = update(&model, .tick(World.now + .seconds(step * 10))) }
    #expect(model.past.figures[.files, .fine].entries.count == FigureGrain.fine.capacity)
    #expect(model.past.figures[.files, .coarse].entries.count <= 290)
    let back = World.now + .seconds(80_000)
    _ = update(&model, .tick(back))
    #expect(model.past.figures[.files, .fine].end.map { $0 <= back + .seconds(10) } == true)
  }

  @Test func pausingLeavesAGap() {
    var model = World.model(World.styledSize, World.incident)
    _ = update(&model, .tick(World.now + .seconds(10)))
    _ = update(&model, .key(.character("p")))
    for second in 20..<120 { _ = update(&model, .tick(World.now + .seconds(second))) }
    let count = model.past.figures[.files, .fine].entries.count
    #expect(count <= 2)
  }

  /// Clocks went back an hour at 01:00 UTC: what lies before keeps the time that clocks showed then.
  @Test func timesBeforeAChangeOfTheZoneAreThoseOfThen() {
    var model = World.modelWithPast(Size(columns: 200, rows: 50), World.incident)
    let change = World.ago(9012)  // 01:00:00 UTC
    model.zoneOffset = .zero
    let zones = ZoneHistory(.seconds(8 * 86_400), before: World.now) {
      $0 < change ? .seconds(3600) : .zero
    }
    _ = update(&model, .zones(zones))
    for key in "2z" { _ = update(&model, .key(.character(key))) }
    let axis = screen(model).textRows.first { $0.contains("08:00") && $0.contains("20:00") } ?? ""
    let ticks = axis.split(separator: " ").filter { $0.contains(":") }
    #expect(ticks == ["08:00", "12:00", "16:00", "20:00", "00:00"])
    #expect(model.localText(World.ago(33_000)).hasSuffix("19:20:12"))
    #expect(model.localText(World.ago(60)).hasSuffix("03:29:12"))
    // A zone that the person has changed since counts for all.
    model.zoneOffset = .seconds(7200)
    #expect(model.localText(World.ago(33_000)).hasSuffix("20:20:12"))
  }
}
