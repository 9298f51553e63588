internal import QueueEngine

/// The table of the list that is shown: the dead letters, with a countdown to the next retry of each, or
/// what waits in the queue.
enum ListPanel {
  /// Columns before the first one, for the selection and for the marks.
  private static let markColumns = 2
  static let markGlyph = "◆"
  private static let noticeRows = 2
  private static let widestFilter = 40
  /// Below so many rows a notice is one line, so that some of the table is left.
  private static let rowsForLongNotice = 5

  /// The rows of the table in a rectangle with a frame and a heading.
  static func rows(in rect: Rect) -> Int { max(rect.height - 3, 0) }

  /// The columns for the table where the panel has so many.
  static func tableColumns(in rect: Rect, isFramed: Bool = true) -> Int {
    inner(of: rect, isFramed: isFramed).width - markColumns
  }

  private static func inner(of rect: Rect, isFramed: Bool) -> Rect {
    guard !isFramed else { return rect.inset(columns: PanelFrame.padding, rows: 1) }
    // The selection stands at the edge.
    return Rect(x: rect.x, y: rect.y, width: max(rect.width - 1, 0), height: rect.height)
  }

  static func draw(
    _ model: Model,
    in rect: Rect,
    isFramed: Bool = true,
    on canvas: inout Canvas
  ) {
    let isFocused = model.focus == .deadLetters
    let list = model.list
    if isFramed {
      _ = PanelFrame.draw(
        title(model, columns: PanelFrame.titleColumns(in: rect)),
        trailing: list.isEmpty ? [] : [Span(order(model), .dim)],
        in: rect,
        isFocused: isFocused,
        on: &canvas
      )
    }
    let inner = inner(of: rect, isFramed: isFramed)
    guard model.snapshot != nil else { return }
    let notice = notice(model, in: inner)
    if let notice { canvas.draw(notice.lines, in: inner) }
    let body = inner.dropping(rows: notice?.lines.count ?? 0)
    guard list.shownCount > 0 else {
      canvas.draw(emptiness(model, isNoted: notice != nil, columns: body.width), in: body)
      return
    }
    if list.isGrouped {
      GroupTable.draw(model, in: body, mark: markColumns, on: &canvas)
      if isFramed, list.file == .deadLetters { GroupTable.drawRibbon(model, in: rect, on: &canvas) }
    } else {
      drawTable(model, in: body, on: &canvas)
    }
    if notice != nil { canvas.restyle(body) { $0 = Style(.dim, selected: $0.isSelected) } }
    guard isFramed else { return }
    PanelFrame.drawThumb(
      first: list.isGrouped ? list.groups.top : list.top,
      shown: max(body.height - 1, 0),
      of: list.isGrouped ? list.groups.groups.count : list.shownCount,
      in: Rect(x: rect.endX - 1, y: body.y + 1, width: 1, height: max(body.height - 1, 0)),
      isFocused: isFocused,
      on: &canvas
    )
  }

  /// What stands in place of rows, and what to do about it.
  private static func emptiness(_ model: Model, isNoted: Bool, columns: Int) -> Line {
    let list = model.list
    guard list.isEmpty else {
      if list.isLookingThroughContents { return Line("looking through the contents …", .dim) }
      let way = model.keymap.label(of: .back, model.charset).map { "; \($0) clears it" } ?? ""
      let none = "the filter shows none of \(list.count)\(way)"
      let hint = list.filter.contentHint.map { Line("\(none); \($0)", .warning) }
      return .fitting(columns, [hint, Line(none, .warning)].compactMap(\.self))
    }
    if isNoted { return .empty }
    if list.file == .queue, !model.isQueueRead { return Line("reading the queue …", .dim) }
    let (words, meaning) =
      switch list.file {
      case .queue:
        ("● nothing waits", "what a hook or mem0top enqueue adds stands here until it is delivered")
      case .deadLetters:
        (
          "● no dead letters",
          "what fails five times in a row comes here, and is tried again for ever"
        )
      }
    let fact = Span(words, .ok)
    return .fitting(columns, [Line([fact, Span("   \(meaning)", .dim)]), Line([fact])])
  }

  private static func notice(_ model: Model, in inner: Rect) -> ReadingNotice? {
    guard let snapshot = model.snapshot else { return nil }
    let rows =
      model.list.isEmpty ? inner.height : inner.height < rowsForLongNotice ? 1 : noticeRows
    let columns = inner.width
    return switch model.shownList {
    case .queue:
      ReadingNotice(
        snapshot.queue,
        named: "queue file",
        hasContent: !model.list.isEmpty,
        model: model,
        columns: columns,
        rows: rows
      )
    case .deadLetters:
      ReadingNotice(
        snapshot.deadLetters,
        named: "dead-letter file",
        model: model,
        columns: columns,
        rows: rows
      )
    }
  }

  /// What lies at a place of the table.
  enum Spot: Hashable {
    /// The heading of a column that can be sorted by.
    case heading(ItemSort.Column)
    /// A row of the list, the first being 0.
    case row(Int)
  }

  /// What lies at a place of the panel; `nil` where nothing does.
  static func spot(
    at place: Point,
    _ model: Model,
    in rect: Rect,
    isFramed: Bool = true
  ) -> Spot? {
    let inner = inner(of: rect, isFramed: isFramed)
    let list = model.list
    guard model.snapshot != nil, list.shownCount > 0 else { return nil }
    let body = inner.dropping(rows: notice(model, in: inner)?.lines.count ?? 0)
    guard body.contains(place) else { return nil }
    if list.isGrouped {
      let row = list.groups.top + place.y - body.y - 1
      return place.y > body.y && row < list.groups.groups.count ? .row(row) : nil
    }
    guard place.y > body.y else {
      let x = place.x - body.x - markColumns
      let columns = ItemTable.layout(of: list.file, in: body.width - markColumns).columns
      // What stands between two headings belongs to the left one, as the bar of a countdown does.
      return columns.last { $0.x <= x && $0.column.order != nil }?.column.order.map(Spot.heading)
    }
    let row = top(of: list, rows: body.height - 1) + place.y - body.y - 1
    return row < list.shownCount ? .row(row) : nil
  }

