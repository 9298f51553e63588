internal import QueueEngine

/// One figure over time.
struct Chart {
  /// How its figures are told.
  enum Unit {
    case count, perMinute, age, latency
  }

  let title: String
  let unit: Unit
  let role: Role
  /// One for each column; `nil` where nothing was recorded.
  let values: [Double?]
  /// How it stands at this moment, where that is known better than the last column tells.
  var present: Double?
  /// The columns in which something failed.
  var failures: Set<Int> = []

  /// The least round number that is not below all values.
  var top: Double {
    let greatest = values.compactMap { $0 }.max() ?? 0
    switch unit {
    case .latency:
      return Self.latencies.first { $0 >= greatest } ?? greatest.rounded(.up)
    case .age:
      return Self.ages.first { $0 >= greatest } ?? (greatest / 86_400).rounded(.up) * 86_400
    case .count, .perMinute:
      var scale = 1.0
      while true {
        for step in [1.0, 2, 4] where step * scale >= greatest { return step * scale }
        if 5 * scale >= greatest { return scale == 1 ? 6 : 5 * scale }
        scale *= 10
      }
    }
  }

  private static let latencies = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]
  private static let ages: [Double] = [
    10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400,
  ]

  /// A value as its axis and its title tell it.
  func text(_ value: Double) -> String {
    switch unit {
    case .count: return "\(Int(value.rounded()))"
    case .perMinute:
      return value > 0 && value < 1 ? "<1" : "\(Int(value.rounded()))"
    case .age: return value == 0 ? "0" : Duration(seconds: value).shortAgeText
    case .latency: return value == 0 ? "0" : ServerPanel.latencyText(Duration(seconds: value))
    }
  }

  /// The latest value and the greatest one, behind its title.
  var facts: String {
    let known = values.compactMap { $0 }
    guard let greatest = (known + [present].compactMap(\.self)).max(), !known.isEmpty else {
      return "nothing was recorded"
    }
    let suffix = unit == .perMinute ? "/min" : ""
    let now = (present ?? values.last.flatMap { $0 }).map { "now \(text($0))\(suffix), " } ?? ""
    return "\(now)most \(text(greatest))\(suffix)"
  }

  private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A row of the bars, counted from the lowest of `rows`.
  func row(_ row: Int, of rows: Int, top: Double) -> [Span] {
    var spans: [Span] = []
    for (column, value) in values.enumerated() {
      let (glyph, role) = cell(value, hasFailed: failures.contains(column), row, rows, top)
      if spans.last?.style.role == role {
        spans[spans.count - 1].text.append(glyph)
      } else {
        spans.append(Span(String(glyph), role))
      }
    }
    return spans
  }

  private func cell(
    _ value: Double?,
    hasFailed: Bool,
    _ row: Int,
    _ rows: Int,
    _ top: Double
  ) -> (Character, Role) {
    if hasFailed, row == 0 { return ("×", .critical) }
    guard let value else { return (" ", .text) }
    let eighths = Int((value / top * Double(rows * 8)).rounded())
    let filled = min(max(eighths, value > 0 ? 1 : 0) - row * 8, 8)
    if filled > 0 { return (Self.levels[filled - 1], role) }
    // Nothing is not the same as unknown.
    return row == 0 ? (Self.levels[0], .barTrack) : (" ", .text)
  }
}

extension Chart {
  /// The charts of a panel, what matters most first.
  static func all(of panel: Panel, _ model: Model, _ window: ChartWindow) -> [Chart] {
    let subject: FigureSubject = panel == .server ? .server : .files
    let grain = model.shownSpan.grain
    let columns = model.past.figures[subject, grain]
      .columns(window.columns, from: window.start, to: window.end)
    if panel == .server { return server(model, columns) }
    // A column that is shorter than a slot has what was counted in the whole slot.
    let minutes = max(window.column.seconds, Double(grain.seconds)) / 60
    func levels(_ figure: FileFigure) -> [Double?] { columns.map { $0.flatMap { $0[figure] } } }
    func counts(_ figure: FileFigure) -> [Double?] {
      levels(figure).map { $0.map { $0 / minutes } }
    }
    return [
      Chart(
        title: "waiting",
        unit: .count,
        role: .sparkline,
        values: levels(.pending),
        present: model.snapshot?.queue.content.map { Double($0.pending) }
      ),
      Chart(
        title: "dead letters",
        unit: .count,
        role: .sparkline,
        values: levels(.deadLetters),
        present: model.snapshot?.deadLetters.content.map { Double($0.items.count) }
      ),
      Chart(title: "delivered", unit: .perMinute, role: .ok, values: counts(.delivered)),
      Chart(title: "failed", unit: .perMinute, role: .warning, values: counts(.failed)),
      Chart(title: "oldest", unit: .age, role: .sparkline, values: levels(.oldestAge)),
      Chart(title: "lock held", unit: .age, role: .sparkline, values: levels(.lockAge)),
    ]
  }

  private static func server(_ model: Model, _ columns: [Figures?]) -> [Chart] {
    let endpoints = model.snapshot?.server.endpoints ?? []
    return endpoints.prefix(ServerFigure.mostEndpoints).enumerated().map { index, endpoint in
      Chart(
        title: endpoint.name,
        unit: .latency,
        role: .sparkline,
        values: columns.map { $0.flatMap { $0[ServerFigure.latency(index)] } },
        failures: Set(
          columns.indices.filter {
            columns[$0].flatMap { $0[ServerFigure.failures(index)] } ?? 0 > 0
          }
        )
      )
    }
  }
}
