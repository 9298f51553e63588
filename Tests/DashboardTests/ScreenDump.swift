import Dashboard

extension Canvas {
  /// The text of each row, without the blanks at its end.
  var textRows: [String] {
    (0..<size.rows).map { row in
      let cells = cells[row * size.columns..<(row + 1) * size.columns]
      var text = cells.map(string(of:)).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// The runs of equal style of each row, `column+length style`; plain text is left out.
  var styleRows: [String] {
    (0..<size.rows).compactMap { row in
      var runs: [(start: Int, name: String, length: Int)] = []
      for column in 0..<size.columns {
        let style = cells[row * size.columns + column].style
        let name = style == Style() ? "" : name(style)
        if runs.last?.name == name {
          runs[runs.count - 1].length += 1
        } else {
          runs.append((column, name, 1))
        }
      }
      let told = runs.filter { !$0.name.isEmpty }.map { "\($0.start)+\($0.length) \($0.name)" }
      return told.isEmpty ? nil : "\(row): " + told.joined(separator: ", ")
    }
  }

  /// The whole screen: text, then styles.
  var dump: String { (textRows + styleRows).joined(separator: "\n") }

  private func name(_ style: Style) -> String {
    "\(style.role)" + (style.isBold ? "*" : "") + (style.isSelected ? "^" : "")
  }
}

/// The screen of a model.
func screen(_ model: Model) -> Canvas {
  var canvas = Canvas(size: model.size)
  view(model, on: &canvas)
  return canvas
}
