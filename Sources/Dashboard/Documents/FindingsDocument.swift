internal import QueueEngine

extension Document {
  private static let indent = [Span("  ")]
  /// As many columns as the longest short name of an incident may take.
  private static let nameColumns = 24

  /// What is wrong now, since when, on what evidence, and the way out; and what was wrong before.
  static func findings(_ model: Model, columns: Int) -> Document {
    var document = Document(title: [Span("Incidents", .title)], columns: columns)
    document.append(heading: "Now")
    document.append(findings: model.findings, model: model)
    let queue = model.snapshot?.queue.content?.remarks ?? []
    let deadLetters = model.snapshot?.deadLetters.content?.remarks ?? []
    let remarks = queue + deadLetters + (model.snapshot?.remarks ?? [])
    if !remarks.isEmpty { document.append(heading: "Remarks") }
    for remark in remarks { document.append(remark, lead: [Span("· ", .dim)]) }
    document.append(past: model.shownIncidents.filter { $0.end != nil }, model)
    return document
  }

  mutating func append(findings: [Finding], model: Model) {
    for (index, finding) in findings.enumerated() {
      if index > 0 { append([.empty]) }
      let word = StateWord.finding(finding)
      let code = Span(finding.code.rawValue, .dim)
      let since = Self.since(finding, model)
      append([
        .fitting(
          columns,
          [
            Line([word.span, Span("  "), code], right: since), Line([word.span], right: since),
            Line([word.span], right: Array(since.suffix(1))),
          ]
        )
      ])
      append(finding.summary, lead: Self.indent)
      for fact in finding.evidence { append(fact, .dim, lead: [Span("  · ", .dim)]) }
      guard let suggestion = finding.suggestion else { continue }
      append([Line(Self.indent + way(out: suggestion, model: model))])
    }
  }

  /// Since when it is so: as the finding says, else as the incident was begun.
  private static func since(_ finding: Finding, _ model: Model) -> [Span] {
    guard finding.severity > .ok else { return [] }
    let incident = model.shownIncidents.last {
      $0.end == nil && $0.code.trouble == finding.code.trouble
    }
    guard let since = finding.since ?? incident?.since else { return [] }
    let text = model.localText(since)
    return [Span("since \(text)  ", .dim), Span((model.now - since).ageText)]
  }

  private mutating func append(past incidents: [Incident], _ model: Model) {
    append(heading: "Before", note: incidents.isEmpty ? "" : "\(incidents.count)")
    guard !incidents.isEmpty else {
      append(
        "What was wrong stands here once it is over: from when to when, on what evidence, and who ended it.",
        .dim
      )
      return
    }
    for (index, incident) in incidents.reversed().enumerated() {
      if index > 0 { append([.empty]) }
      let name = incident.code.row.short
      let start = model.localText(incident.since)
      let role: Role = incident.severity == .critical ? .critical : .warning
      let mark = Span(incident.severity == .critical ? "✖ " : "▲ ", role)
      let age = incident.duration(at: model.now).ageText
      let end = Span(incident.endText(model))
      let short = Line(
        [mark, Span(name, .text, bold: true)],
        right: [Span("\(start)  \(age)", .dim)]
      )
      let whole = Line(
        [
          mark, Span(name.leftAligned(in: Self.nameColumns), .text, bold: true),
          Span("\(start)  ", .dim), Span(age.rightAligned(in: 8) + "   "), end,
        ]
      )
      if whole.width <= columns, CellWidth.of(name) <= Self.nameColumns {
        append([whole])
      } else {
        append([short])
        append(end.text, lead: Self.indent)
      }
      append(incident.summary, .dim, lead: Self.indent)
      for fact in incident.evidence { append(fact, .dim, lead: [Span("  · ", .dim)]) }
    }
  }

  private func way(out suggestion: Suggestion, model: Model) -> [Span] {
    var spans = [Span(suggestion.action.words)]
    if let key = model.keymap.label(for: suggestion.action, model.charset) {
      spans.append(Span("  key \(key)", .key, bold: true))
    }
    if let command = suggestion.command { spans.append(Span("  \(command)", .accent)) }
    return spans
  }
}

extension Incident {
  /// How it ended, with the key that did it where that is bound.
  fileprivate func endText(_ model: Model) -> String {
    guard let end else { return "" }
    let time = model.localText(end.moment)
    return endText { model.keymap.label(for: $0, model.charset) }
      + (end.wasSeen ? "" : ", by \(time)")
  }
}
