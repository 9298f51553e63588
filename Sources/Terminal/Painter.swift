internal import CNcurses
internal import Dashboard

/// Gives curses the cells in which a canvas differs from the one before.
@MainActor
struct Painter {
  private let palette: Palette
  private var shown: Canvas?

  init(palette: Palette) {
    self.palette = palette
  }

  /// Forgets what is shown, so that the next canvas is drawn whole.
  mutating func forget() {
    shown = nil
  }

  /// Draws what differs; `shown` is a canvas of the same size or none.
  mutating func paint(_ canvas: Canvas) {
    let previous = shown.flatMap { $0.size == canvas.size ? $0 : nil }
    let columns = canvas.size.columns
    for row in 0..<canvas.size.rows {
      let whole = row * columns..<(row + 1) * columns
      let span = previous.map { canvas.changes(inRow: row, since: $0) } ?? whole
      if let span, !span.isEmpty { draw(span, of: canvas, row: row) }
    }
    shown = canvas
  }

  private func draw(_ span: Range<Int>, of canvas: Canvas, row: Int) {
    var drawn: [cchar_t] = []
    drawn.reserveCapacity(span.count)
    var filled = cchar_t()
    /// The cell that `filled` shows; most are like the one before.
    var shown: Cell?
    var index = span.lowerBound
    while index < span.upperBound {
      let cell = canvas.cells[index]
      let next = index + 1
      let isWide = next < span.upperBound && canvas.cells[next].glyph == Cell.continuation
      if !isWide, cell == shown {
        drawn.append(filled)
        index = next
        continue
      }
      let look = palette.look(of: cell.style)
      let width: Int32 = isWide ? 2 : 1
      shown = isWide ? nil : cell
      let taken = Self.fill(&filled, with: cell, of: canvas, width: width, look)
      drawn.append(filled)
      if taken < width {
        cn_fill(&filled, [0x20, 0], 1, look.attributes, look.pair)
        drawn.append(filled)
      }
      index += Int(width)
    }
    let column = span.lowerBound - row * canvas.size.columns
    cn_draw(Int32(row), Int32(column), drawn, Int32(drawn.count))
  }

  /// Fills one curses cell and returns the columns that it takes, never more than `width`.
  private nonisolated static func fill(
    _ filled: inout cchar_t,
    with cell: Cell,
    of canvas: Canvas,
    width: Int32,
    _ look: Palette.Look
  ) -> Int32 {
    guard cell.glyph & Canvas.clusterBit != 0 else {
      return withUnsafePointer(to: (cell.glyph, UInt32(0))) { pointer in
        pointer.withMemoryRebound(to: UInt32.self, capacity: 2) {
          cn_fill(&filled, $0, width, look.attributes, look.pair)
        }
      }
    }
    let scalars = canvas.string(of: cell).unicodeScalars.map(\.value) + [0]
    return cn_fill(&filled, scalars, width, look.attributes, look.pair)
  }
}
