/// Columns of plain text, as wide as their widest cell.
package struct TextTable: Sendable {
  package let headings: [String]
  /// The columns whose cells stand at the right.
  package let rightAligned: Set<Int>
  package var rows: [[String]] = []

  package init(headings: [String], rightAligned: Set<Int> = []) {
    self.headings = headings
    self.rightAligned = rightAligned
  }

  /// Makes the table of what its columns say of each row.
  init<Row, Order>(_ columns: [TableColumn<Row, Order>], of rows: [Row]) {
    let columns = columns.filter(\.isWritten)
    headings = columns.map(\.title)
    rightAligned = Set(columns.indices.filter { columns[$0].alignment == .right })
    self.rows = rows.map { row in columns.map { $0.plainText(of: row) } }
  }

  /// The table, each line ended and without blanks at its end.
  package var text: String {
    let lines = [headings] + rows
    let widths = headings.indices.map { column in
      lines.map { column < $0.count ? CellWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return lines.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - CellWidth.of(cell))
        line += rightAligned.contains(column) ? gap + cell : cell + gap
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
