internal import QueueEngine

/// The end of the worker's log, one line each, following or held; lines of our own run stand out.
///
/// Stamps are dim and in local time, and only what happened has a colour; what repeats is one line.
enum LogPanel {
  /// What stands before each line that our run of the worker wrote.
  static let runGutter = Span("run│ ", .accent)

  static func draw(
    _ model: Model,
    in rect: Rect,
    isFramed: Bool = true,
    on canvas: inout Canvas
  ) {
    let isFocused = model.focus == .log
    let rows = model.logRows
    let feed = model.logFeed
    let window = model.logScroll.window(of: feed, rows: rows)
    var inner = rect
    inner.x += 1
    inner.width = max(rect.width - 2, 0)
    if isFramed {
      inner = PanelFrame.draw(
        title(model, newer: newer(than: window, in: feed)),
        in: rect,
        isFocused: isFocused,
        on: &canvas
      )
    }
    guard let reading = model.snapshot?.log else { return }
    let notice = ReadingNotice(
      reading,
      named: "log file",
      model: model,
      columns: inner.width,
      rows: min(rows, 2)
    )
    if let notice { canvas.draw(notice.lines, in: inner) }
    let lines = inner.dropping(rows: notice?.lines.count ?? 0)
    if feed.rows.isEmpty, feed.count > 0 {
      canvas.draw(Line("no line holds what is looked for; Esc shows all", .warning), in: lines)
    }
    let stamps = LogStamps(feed, window, model, columns: inner.width)
    let selected = isFocused ? model.logScroll.selectedRow(of: feed) : nil
    let shown = window.suffix(max(lines.height, 0))
    for (place, row) in shown.enumerated() {
      let isDim = notice != nil && !feed.entries[feed.rows[row].last].isFromRun
      let line = line(feed.rows[row], feed, stamps, model, isDim: isDim, columns: lines.width)
      canvas.draw(line, in: lines.row(place))
      if row == selected { canvas.restyle(lines.row(place)) { $0.isSelected = true } }
    }
    guard isFramed else { return }
    PanelFrame.drawThumb(
      first: window.lowerBound,
      shown: window.count,
      of: feed.rows.count,
      in: Rect(x: rect.endX - 1, y: rect.y + 1, width: 1, height: rows),
      isFocused: isFocused,
      on: &canvas
    )
  }

  /// The row of the log at a place of the panel; `nil` where there is none.
  static func row(at place: Point, _ model: Model, in rect: Rect, isFramed: Bool) -> Int? {
    let window = model.logScroll.window(of: model.logFeed, rows: model.logRows)
    let row = window.lowerBound + place.y - rect.y - (isFramed ? 1 : 0)
    return window.contains(row) ? row : nil
  }

  private static func line(
    _ row: LogFeed.Row,
    _ feed: LogFeed,
    _ stamps: LogStamps,
    _ model: Model,
    isDim: Bool,
    columns: Int
  ) -> Line {
    let entry = feed.entries[row.figures > 0 ? row.first : row.last]
    let role = isDim ? .dim : role(of: entry.line.kind)
    let event = Span(aligned(entry.line.event), role)
    let lead = stamps.span(entry.line.time) + (entry.isFromRun ? [runGutter] : [])
    let left = lead + Highlight.spans(of: event, model.search) + figures(row, feed, model)
    guard row.count > 1 else { return Line(left) }
    let first = feed.entries[row.first].line.time.map { " since \(stamps.shortText($0))" } ?? ""
    let whole = ["×\(row.count)\(first)", "×\(row.count)"].map {
      Line(left, right: [Span($0, .dim)])
    }
    if let line = whole.first(where: { $0.width <= columns }) { return line }
    // How often it came is worth more than its end.
    let told = "×\(row.count)"
    let room = columns - lead.reduce(0) { $0 + $1.width } - told.count - Line.gap
    return Line(
      lead + [Span(CellWidth.clipped(event.text, to: room), role)],
      right: [Span(told, .dim)]
    )
  }

  /// What a run came to, behind its end.
  private static func figures(_ row: LogFeed.Row, _ feed: LogFeed, _ model: Model) -> [Span] {
    guard row.figures > 0 else { return [] }
    let texts = feed.entries[row.first + 1...row.last].map { entry in
      String(entry.line.event.drop { $0 == " " })
    }
    return Highlight.spans(of: Span(" " + texts.joined(separator: " · "), .dim), model.search)
  }

