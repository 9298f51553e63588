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
  var styleRows: [String] { styleRows(named: name) }

  private func styleRows(named name: (Style) -> String) -> [String] {
    (0..<size.rows).compactMap { row in
      var runs: [(start: Int, style: Style, length: Int)] = []
      for column in 0..<size.columns {
        let style = cells[row * size.columns + column].style
        if let last = runs.last, last.style == style {
          runs[runs.count - 1].length += 1
        } else {
          runs.append((column, style, 1))
        }
      }
      let told = runs.filter { $0.style != Style() }
      guard !told.isEmpty else { return nil }
      let texts = told.map { "\($0.start)+\($0.length) \(name($0.style))" }
      return "\(row): " + texts.joined(separator: ", ")
    }
  }

  /// The whole screen: text, then styles.
  var dump: String {
    (textRows + ["--- styles"] + styleRows).joined(separator: "\n") + "\n"
  }

  /// The whole screen as a terminal without colours shows it.
  var monoDump: String {
    let theme = Theme(depth: .mono)
    let rows = styleRows { style in
      let look = theme.attributes(for: style)
      let names = [
        (look.isBold, "bold"), (look.isDim, "dim"), (look.isReverse, "reverse"),
        (look.isUnderlined, "underlined"),
      ]
      return names.filter(\.0).map(\.1).joined(separator: " ")
    }
    return (textRows + ["--- attributes"] + rows).joined(separator: "\n") + "\n"
  }

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
