/// A cell's place, in columns and rows from the top left corner.
package struct Point: Hashable, Sendable {
  package var x: Int
  package var y: Int

  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
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

  /// The rectangle that covers a whole screen.
  package init(_ size: Size) {
    self.init(x: 0, y: 0, width: size.columns, height: size.rows)
  }

  /// The column after the last one.
  package var endX: Int { x + width }
  /// The row after the last one.
  package var endY: Int { y + height }

  package var isEmpty: Bool { width <= 0 || height <= 0 }

  package func contains(_ place: Point) -> Bool {
    place.x >= x && place.x < endX && place.y >= y && place.y < endY
  }

  /// What is left without `columns` at either side and `rows` above and below.
  package func inset(columns: Int, rows: Int) -> Rect {
    Rect(
      x: x + columns,
      y: y + rows,
      width: max(width - 2 * columns, 0),
      height: max(height - 2 * rows, 0)
    )
  }

  /// One of its rows, counted from its top.
  package func row(_ index: Int) -> Rect {
    Rect(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
  }

  /// What is left below its first `rows`.
  package func dropping(rows: Int) -> Rect {
    let dropped = min(rows, height)
    return Rect(x: x, y: y + dropped, width: width, height: height - dropped)
  }
}