  /// The event with a mark of one column made as wide as most are, so that words stand below each other.
  private static func aligned(_ event: Substring) -> String {
    let scalars = event.unicodeScalars
    guard let mark = scalars.first, !mark.isASCII, !mark.properties.isAlphabetic,
      CellWidth.of(mark) == 1
    else { return String(event) }
    let rest = scalars.dropFirst().drop { CellWidth.of($0) == 0 }
    guard rest.first == " " else { return String(event) }
    return String(scalars.prefix(1)) + " " + String(rest)
  }

  private static func newer(than window: Range<Int>, in feed: LogFeed) -> Int {
    feed.rows[window.upperBound...].reduce(0) { $0 + $1.count }
  }

  private static func title(_ model: Model, newer: Int) -> [Span] {
    let path = model.settings.files.log
    let name = Scrubber.scrub(String(path.split(separator: "/").last ?? ""))
    var text = "  \(name)"
    if model.snapshot?.log.content != nil || model.logFeed.count > 0 {
      switch model.logScroll {
      case .following: text += " · following"
      case .held:
        text +=
          newer > 0
          ? " · scrolled back, \(newer) newer line\(newer == 1 ? "" : "s")" : " · line selected"
      }
    }
    let spans =
      [Span(Panel.log.title, .title)] + model.changeMark(of: .log) + [Span(text, .dim)]
      + searchTitle(model)
    guard let run = model.workerRun, run.isRunning else { return spans }
    return spans + [Span(" · running \((model.now - run.startedAt).ageText)", .accent)]
  }

  /// What is looked for, and whether the rest is hidden.
  private static func searchTitle(_ model: Model) -> [Span] {
    guard !model.search.isEmpty else { return [] }
    let sign = model.isLogNarrowed ? "&" : "/"
    return [Span(" · ", .dim), Span(sign + model.search.text, .accent, bold: true)]
  }

  static func role(of kind: LogLine.Kind) -> Role {
    switch kind {
    case .synced, .recovered: .ok
    case .retry, .deadLetterRetry: .warning
    case .movedToDeadLetters, .gaveUp, .refused, .failed: .critical
    case .waiting, .traceback: .dim
    case .done, .figure: .accent
    case .uploadFailed: .warning
    case .other: .text
    }
  }
}

/// The times before the lines of a log, all in columns of one width.
struct LogStamps {
  /// Where the panel is narrower, seconds are left out.
  private static let columnsForSeconds = 60
  private static let gap = 2

  private let now: Timestamp
  private let zoneOffset: Duration
  private let hasDays: Bool
  private let hasSeconds: Bool
  /// How wide they are; 0 where no line has a time.
  private let columns: Int

  init(_ feed: LogFeed, _ window: Range<Int>, _ model: Model, columns room: Int) {
    (now, zoneOffset) = (model.now, model.zoneOffset)
    hasSeconds = room >= Self.columnsForSeconds
    let today = Self.dayNumber(model.now, zoneOffset)
    hasDays = window.contains { row in
      let time = feed.entries[feed.rows[row].last].line.time
      return time.map { Self.dayNumber($0, model.zoneOffset) != today } ?? false
    }
    let clock = hasSeconds ? "00:00:00" : "00:00"
    columns = feed.hasTimes ? clock.count + (hasDays ? "01-01 ".count : 0) + Self.gap : 0
  }

  func span(_ time: Timestamp?) -> [Span] {
    guard columns > 0 else { return [] }
    return [Span((time.map(text) ?? "").leftAligned(in: columns), .dim)]
  }

  /// The time without seconds, with its day where that is not today's.
  func shortText(_ time: Timestamp) -> String {
    let clock = String(time.clockText(zoneOffset: zoneOffset).prefix(5))
    let isToday = Self.dayNumber(time, zoneOffset) == Self.dayNumber(now, zoneOffset)
    return isToday ? clock : "\(Self.day(time, zoneOffset)) \(clock)"
  }

  private func text(_ time: Timestamp) -> String {
    let clock = time.clockText(zoneOffset: zoneOffset)
    let told = hasSeconds ? clock : String(clock.prefix(5))
    return hasDays ? "\(Self.day(time, zoneOffset)) \(told)" : told
  }

  private static func dayNumber(_ time: Timestamp, _ zoneOffset: Duration) -> Double {
    ((time.secondsSinceEpoch + zoneOffset.seconds) / 86_400).rounded(.down)
  }

  /// Month and day, `11-30`.
  private static func day(_ time: Timestamp, _ zoneOffset: Duration) -> String {
    String((time + zoneOffset).iso8601.prefix(10).suffix(5))
  }
}
