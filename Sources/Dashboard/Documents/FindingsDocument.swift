internal import QueueEngine

extension Document {
  /// Everything that is wrong, with the evidence and the way out.
  static func findings(_ model: Model, columns: Int) -> Document {
    var document = Document(title: [Span("Findings", .title)], columns: columns)
    document.append(findings: model.findings, model: model)
    let queue = model.snapshot?.queue.content?.remarks ?? []
    let deadLetters = model.snapshot?.deadLetters.content?.remarks ?? []
    let remarks = queue + deadLetters + (model.snapshot?.remarks ?? [])
    guard !remarks.isEmpty else { return document }
    document.append(heading: "Remarks")
    for remark in remarks { document.append(remark, lead: [Span("· ", .dim)]) }
    return document
  }

  mutating func append(findings: [Finding], model: Model) {
    for (index, finding) in findings.enumerated() {
      if index > 0 { append([.empty]) }
      let word = StateWord.finding(finding)
      append([Line([word.span], right: [Span(finding.code.rawValue, .dim)])])
      append(finding.summary, lead: [Span("  ")])
      for fact in finding.evidence { append(fact, .dim, lead: [Span("  · ", .dim)]) }
      guard let suggestion = finding.suggestion else { continue }
      append([Line([Span("  ")] + way(out: suggestion, model: model))])
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
