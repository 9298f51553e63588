internal import QueueEngine

/// What waits for its first delivery: how much, how long, for which projects, and how it changes.
///
/// Where rows are short, the time to drain goes first, then projects but for their sum.
enum QueuePanel {
  /// Ten minutes in slots of ten seconds.
  private static let widestSparkline = 60
  /// What tells how much time a sparkline spans: ` 10m`.
  private static let spanColumns = 4
  /// How many rows there must be to tell the trend on one of its own.
  private static let rowsForTrend = 5
  /// Below it, the rates beside it are told in fewer words.
  private static let narrowestSparkline = 8

  static func lines(_ model: Model, columns: Int, rows: Int) -> [Line] {
    guard let snapshot = model.snapshot else { return [] }
    let lines = fileLines(snapshot.queue, model: model, columns: columns, rows: rows)
    return DataAge.look.told(lines, since: snapshot.generatedAt, at: model.now, columns: columns)
  }

  private static func fileLines(
    _ reading: FileReading<QueueContents>,
    model: Model,
    columns: Int,
    rows: Int
  ) -> [Line] {
    let notice = ReadingNotice(
      reading,
      named: "queue file",
      model: model,
      columns: columns,
      rows: reading.content == nil ? rows : rows - 2
    )
    guard let queue = reading.content else { return notice?.lines ?? [] }
    let outdated = notice?.isOutdated ?? false
    let body = contents(queue, model: model, columns: columns, rows: rows)
    return (notice?.lines ?? []) + (outdated ? body.map(\.dimmed) : body)
  }

  private static func contents(
    _ queue: QueueContents,
    model: Model,
    columns: Int,
    rows: Int
  ) -> [Line] {
    var lines = [summary(queue, at: model.now, columns: columns)]
    if let flow = flow(model, columns: columns) { lines.append(flow) }
    if queue.flaggedCount > 0 {
      lines.append(Line("▲ \(queue.flaggedCount) flagged", .warning))
    }
    let trend = rows < rowsForTrend ? nil : trend(model.history)
    let room = max(rows - lines.count - (trend == nil ? 0 : 1), 1)
    lines += projects(queue.projects, columns: columns, rows: room)
    if let trend { lines.append(trend) }
    return lines + queue.remarks.map { Line($0, .dim) }
  }

  private static func trend(_ history: PendingHistory) -> Line? {
    switch history.trend {
    case .grows: Line("growing", .warning)
    case .drains(let duration): Line("drained in \(duration.roughText)", .dim)
    case nil: nil
    }
  }

  private static func summary(_ queue: QueueContents, at now: Timestamp, columns: Int) -> Line {
    guard queue.pending > 0 else { return Line([Span("● nothing waits", .ok, bold: true)]) }
    let pending = [Span("\(queue.pending) pending", .text, bold: true)]
    guard let oldest = queue.oldest else { return Line(pending) }
    let age = (now - oldest).ageText
    return .fitting(
      columns,
      ["oldest \(age)", age].map { Line(pending, right: [Span($0)]) }
    )
  }

  /// How many waited lately, with the time that this spans, and how many come and go.
  private static func flow(_ model: Model, columns: Int) -> Line? {
    let rates = model.history.ratesPerMinute.map {
      (arrived: rateText($0.arrived), left: rateText($0.left))
    }
    var text = rates.map { "in \($0.arrived)/min  out \($0.left)/min" } ?? ""
    let taken = { (text: String) in text.isEmpty ? 0 : CellWidth.of(text) + Line.gap }
    if let rates, columns - taken(text) - spanColumns < narrowestSparkline {
      text = "+\(rates.arrived) -\(rates.left)/min"
    }
    let room = min(columns - taken(text) - spanColumns, widestSparkline)
    guard let recent = model.past.recent(.files, columns: room, at: model.now),
      recent.figures.count(where: { $0.flatMap { $0[FileFigure.pending] } != nil }) > 1
    else { return nil }
    let bars = Sparkline.recorded(recent.figures.map { $0.flatMap { $0[FileFigure.pending] } })
    let right = text.isEmpty ? [] : [Span(text, .dim)]
    return Line(bars + [Span(" " + recent.span.shortAgeText, .dim)], right: right)
  }

  /// Items per minute in as few characters as tell something.
  static func rateText(_ perMinute: Double) -> String {
    perMinute > 0 && perMinute < 1 ? "<1" : "\(Int(perMinute.rounded()))"
  }

  private static func projects(_ projects: [ProjectCount], columns: Int, rows: Int) -> [Line] {
    let shown = projects.count <= rows ? projects[...] : projects.prefix(max(rows - 1, 0))
    var lines = shown.map { project in
      let count = "\(project.count)"
      let name = CellWidth.clipped(project.project, to: columns - count.count - 2)
      return Line([Span(name.isEmpty ? "(no project)" : name)], right: [Span(count)])
    }
    if shown.count < projects.count {
      let others = projects.dropFirst(shown.count)
      let count = others.reduce(0) { $0 + $1.count }
      lines.append(
        Line([Span("\(others.count) other projects", .dim)], right: [Span("\(count)", .dim)])
      )
    }
    return lines
  }
}

extension Duration {
  /// The duration as a rough guess: `under 1 min`, `4 min`, `2 h`, `3 d`.
  var roughText: String {
    let minutes = Int((seconds / 60).rounded())
    if seconds < 60 { return "under 1 min" }
    if minutes < 90 { return "\(minutes) min" }
    let hours = Int((seconds / 3600).rounded())
    return hours < 48 ? "\(hours) h" : "\(Int((seconds / 86_400).rounded())) d"
  }
}
