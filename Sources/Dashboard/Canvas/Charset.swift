/// Which glyphs a terminal can show.
package enum Charset: Sendable {
  case unicode
  /// ASCII only: each glyph of ours has a stand-in of the same width, other text becomes `?`.
  case ascii

  /// The ASCII character that stands for one of our glyphs; `?` for text that is not ours.
  static func asciiStandIn(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "─", "╌": "-"
    case "│": "|"
    case "╭", "╮", "╰", "╯", "├", "┤": "+"
    case "━", "█", "▇", "┃": "#"
    case "▁": "_"
    case "▂": "."
    case "▃": "-"
    case "▄": "="
    case "▅": "+"
    case "▆": "*"
    case "●": "*"
    case "○": "o"
    case "▲": "!"
    case "▼": "v"
    case "✖", "×": "x"
    case "✔": "+"
    case "◆": "*"
    case "▌": ">"
    case "·", "–", "—": "-"
    case "…": "~"
    case "↑": "^"
    case "↓": "v"
    case "’": "'"
    default: "?"
    }
  }
}
