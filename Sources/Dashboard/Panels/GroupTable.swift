internal import QueueEngine

/// A list by cause or by project: why it is stuck, in a few rows.
enum GroupTable {
  private static let gap = 2

  /// One column: its heading, how wide it is, whether numbers stand in it, and when it is dropped.
  private struct Column {
    let title: String
    let width: Int
    var isRight = false
    /// Where room is short, the highest goes first; 0 stays.
    let dropRank: Int
    /// Its text in a row, and its role.
    let span: (ItemGroup, Timestamp) -> Span
  }

  /// Draws the heading and the groups into a rectangle, below the selection's columns.
  static func draw(_ model: Model, in rect: Rect, mark: Int, on canvas: inout Canvas) {
    guard rect.height > 0 else { return }
    let list = model.list
    let (columns, nameColumns) = columns(list.grouping, list.file, room: rect.width - mark)
    let start = rect.x + mark
    var x = start
    for (index, column) in columns.enumerated() {
      let width = index == 1 ? nameColumns : column.width
      draw(
        Span(column.title, .heading, bold: true),
        column,
        width,
        Point(x: x, y: rect.y),
        on: &canvas
      )
      x += width + gap
    }
    let rows = rect.dropping(rows: 1)
    let groups = list.groups
    for place in 0..<rows.height {
      guard groups.top + place < groups.groups.count else { break }
      let group = groups.groups[groups.top + place]
      x = start
      for (index, column) in columns.enumerated() {
        let width = index == 1 ? nameColumns : column.width
        draw(
          column.span(group, model.now),
          column,
          width,
          Point(x: x, y: rows.y + place),
          on: &canvas
        )
        x += width + gap
      }
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

  private static func draw(
    _ span: Span,
    _ column: Column,
    _ width: Int,
    _ place: Point,
    on canvas: inout Canvas
  ) {
    let slack = column.isRight ? max(width - span.width, 0) : 0
    canvas.draw([span], at: Point(x: place.x + slack, y: place.y), maxWidth: width - slack)
  }

  /// The columns that fit, and how wide the second one is, which has the name.
  private static func columns(
    _ grouping: Grouping,
    _ list: ListFile,
    room: Int
  ) -> ([Column], Int) {
    var kept = all(grouping, list)
    let used = { (columns: [Column]) in
      columns.enumerated().reduce(0) { $0 + ($1.offset == 1 ? 0 : $1.element.width) }
        + gap * (columns.count - 1)
    }
    while room - used(kept) < kept[1].width, let rank = kept.map(\.dropRank).max(), rank > 0 {
      kept.removeAll { $0.dropRank == rank }
    }
    return (kept, max(room - used(kept), 1))
  }

  private static func all(_ grouping: Grouping, _ list: ListFile) -> [Column] {
    let isQueue = list == .queue
    return [
      Column(title: "COUNT", width: 6, isRight: true, dropRank: 0) { group, _ in
        Span("\(group.count)", bold: true)
      },
      Column(title: grouping == .cause ? "CAUSE" : "PROJECT", width: 24, dropRank: 0) { group, _ in
        Span(group.key.name)
      },
      Column(
        title: grouping == .cause ? "PROJECTS" : "CAUSES",
        width: 28,
        dropRank: 2
      ) { group, _ in
        Span(group.otherText, .dim)
      },
      Column(title: isQueue ? "OLDEST" : "FIRST SEEN", width: 10, isRight: true, dropRank: 3) {
        group,
        now in
        group.firstSeen.map { Span((now - $0).ageText) } ?? Span("–", .dim)
      },
      Column(title: isQueue ? "NEWEST" : "LAST SEEN", width: 9, isRight: true, dropRank: 1) {
        group,
        now in
        group.lastSeen.map { Span((now - $0).ageText) } ?? Span("–", .dim)
      },
    ] + (isQueue ? [] : [next])
  }

  private static var next: Column {
    Column(title: "NEXT", width: 7, isRight: true, dropRank: 0) { group, now in
      let due = group.due(at: now)
      if due.count > 0 { return Span("\(due.count) due", .accent, bold: true) }
      return Span(due.next?.countdownText ?? "–")
    }
  }
}
