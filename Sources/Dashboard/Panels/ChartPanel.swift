internal import QueueEngine

/// The charts of a panel that fills the screen: bars over one axis of time, with the incidents on it.
///
/// Where rows are short, the charts that matter least go first, then the names of incidents, then titles.
enum ChartPanel {
  private static let leastRows = 5
  private static let labelColumns = 8

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let panel = model.focus
    let inner = PanelFrame.draw(
      [Span(panel.title, .title)],
      trailing: spans(model),
      in: rect,
      isFocused: true,
      on: &canvas
    )
    let plot = inner.width - labelColumns
    guard plot > 0, inner.height > 2 else { return }
    let span = model.shownSpan
    let window = ChartWindow(span.duration, columns: plot, grain: span.grain, at: model.now)
    let charts = Chart.all(of: panel, model, window)
    guard !charts.isEmpty else {
      canvas.draw(panel.statusLines(model, columns: inner.width, rows: inner.height), in: inner)
      return
    }
    let marks = marks(model, window, columns: inner.width)
    let foot = inner.height >= 6 ? 3 : 2
    let count = max(min(charts.count, (inner.height - foot) / (leastRows + 1)), 1)
    var y = inner.y
    for (index, chart) in charts.prefix(count).enumerated() {
      let end = inner.y + (inner.height - foot) * (index + 1) / count
      draw(chart, in: Rect(x: inner.x, y: y, width: inner.width, height: end - y), on: &canvas)
      y = end
    }
    let axis = Rect(x: inner.x, y: y, width: inner.width, height: foot)
    draw(axis: window, model, marks: marks.columns, in: axis, on: &canvas)
    if foot > 2 { canvas.draw(marks.line, in: axis.row(2)) }
  }

  /// The spans that can be chosen, and the keys that do.
  private static func spans(_ model: Model) -> [Span] {
    let keys = [Command.shorterSpan, .longerSpan].compactMap {
      model.keymap.label(of: $0, model.charset)
    }
    let hint = keys.isEmpty ? [] : [Span(keys.joined(separator: " ") + "  ", .key)]
    return hint
      + ChartSpan.allCases.flatMap { span -> [Span] in
        let gap = span == ChartSpan.allCases.first ? "" : "  "
        return span == model.shownSpan
          ? [Span(gap), Span("‹\(span.label)›", .accent, bold: true)]
          : [Span(gap + span.label, .dim)]
      }
  }

  private static func draw(_ chart: Chart, in rect: Rect, on canvas: inout Canvas) {
    let hasTitle = rect.height > 2
    let rows = rect.height - (hasTitle ? 1 : 0)
    if hasTitle {
      let title = Line([Span(chart.title, .heading, bold: true), Span("  " + chart.facts, .dim)])
      canvas.draw(title, in: rect.row(0))
    }
    let top = chart.top
    for row in 0..<rows {
      let label = label(chart, row: row, of: rows, top: top)
      let tick = row == 0 ? "┼" : label == nil ? "│" : "┤"
      let text = (label ?? "").rightAligned(in: labelColumns - 2)
      let line = Line(
        [Span(text + " ", .dim), Span(tick, .border)]
          + chart.row(row, of: rows, top: top)
      )
      canvas.draw(line, in: rect.row(rect.height - 1 - row))
    }
  }

  /// What stands beside a row, counted from the lowest: the value that its upper edge stands for.
  private static func label(_ chart: Chart, row: Int, of rows: Int, top: Double) -> String? {
    if row == rows - 1 { return chart.text(top) }
    if row == 0 { return "0" }
    let isHalf = rows >= 4 && rows % 2 == 0 && row == rows / 2 - 1
    let isWhole = chart.unit != .latency && chart.unit != .age && top >= 2
    return isHalf && isWhole ? chart.text(top / 2) : nil
  }

  /// The axis with a mark where an incident began, and the times below it.
  private static func draw(
    axis window: ChartWindow,
    _ model: Model,
    marks: [Int: Role],
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let ticks = ticks(window, model)
    let origin = rect.x + labelColumns
    canvas.draw("└", at: Point(x: origin - 1, y: rect.y), Style(.border))
    for column in 0..<window.columns {
      let point = Point(x: origin + column, y: rect.y)
      if let role = marks[column] {
        canvas.draw("▲", at: point, Style(role, bold: true))
      } else {
        canvas.draw(ticks[column] == nil ? "─" : "┬", at: point, Style(.border))
      }
    }
    var end = rect.x
    for (column, text) in ticks.sorted(by: { $0.key < $1.key }) {
      let width = CellWidth.of(text)
      let x = max(origin + column - width / 2, rect.x)
      guard x >= end, x + width <= rect.endX else { continue }
      canvas.draw(text, at: Point(x: x, y: rect.y + 1), Style(.dim))
      end = x + width + 2
    }
  }

  /// The columns at which a round time of day begins, with that time.
  private static func ticks(_ window: ChartWindow, _ model: Model) -> [Int: String] {
    let (span, step) = (model.shownSpan, model.shownSpan.tick.seconds)
    // Zones differ, and change, by quarters of an hour.
    let stride = min(step, 900)
    var ticks: [Int: String] = [:]
    var second = (window.start.secondsSinceEpoch / stride).rounded(.up) * stride
    while second < window.end.secondsSinceEpoch {
      let moment = Timestamp(second)
      let offset = model.zoneOffset(at: moment)
      if (second + offset.seconds).truncatingRemainder(dividingBy: step) == 0,
        let column = window.column(of: moment)
      {
        ticks[column] =
          span == .week
          ? moment.weekdayText(zoneOffset: offset)
          : String(moment.clockText(zoneOffset: offset).prefix(5))
      }
      second += stride
    }
    return ticks
  }

  /// Where incidents began, and the latest of them by name.
  private static func marks(
    _ model: Model,
    _ window: ChartWindow,
    columns: Int
  ) -> (columns: [Int: Role], line: Line) {
    var places: [Int: Role] = [:]
    var spans: [Span] = []
    var used = 0
    for incident in model.shownIncidents.sorted(by: { $0.since > $1.since }) {
      guard let column = window.column(of: incident.since) else { continue }
      let role: Role = incident.severity == .critical ? .critical : .warning
      if places[column] != .critical { places[column] = role }
      let offset = model.zoneOffset(at: incident.since)
      let time = incident.since.clockText(zoneOffset: offset).prefix(5)
      let day =
        model.shownSpan == .week
        ? incident.since.weekdayText(zoneOffset: offset) + " " : ""
      let age = incident.duration(at: model.now).shortAgeText
      let text = "\(day)\(time) \(incident.code.trouble.row.short) \(age)"
      let width = CellWidth.of(text) + 2 + (spans.isEmpty ? 0 : 3)
      guard used + width <= columns else { continue }
      used += width
      spans += [Span(spans.isEmpty ? "▲ " : "   ▲ ", role, bold: true), Span(text, .dim)]
    }
    return (places, Line(spans))
  }
}

extension Timestamp {
  /// The day of the week in a zone that is so far ahead of UTC: `Tue`.
  func weekdayText(zoneOffset: Duration) -> String {
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let day = ((secondsSinceEpoch + zoneOffset.seconds) / 86_400).rounded(.down)
    guard let number = Int(exactly: day) else { return "–" }
    return names[((number % 7) + 7) % 7]
  }
}