  private static func order(_ model: Model) -> String {
    if model.list.isGrouped { return "by count ▼" }
    let sort = model.list.sort
    let arrow = sort.isReversed ? "▼" : model.charset == .unicode ? "▲" : "^"
    return "by \(sort.column.title(in: model.shownList)) \(arrow)"
  }

  /// How many there are and what the filter shows of them, in a few words.
  static func shortFacts(_ model: Model) -> [Span] {
    let list = model.deadLetters
    guard model.snapshot?.deadLetters.state == .ok || !list.isEmpty else {
      let word = StateWord.file(model.snapshot?.deadLetters.state ?? .missing)
      return [Span(word.role == .critical ? "\(word.mark) dead letters" : "0 dead", word.role)]
    }
    guard list.isFiltered else { return [Span("\(list.count) dead", list.isEmpty ? .dim : .text)] }
    return [Span("\(list.shownCount) of \(list.count) dead", .accent, bold: true)]
  }

  /// What the title says, as a sentence of plain text.
  static func summary(_ model: Model) -> String {
    title(model, columns: .max).map(\.text).joined()
  }

  /// The name and what matters most of all rows, as far as it fits.
  private static func title(_ model: Model, columns: Int) -> [Span] {
    let list = model.list
    let isOutdated =
      (list.file == .queue ? model.snapshot?.queue.state : model.snapshot?.deadLetters.state) != .ok
    let role: Role = isOutdated ? .dim : .text
    let facts =
      list.isFiltered ? filteredFacts(model, columns: columns) : facts(model).map { Span($0, role) }
    let variants = (0...facts.count).reversed().map { count in
      let shown = facts.prefix(count).enumerated().flatMap { index, fact in
        [Span(index == 0 ? "  " : " · ", role), fact]
      }
      let name = [Span(name(of: list.file), .title)] + model.changeMark(of: panel(of: list.file))
      return Line(name + shown)
    }
    return Line.fitting(columns, variants).left
  }

  /// The panel that tells of a list, and what the table of it is called.
  private static func panel(of file: ListFile) -> Panel { file == .queue ? .queue : .deadLetters }
  private static func name(of file: ListFile) -> String { panel(of: file).title }

  private static func facts(_ model: Model) -> [String] {
    let list = model.list
    var facts: [String] = []
    if list.isGrouped, !list.isEmpty {
      let count = list.groups.groups.count
      facts.append("\(list.count) in \(count) \(list.grouping.word(for: count))")
    } else if !list.isEmpty {
      facts.append("\(list.count)")
    }
    if !list.marks.isEmpty { facts.append("\(list.marks.count) marked") }
    guard list.file == .deadLetters else {
      if list.failedCount > 0 { facts.append("\(list.failedCount) failed before") }
      return facts
    }
    if let pace = model.paceText { facts.append(pace) }
    let due = list.dueCount(at: model.now)
    if due > 0 { facts.append("\(due) due") }
    if let next = list.nextDue(at: model.now) { facts.append("next \(next.countdownText)") }
    return facts
  }

  /// How many the filter shows, and the filter: whoever sees few rows sees why.
  private static func filteredFacts(_ model: Model, columns: Int) -> [Span] {
    let list = model.list
    let count = "\(list.shownCount) of \(list.count)"
    let taken = CellWidth.of(name(of: list.file)) + 2 + count.utf8.count + 3
    let room = max(min(columns - taken, widestFilter), 2)
    let marked = list.marks.isEmpty ? [] : [Span("\(list.marks.count) marked")]
    return [
      Span(count), Span(CellWidth.clipped(list.filterText("/"), to: room), .accent, bold: true),
    ] + marked
  }

  private static func drawTable(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    guard rect.height > 0 else { return }
    let (list, causes) = (model.list, model.shownCauses)
    let layout = ItemTable.layout(of: list.file, in: rect.width - markColumns)
    let start = rect.x + markColumns
    layout.drawHeadings(
      at: Point(x: start, y: rect.y),
      orderedBy: list.sort.column,
      on: &canvas
    )
    let rows = rect.dropping(rows: 1)
    let top = top(of: list, rows: rows.height)
    for index in 0..<rows.height {
      guard let position = list.index(atRow: top + index) else { break }
      let item = list.items[position]
      let row = ItemRow(
        item: item,
        cause: causes.text(for: item),
        preview: list.previews.text(of: item),
        now: model.now
      )
      let y = rows.y + index
      layout.draw(row, at: Point(x: start, y: y), on: &canvas)
      if list.marks.contains(index: position) {
        canvas.draw(markGlyph, at: Point(x: rows.x + 1, y: y), Style(.accent, bold: true))
      }
      if top + index == list.selectedRow { select(rows.row(index), model, on: &canvas) }
    }
  }

  /// The first row that is shown.
  ///
  /// A notice takes rows that `update` does not know of: the selected row is shown all the same.
  private static func top(of list: ItemList, rows: Int) -> Int {
    max(list.top, list.selectedRow - rows + 1)
  }

  static func select(_ row: Rect, _ model: Model, on canvas: inout Canvas) {
    let isFocused = model.focus == .deadLetters
    canvas.draw("▌", at: Point(x: row.x, y: row.y), Style(isFocused ? .accent : .dim, bold: true))
    guard isFocused else { return }
    canvas.restyle(row) { $0.isSelected = true }
  }
}
