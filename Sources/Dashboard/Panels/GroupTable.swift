internal import QueueEngine

/// A list by cause or by project: why it is stuck, in a few rows.
enum GroupTable {
  typealias Column = TableColumn<(group: ItemGroup, now: Timestamp), Never>

  /// Draws the heading and the groups into a rectangle, below the selection's columns.
  static func draw(_ model: Model, in rect: Rect, mark: Int, on canvas: inout Canvas) {
    guard rect.height > 0 else { return }
    let list = model.list
    let layout = TableLayout(columns(list.grouping, list.file), in: rect.width - mark)
    let start = rect.x + mark
    layout.drawHeadings(at: Point(x: start, y: rect.y), on: &canvas)
    let rows = rect.dropping(rows: 1)
    let groups = list.groups
    for place in 0..<rows.height {
      guard groups.top + place < groups.groups.count else { break }
      let group = groups.groups[groups.top + place]
      layout.draw((group, model.now), at: Point(x: start, y: rows.y + place), on: &canvas)
      if group.members.allSatisfy({ list.marks.contains(index: $0) }) {
        let place = Point(x: rows.x + 1, y: rows.y + place)
        canvas.draw(ListPanel.markGlyph, at: place, Style(.accent, bold: true))
      }
      if groups.top + place == groups.selectedRow {
        ListPanel.select(rows.row(place), model, on: &canvas)
      }
    }
  }

  /// How many retries come in the next hour, on the lower edge of the panel: a herd is seen before it comes.
  static func drawRibbon(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let due = model.deadLetters.dueCount(at: model.now)
    let lead = " coming retries  \(due > 0 ? "\(due) due  " : "")now "
    let end = " 1 h "
    let room = min(rect.width - CellWidth.of(lead) - CellWidth.of(end) - 4, 120)
    guard room >= 12 else { return }
    let counts = model.deadLetters.comingRetries(within: .seconds(3600), parts: room, at: model.now)
    canvas.draw(
      [Span(lead, .dim)] + Sparkline.spans(counts.map(Double.init), columns: room, floor: 4)
        + [Span(end, .dim)],
      at: Point(x: rect.x + 2, y: rect.endY - 1),
      maxWidth: rect.width - 4
    )
  }

  private static func columns(_ grouping: Grouping, _ list: ListFile) -> [Column] {
    let isQueue = list == .queue
    let columns = [
      Column(title: "COUNT", alignment: .right, width: 6...6, dropRank: 0) { row, _ in
        [Span("\(row.group.count)", bold: true)]
      },
      Column(
        title: grouping == .cause ? "CAUSE" : "PROJECT",
        width: 24...400,
        dropRank: 0
      ) { row, _ in
        [Span(row.group.key.name)]
      },
      Column(title: grouping == .cause ? "PROJECTS" : "CAUSES", width: 28...28, dropRank: 2) {
        row,
        _ in
        [Span(row.group.otherText, .dim)]
      },
      age(isQueue ? "OLDEST" : "FIRST SEEN", width: 10, dropRank: 3, \.firstSeen),
      age(isQueue ? "NEWEST" : "LAST SEEN", width: 9, dropRank: 1, \.lastSeen),
    ]
    return isQueue ? columns : columns + [next]
  }

  private static func age(
    _ title: String,
    width: Int,
    dropRank: Int,
    _ moment: @escaping @Sendable (ItemGroup) -> Timestamp?
  ) -> Column {
    Column(title: title, alignment: .right, width: width...width, dropRank: dropRank) { row, _ in
      [moment(row.group).map { Span((row.now - $0).ageText) } ?? Span("–", .dim)]
    }
  }

  private static let next = Column(title: "NEXT", alignment: .right, width: 7...7, dropRank: 0) {
    row,
    _ in
    let due = row.group.due(at: row.now)
    if due.count > 0 { return [Span("\(due.count) due", .accent, bold: true)] }
    return [Span(due.next?.countdownText ?? "–")]
  }
}
