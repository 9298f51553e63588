internal import QueueEngine

/// The verdict: what is wrong in one sentence, and the way out; one row where all fits, else more.
enum BannerPanel {
  private static let indent = "   "

  /// The rows that say all.
  static func rows(model: Model, columns: Int) -> Int {
    guard let finding = model.findings.first else { return 1 }
    let isOneRow = wholeLine(finding, model: model).width <= columns
    return isOneRow ? 1 : 1 + summary(finding, columns: columns).count
  }

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    guard let finding = model.findings.first else {
      canvas.draw(Line(" ○ Looking at the files …", .dim), in: rect)
      return
    }
    let role = role(of: finding.severity)
    canvas.fill(rect, Style(role))
    guard rect.height > 1 else {
      let lines = [false, true].map { wholeLine(finding, model: model, isShort: $0) }
      canvas.draw(Line.fitting(rect.width, lines), in: rect)
      return
    }
    let way = wayOut(finding, model: model)
    let variants = [
      Line([title(finding)], right: others(model) + way), Line([title(finding)], right: way),
      Line([title(finding, isShort: true)], right: way),
    ]
    canvas.draw(Line.fitting(rect.width, variants), in: rect.row(0))
    var lines = summary(finding, columns: rect.width)
    let last = rect.height - 2
    if lines.count > last + 1 { lines[last] = lines[last...].joined(separator: " ") }
    for (row, line) in lines.prefix(last + 1).enumerated() {
      canvas.draw(Line([Span(indent + line, role)]), in: rect.row(row + 1))
    }
  }

  private static func wholeLine(_ finding: Finding, model: Model, isShort: Bool = false) -> Line {
    Line(
      [title(finding, isShort: isShort), Span(finding.summary, role(of: finding.severity))],
      right: others(model) + wayOut(finding, model: model)
    )
  }

  private static func summary(_ finding: Finding, columns: Int) -> [String] {
    CellWidth.wrapped(finding.summary, to: columns - indent.count - 1)
  }

  /// The heading, or what stands before ` · ` in it.
  private static func title(_ finding: Finding, isShort: Bool = false) -> Span {
    let word = StateWord.finding(finding)
    let heading = isShort ? word.word.split(separator: " ·").first ?? "" : word.word[...]
    return Span(" \(word.mark) \(heading)  ", role(of: finding.severity), bold: true)
  }

  /// How many findings there are besides, and the key that shows them.
  private static func others(_ model: Model) -> [Span] {
    let others = model.findings.count - 1
    guard others > 0, let finding = model.findings.first,
      let why = model.keymap.bindings.first(where: { $0.command == .findings })
    else { return [] }
    let role = role(of: finding.severity)
    return [
      Span(" \(why.label(model.charset))", role, bold: true), Span("  +\(others) more  ", role),
    ]
  }

  /// The suggestion: its key where it is bound and may change something, else its command.
  private static func wayOut(_ finding: Finding, model: Model) -> [Span] {
    guard let suggestion = finding.suggestion else { return [] }
    let role = role(of: finding.severity)
    if !model.isReadOnly,
      let key = model.keymap.label(for: suggestion.action, model.charset)
    {
      return [Span(" \(key)", role, bold: true), Span("  \(suggestion.action.words) ", role)]
    }
    return suggestion.command.map { [Span(" \($0) ", role, bold: true)] } ?? []
  }

  private static func role(of severity: Severity) -> Role {
    switch severity {
    case .ok: .bannerOK
    case .warning: .bannerWarning
    case .critical: .bannerCritical
    }
  }
}
