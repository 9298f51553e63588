/// One character cell; a wide glyph takes a cell and the `continuation` to its right.
package struct Cell: Hashable, Sendable {
  /// The Unicode scalar to draw, or an index into the canvas's clusters if the top bit is set.
  package var glyph: UInt32
  package var style: Style

  package static let blank = Cell(glyph: 0x20, style: Style())
  /// The right half of a wide glyph.
  package static let continuation: UInt32 = 0

  package init(glyph: UInt32, style: Style) {
    self.glyph = glyph
    self.style = style
  }
}

/// A rectangle of cells, in columns and rows from the top left corner.
package struct Rect: Hashable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// The size of a screen in columns and rows.
package struct Size: Hashable, Sendable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A grid of cells that views paint on; it clips, keeps wide glyphs whole and lets no control through.
package struct Canvas: Sendable {
  /// Marks a glyph that is an index into `clusters`.
  package static let clusterBit: UInt32 = 1 << 31

  package private(set) var size: Size
  /// Row by row, `size.columns` cells each.
  package private(set) var cells: [Cell]
  /// Characters of more than one scalar that cells refer to.
  package private(set) var clusters: [String] = []

  package init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: max(size.columns, 0) * max(size.rows, 0))
  }
}
