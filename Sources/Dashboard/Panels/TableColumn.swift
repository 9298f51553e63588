/// One column of a table: its heading, how wide it may be, and what it shows of a row.
///
/// `Order` names by what the rows of the table can be sorted; `Never` where they cannot be.
struct TableColumn<Row, Order: Hashable & Sendable>: Sendable {
  enum Alignment: Sendable {
    case left, right
  }

  let title: String
  /// The heading where the other one does not fit.
  var shortTitle: String?
  /// The order in which this column ascends; `nil` where there is none.
  var order: Order?
  var alignment = Alignment.left
  /// The columns of the screen below which it is dropped, and those beyond which it does not grow.
  let width: ClosedRange<Int>
  /// How wide it is before others get more.
  var comfort = 0
  /// Who gets room to spare first: the lowest.
  var growthRank = 5
  /// Where room is short, the highest goes first; 0 stays.
  let dropRank: Int
  /// Blanks between it and the column before it.
  var gap = 2
  /// It takes what the others leave.
  var isRest = false
  /// How wide it gets beside a column that takes the rest; `nil` for as wide as elsewhere.
  var widestBesideRest: Int?
  /// Whether it stands in a table that is written as text.
  var isWritten = true
  /// What is written of a row, where that is not what is shown.
  var text: (@Sendable (Row) -> String)?
  /// What it shows of a row, given its width.
  let spans: @Sendable (Row, Int) -> [Span]

  var least: Int { width.lowerBound }
  var comfortable: Int { min(max(width.lowerBound, comfort), width.upperBound) }

  /// What it says of a row as plain text.
  func plainText(of row: Row) -> String {
    text?(row) ?? spans(row, comfortable).map(\.text).joined()
  }
}

/// The columns of a table that fit into so much room, and where they stand.
struct TableLayout<Row, Order: Hashable & Sendable> {
  typealias Column = TableColumn<Row, Order>

  struct Placed {
    let column: Column
    let x: Int
    let width: Int
  }

  let columns: [Placed]

  /// Drops columns until the others fit, and gives these what is left over.
  ///
  /// - Parameters:
  ///   - all: The columns from left to right.
  ///   - room: The columns of the screen.
  ///   - firstToNarrow: Columns of a higher rank are dropped as soon as not all have their comfort; the
  ///     others are narrowed first.
  init(_ all: [Column], in room: Int, firstToNarrow: Int = 0) {
    var kept = all
    while Self.total(kept, \.comfortable) > room, Self.dropHighest(of: &kept, above: firstToNarrow)
    {}
    while Self.total(kept, \.least) > room, Self.dropHighest(of: &kept, above: 0) {}
    var widths = kept.map(\.least)
    var spare = room - Self.total(kept, \.least)
    let hasRest = kept.contains { $0.isRest }
    let most: (Column) -> Int = { (hasRest ? $0.widestBesideRest : nil) ?? $0.width.upperBound }
    let byGrowth = kept.indices.sorted {
      (kept[$0].growthRank, $0) < (kept[$1].growthRank, $1)
    }
    for limit in [\.comfortable, most] {
      for index in byGrowth where spare > 0 {
        let growth = max(min(spare, limit(kept[index]) - widths[index]), 0)
        widths[index] += growth
        spare -= growth
      }
    }
    if spare < 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
      widths[widest] = max(widths[widest] + spare, 1)
    }
    var x = 0
    columns = zip(kept, widths).enumerated().map { index, entry in
      let (column, width) = entry
      if index > 0 { x += column.gap }
      defer { x += width }
      return Placed(column: column, x: x, width: width)
    }
  }

  /// The columns of the screen from the first to the last.
  var width: Int { columns.last.map { $0.x + $0.width } ?? 0 }

  /// Whether there is room for the column that takes the rest.
  var showsRest: Bool { columns.contains { $0.column.isRest } }

  /// Draws the headings, that of the present order in another colour.
  func drawHeadings(at start: Point, orderedBy order: Order? = nil, on canvas: inout Canvas) {
    for placed in columns {
      let column = placed.column
      let isShort = CellWidth.of(column.title) > placed.width
      let isOrder = order != nil && column.order == order
      let title = isShort ? column.shortTitle ?? column.title : column.title
      draw(
        [Span(title, isOrder ? .accent : .heading, bold: isOrder)],
        in: placed,
        at: start,
        on: &canvas
      )
    }
  }

  /// Draws what the columns show of a row.
  func draw(_ row: Row, at start: Point, on canvas: inout Canvas) {
    for placed in columns {
      draw(placed.column.spans(row, placed.width), in: placed, at: start, on: &canvas)
    }
  }

  private func draw(
    _ spans: [Span],
    in placed: Placed,
    at start: Point,
    on canvas: inout Canvas
  ) {
    let isRight = placed.column.alignment == .right
    let slack = isRight ? max(placed.width - spans.reduce(0) { $0 + $1.width }, 0) : 0
    canvas.draw(
      spans,
      at: Point(x: start.x + placed.x + slack, y: start.y),
      maxWidth: placed.width - slack
    )
  }

  private static func total(_ columns: [Column], _ width: (Column) -> Int) -> Int {
    columns.enumerated().reduce(0) { sum, entry in
      sum + width(entry.element) + (entry.offset > 0 ? entry.element.gap : 0)
    }
  }

  /// Drops the columns of the highest rank, where that is above this one; whether there were any.
  private static func dropHighest(of columns: inout [Column], above rank: Int) -> Bool {
    guard let highest = columns.map(\.dropRank).max(), highest > rank else { return false }
    columns.removeAll { $0.dropRank == highest }
    return true
  }
}
