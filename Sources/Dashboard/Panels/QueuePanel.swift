internal import QueueEngine

/// What waits for its first delivery: how much, how long, for which projects, and how it changes.
///
/// Where rows are short, the three ways out are told as one, then projects but for their sum.
enum QueuePanel {
  /// Ten minutes in slots of ten seconds.
  private static let widestSparkline = 60
  /// How many rows there must be for the rates to have one of their own.
  private static let rowsForRates = 5
  /// What tells how much time a sparkline spans: ` 10m`.
  private static let spanColumns = 4
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
    lines += flow(model, columns: columns, rows: rows)
    if queue.flaggedCount > 0 {
      lines.append(Line("▲ \(queue.flaggedCount) flagged", .warning))
    }
    let room = max(rows - lines.count, 1)
    return lines + projects(queue.projects, columns: columns, rows: room)
  }

  /// Where it is going, else the time that the sparkline beside it spans.
  ///
  /// What a stale lock or an unreadable file holds up is not on its way to be drained.
  private static func trend(_ model: Model) -> Span {
    let isStuck = model.snapshot.map { $0.lock.state == .stale || $0.queue.state != .ok } ?? false
    switch model.history.trend {
    case .drains where isStuck: return Span("")
    case .grows: return Span("growing", .warning)
    case .drains(let duration): return Span("drained in \(duration.roughText)", .dim)
    case nil: return Span("")
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

  /// How many waited lately, and how many came, were delivered, failed and became dead letters per minute.
  private static func flow(_ model: Model, columns: Int, rows: Int) -> [Line] {
    guard let rates = model.history.ratesPerMinute else {
      return [waited(model, columns: columns)].compactMap(\.self)
    }
    guard rows >= rowsForRates else {
      let (arrived, left) = (rateText(rates.arrived), rateText(rates.left))
      let texts = ["in \(arrived)/min  out \(left)/min", "+\(arrived) -\(left)/min"]
      let text = texts.first {
        columns - CellWidth.of($0) - Line.gap - spanColumns >= narrowestSparkline
      }
      let right = Span(text ?? texts[1], .dim)
      return [waited(model, beside: right, columns: columns)].compactMap(\.self)
    }
    let text = rateText(rates, columns: columns)
    let line = waited(model, beside: trend(model), columns: columns)
    return [line, Line(text, .dim)].compactMap(\.self)
  }

  /// How many waited lately, with the time that this spans.
  private static func waited(_ model: Model, beside right: Span? = nil, columns: Int) -> Line? {
    let taken = right.map { $0.width == 0 ? 0 : $0.width + Line.gap } ?? 0
    let room = min(columns - taken - spanColumns, widestSparkline)
    guard let recent = model.past.recent(.files, columns: room, at: model.now),
      recent.figures.count(where: { $0.flatMap { $0[FileFigure.pending] } != nil }) > 1
    else { return nil }
    let bars = Sparkline.recorded(recent.figures.map { $0.flatMap { $0[FileFigure.pending] } })
    let span = Span(" " + recent.span.shortAgeText, .dim)
    return Line(bars + [span], right: right.map { $0.width == 0 ? [] : [$0] } ?? [])
  }

  /// The rates in a line.
  ///
  /// The words and the gap go by the columns alone, and not by how many digits there are now. Where room is
  /// short, the last of them are left out.
  static func rateText(_ rates: PendingHistory.Rates, columns: Int) -> String {
    let figures = [rates.arrived, rates.delivered, rates.failed, rates.moved].map(rateText)
    let told = { (names: ArraySlice<String>, figures: [String], gap: String) in
      zip(names, figures).map { "\($0) \($1)" }.joined(separator: gap) + "\(gap)/min"
    }
    let words = ["in", "sent", "failed", "dlq"]
    let variants = [("   ", 4), ("  ", 4), (" ", 4), ("  ", 3), (" ", 3), (" ", 2)].map {
      gap,
      count in
      (words.prefix(count), gap)
    }
    let usual = Array(repeating: "99", count: words.count)
    let fitting = variants.filter { CellWidth.of(told($0, usual, $1)) <= columns }
    let texts = fitting.map { told($0, figures, $1) } + [told(words.prefix(2), figures, " ")]
    return texts.first { CellWidth.of($0) <= columns } ?? CellWidth.clipped(texts[0], to: columns)
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
