internal import QueueEngine

/// From when on what a panel shows is old: it dims, and its first line says how old it is.
struct DataAge {
  /// What was done then, for the sentence.
  let verb: String
  let limit: Duration

  /// A probe of the server.
  static let probe = DataAge(verb: "probed", limit: .seconds(60))
  /// A look at the files; an undisturbed directory is looked at every ten seconds.
  static let look = DataAge(verb: "seen", limit: .seconds(30))

  /// The lines as they are while they are fresh, else dimmed and with their age.
  func told(_ lines: [Line], since moment: Timestamp?, at now: Timestamp, columns: Int) -> [Line] {
    guard let moment, now - moment >= limit, let first = lines.first else { return lines }
    let age = now - moment
    let texts = ["\(verb) \(age.ageText) ago", "\(age.shortAgeText) ago"]
    let heads = [first.left, Array(first.left.prefix(1))].flatMap { left in
      texts.map { Line(left, right: [Span($0, .dim)]).dimmed }
    }
    return [.fitting(columns, heads)] + lines.dropFirst().map(\.dimmed)
  }
}

extension Line {
  /// The line as content that is not what is true now.
  var dimmed: Line {
    let dim = { (span: Span) in Span(span.text, .dim, bold: span.style.isBold) }
    return Line(left.map(dim), right: right.map(dim))
  }
}
