internal import Dashboard

/// Columns of plain text, as wide as their widest cell.
struct TextTable {
  let headings: [String]
  /// The columns whose cells stand at the right.
  let rightAligned: Set<Int>
  var rows: [[String]] = []

  init(headings: [String], rightAligned: Set<Int> = []) {
    self.headings = headings
    self.rightAligned = rightAligned
  }

  /// The table, each line ended and without blanks at its end.
  var text: String {
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
