/// Which glyphs a terminal can show.
package enum Charset: Sendable {
  case unicode
  /// ASCII only: each glyph of ours has a stand-in of the same width, other text becomes `?`.
  case ascii
  /// All, but frames and bars are made of ASCII.
  case asciiFrames
  /// All whose width no terminal doubts; for the others there are stand-ins as in ASCII.
  case unambiguous

  /// Whether only ASCII is shown.
  var isASCII: Bool { self == .ascii }

  /// What is drawn for a scalar.
  func glyph(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII { return scalar }
    let isFrame = (0x2500..<0x25A0).contains(scalar.value)
    let isRefused =
      switch self {
      case .unicode: false
      case .ascii: true
      case .asciiFrames: isFrame
      case .unambiguous: CellWidth.mayBeWide(scalar)
      }
    return isRefused ? Self.asciiStandIn(for: scalar) : scalar
  }

  /// A text in ASCII, with stand-ins for our glyphs and `?` for all else.
  package static func ascii(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: text.unicodeScalars.map(Charset.ascii.glyph(for:)))
    return String(result)
  }

  /// The ASCII character that stands for one of our glyphs; `?` for text that is not ours.
  static func asciiStandIn(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "─", "╌": "-"
    case "│": "|"
    case "╭", "╮", "╰", "╯", "├", "┤", "┼", "┬", "└": "+"
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
    case "→", "›", "▶": ">"
    case "‖": "="
    case "‹": "<"
    case "↓": "v"
    case "’": "'"
    default: "?"
    }
  }
}
