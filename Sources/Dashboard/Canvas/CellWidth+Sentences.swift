extension CellWidth {
  private static let glue: Unicode.Scalar = "\u{A0}"

  /// A sentence broken into lines as `wrapped` does it, but never inside a duration such as `3h 07m`.
  static func wrapped(sentence: String, to columns: Int) -> [String] {
    guard of(sentence) > columns else { return [sentence] }
    var scalars = Array(sentence.unicodeScalars)
    for place in scalars.indices where isInsideDuration(scalars, place) { scalars[place] = glue }
    return wrapped(text(scalars), to: columns).map { line in
      text(line.unicodeScalars.map { $0 == glue ? " " : $0 })
    }
  }

  /// Whether a blank stands between the two parts of a duration.
  private static func isInsideDuration(_ text: [Unicode.Scalar], _ place: Int) -> Bool {
    guard text[place] == " ", place >= 2, isUnit(text[place - 1]), isDigit(text[place - 2]) else {
      return false
    }
    let end = text[(place + 1)...].firstIndex { !isDigit($0) } ?? text.endIndex
    return end > place + 1 && end < text.endIndex && isUnit(text[end])
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isUnit(_ scalar: Unicode.Scalar) -> Bool {
    "dhms".unicodeScalars.contains(scalar)
  }

  private static func text(_ scalars: [Unicode.Scalar]) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
