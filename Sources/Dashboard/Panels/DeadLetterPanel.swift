internal import QueueEngine

/// The table of dead letters, with a countdown to the next retry of each.
enum DeadLetterPanel {
  /// Columns before the first one, for the selection and for the marks.
  private static let markColumns = 2
  static let markGlyph = "◆"
  private static let noticeRows = 2
  /// Below so many rows a notice is one line, so that some of the table is left.
  private static let rowsForLongNotice = 5

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let isFocused = model.focus == .deadLetters
    let list = model.deadLetters
    let inner = PanelFrame.draw(
      title(model, columns: PanelFrame.titleColumns(in: rect)),
      trailing: list.isEmpty ? [] : [Span(order(model.charset), .dim)],
      in: rect,
      isFocused: isFocused,
      on: &canvas
    )
    guard let reading = model.snapshot?.deadLetters else { return }
    let notice = ReadingNotice(
      reading,
      named: "dead-letter file",
      model: model,
      columns: inner.width,
      rows: list.isEmpty
        ? inner.height : inner.height < rowsForLongNotice ? 1 : noticeRows
    )
    if let notice { canvas.draw(notice.lines, in: inner) }
    let body = inner.dropping(rows: notice?.lines.count ?? 0)
    guard !list.isEmpty else {
      if notice == nil { canvas.draw(Line("● no dead letters", .ok), in: body) }
      return
    }
    drawTable(model, in: body, on: &canvas)
    if notice != nil { canvas.restyle(body) { $0 = Style(.dim, selected: $0.isSelected) } }
    PanelFrame.drawThumb(
      first: list.top,
      shown: max(body.height - 1, 0),
      of: list.count,
      in: Rect(x: rect.endX - 1, y: body.y + 1, width: 1, height: max(body.height - 1, 0)),
      isFocused: isFocused,
      on: &canvas
    )
  }

  private static func order(_ charset: Charset) -> String {
    "by next retry " + (charset == .unicode ? "▲" : "^")
  }

  /// The name and what matters most of all rows, as far as it fits.
  private static func title(_ model: Model, columns: Int) -> [Span] {
    let list = model.deadLetters
    var facts: [String] = []
    if !list.isEmpty { facts.append("\(list.count)") }
    if !model.marks.isEmpty { facts.append("\(model.marks.count) marked") }
    let due = list.dueCount(at: model.now)
    if due > 0 { facts.append("\(due) due") }
    if let next = list.nextDue(at: model.now) { facts.append("next \(next.countdownText)") }
    let isOutdated = model.snapshot?.deadLetters.state != .ok
    let variants = (0...facts.count).reversed().map { count in
      let text = count == 0 ? "" : "  " + facts.prefix(count).joined(separator: " · ")
      return Line([
        Span(Panel.deadLetters.title, .title), Span(text, isOutdated ? .dim : .text),
      ])
    }
    return Line.fitting(columns, variants).left
  }

  private static func drawTable(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    guard rect.height > 0 else { return }
    let columns = DeadLetterColumn.placed(in: rect.width - markColumns)
    let start = rect.x + markColumns
    let isShort = !columns.contains { $0.column.title.isEmpty }
    for placed in columns {
      draw(
        [
          Span(
            isShort ? placed.column.shortTitle ?? placed.column.title : placed.column.title,
            .heading
          )
        ],
        in: placed,
        at: Point(x: start, y: rect.y),
        on: &canvas
      )
    }
    let list = model.deadLetters
    let rows = rect.dropping(rows: 1)
    // A notice takes rows that `update` does not know of: the selected row is shown all the same.
    let top = max(list.top, list.selectedRow - rows.height + 1)
    for index in 0..<rows.height {
      guard let position = list.index(atRow: top + index) else { break }
      let item = list.items[position]
      let row = DeadLetterRow(item: item, cause: model.cause(of: item), now: model.now)
      let place = Point(x: start, y: rows.y + index)
      for placed in columns {
        draw(placed.column.spans(row, placed.width), in: placed, at: place, on: &canvas)
      }
      if model.marks.contains(index: position) {
        canvas.draw(markGlyph, at: Point(x: rows.x + 1, y: place.y), Style(.accent, bold: true))
      }
      if top + index == list.selectedRow { select(rows.row(index), model, on: &canvas) }
    }
  }

  private static func draw(
    _ spans: [Span],
    in placed: DeadLetterColumn.Placed,
    at start: Point,
    on canvas: inout Canvas
  ) {
    let width = spans.reduce(0) { $0 + $1.width }
    let slack = placed.column.alignment == .right ? max(placed.width - width, 0) : 0
    // A heading may reach over the bar beside its column, which has none of its own.
    let isHeading = spans.first?.style.role == .heading
    canvas.draw(
      spans,
      at: Point(x: start.x + placed.x + slack, y: start.y),
      maxWidth: isHeading ? max(width, placed.width) : placed.width
    )
  }

  private static func select(_ row: Rect, _ model: Model, on canvas: inout Canvas) {
    let isFocused = model.focus == .deadLetters
    canvas.draw("▌", at: Point(x: row.x, y: row.y), Style(isFocused ? .accent : .dim, bold: true))
    guard isFocused else { return }
    canvas.restyle(row) { $0.isSelected = true }
  }
}
