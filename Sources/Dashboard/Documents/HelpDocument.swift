extension Document {
  /// The keys, from the table that dispatches them.
  static func help(_ model: Model, columns: Int) -> Document {
    var document = Document(title: [Span("Help", .title)], columns: columns)
    let bindings = model.keymap.bindings
    let widest = bindings.map { CellWidth.of($0.label(model.charset)) }.max() ?? 0
    document.append(heading: "Keys")
    for binding in bindings {
      let key = binding.label(model.charset).leftAligned(in: widest + 3)
      document.append(binding.summary, lead: [Span(key, .key, bold: true)])
    }
    document.append(heading: "Marks")
    for (mark, role, meaning) in marks {
      document.append(meaning, lead: [Span(mark.leftAligned(in: widest + 3), role, bold: true)])
    }
    return document
  }

  private static let marks: [(String, Role, String)] = [
    ("●", .ok, "all is well"),
    ("○", .dim, "not known yet, or not set up"),
    ("▲", .warning, "wants attention"),
    ("✖", .critical, "does not work"),
    ("━━──", .barFill, "how much of a wait is over"),
    ("×", .critical, "a probe that failed"),
  ]
}
