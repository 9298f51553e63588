extension Document {
  /// The keys, from the table that dispatches them, with why one cannot be used now.
  static func help(_ model: Model, columns: Int) -> Document {
    var document = Document(title: [Span("Help", .title)], columns: columns)
    let bindings = model.keymap.bindings
    let widest = bindings.map { CellWidth.of($0.label(model.charset)) }.max() ?? 0
    let keyColumns = widest + 3
    for section in Binding.Section.allCases {
      document.append(heading: section.rawValue)
      for binding in bindings where binding.section == section {
        let key = binding.label(model.charset).leftAligned(in: keyColumns)
        document.append(binding.summary, lead: [Span(key, .key, bold: true)])
        guard section == .act, let reason = binding.disabledReason(model.belowHelp) else {
          continue
        }
        let blank = Span(String(repeating: " ", count: keyColumns))
        document.append("not now: \(reason)", .dim, lead: [blank])
      }
    }
    document.append(heading: "Marks")
    for (mark, role, meaning) in marks {
      document.append(meaning, lead: [Span(mark.leftAligned(in: keyColumns), role, bold: true)])
    }
    return document
  }

  private static let marks: [(String, Role, String)] = [
    ("●", .ok, "all is well"),
    ("○", .dim, "unknown, not set up, or in progress"),
    ("▲", .warning, "needs attention, or was refused"),
    ("✖", .critical, "does not work"),
    ("✔", .ok, "was done"),
    ("▌", .accent, "the selected dead letter"),
    (DeadLetterPanel.markGlyph, .accent, "a marked dead letter"),
    ("━━──", .barFill, "how much of the wait is over"),
    ("×", .critical, "a probe that failed"),
  ]
}

extension Model {
  /// The model as it is where the help was opened, so that the help speaks of the keys there.
  fileprivate var belowHelp: Model {
    var model = self
    if model.views.last?.subject == .help { model.views.removeLast() }
    return model
  }
}
