extension Document {
  /// From so many columns of text on, the help has two columns, with so many blanks between them.
  private static let columnsForTwo = 112
  private static let gutter = 3

  /// The keys, from the table that dispatches them, with why one cannot be used now.
  ///
  /// Those of the panel where the help was opened stand first. In a wide screen each section stands in two
  /// columns of its own.
  static func help(_ model: Model, columns: Int) -> Document {
    let isTight = columns >= columnsForTwo
    let width = isTight ? (columns - gutter) / 2 : columns
    var document = Document(title: [Span("Help", .title)], columns: columns)
    for section in helpSections(model, columns: width, isTight: isTight) {
      document.append(heading: section.heading)
      let lines = section.text.lines(0..<section.text.count)
      document.append(isTight ? besideEachOther(lines, columns: width) : lines)
    }
    return document
  }

  /// The second half of the lines, from the beginning of a key on, to the right of the first one.
  private static func besideEachOther(_ lines: [Line], columns: Int) -> [Line] {
    var cut = (lines.count + 1) / 2
    while cut < lines.count, lines[cut].left.first?.text.allSatisfy({ $0 == " " }) == true {
      cut += 1
    }
    let right = lines[cut...]
    return (0..<max(cut, right.count)).map { row in
      let left = row < cut ? lines[row] : .empty
      let blank = String(repeating: " ", count: max(columns - left.width, 0) + gutter)
      let other = row < right.count ? right[right.startIndex + row].left : []
      return Line(left.left + (other.isEmpty ? [] : [Span(blank)] + other))
    }
  }

  /// The sections; where `isTight`, the texts of each have a place of their own, so that lines are few.
  private static func helpSections(
    _ model: Model,
    columns: Int,
    isTight: Bool
  ) -> [(heading: String, text: Document)] {
    let bindings = model.keymap.bindings
    let keyColumns = { (shown: [Binding]) in
      let widest = (isTight ? shown : bindings).map { CellWidth.of($0.label(model.charset)) }.max()
      return (widest ?? 0) + (isTight ? 2 : 3)
    }
    let below = model.belowHelp
    let ofFleet = below.isFleetShown ? Set(below.keymap.footer(in: .fleet).map(\.command)) : nil
    let own =
      below.views.isEmpty
      ? bindings.filter { ofFleet?.contains($0.command) ?? $0.command.belongs(to: below.focus) }
      : []
    var shown = [("Here: \(ofFleet == nil ? below.focus.title : "Machines")", own)]
    for section in Binding.Section.allCases {
      let others = bindings.filter { binding in
        binding.section == section && !own.contains { $0.command == binding.command }
      }
      shown.append((section.rawValue, others))
    }
    let sections = shown.filter { !$0.1.isEmpty }.map { heading, bindings in
      var text = Document(title: [], columns: columns)
      let lead = keyColumns(bindings)
      for binding in bindings { text.append(binding, below, keyColumns: lead) }
      return (heading: heading, text: text)
    }
    var text = Document(title: [], columns: columns)
    for (mark, role, meaning) in marks {
      let lead = isTight ? 6 : keyColumns(bindings)
      text.append(meaning, lead: [Span(mark.leftAligned(in: lead), role, bold: true)])
    }
    return sections + [(heading: "Marks", text: text)]
  }

  private mutating func append(_ binding: Binding, _ model: Model, keyColumns: Int) {
    let key = binding.label(model.charset).leftAligned(in: keyColumns)
    append(binding.summary, lead: [Span(key, .key, bold: true)])
    let obstacle =
      model.isFleetShown ? "It is for one machine: open that." : binding.disabledReason(model)
    guard binding.section == .act, let reason = obstacle else { return }
    let blank = Span(String(repeating: " ", count: keyColumns))
    append("not now: \(reason)", .dim, lead: [blank])
  }

  private static let marks: [(String, Role, String)] = [
    ("●", .ok, "all is well"),
    ("○", .dim, "unknown, not set up, or in progress"),
    ("▲", .warning, "needs attention, or was refused"),
    ("✖", .critical, "does not work"),
    ("✔", .ok, "was done"),
    ("▌", .accent, "the selected dead letter"),
    (ListPanel.markGlyph, .accent, "a marked dead letter"),
    ("━━──", .barFill, "how much of the wait is over"),
    ("×", .critical, "a probe that failed"),
    ("×17", .dim, "a line of the log that came so often in a row"),
  ]
}

extension Command {
  /// Whether a panel is what it is for: the help of the panel begins with it.
  fileprivate func belongs(to panel: Panel) -> Bool {
    switch panel {
    case .server: [.open, .findings].contains(self)
    case .queue: [.open, .runWorker].contains(self)
    case .lock: [.open, .clearLock, .endHolder].contains(self)
    case .deadLetters:
      [
        .open, .retry, .retryAll, .drop, .undo, .mark, .markAll, .filter, .group, .sort,
        .reverseSort,
        .copy,
        .itemLog,
      ].contains(self)
    case .log:
      [
        .open, .filter, .nextMatch, .previousMatch, .onlyMatching, .nextTrouble, .previousTrouble,
        .last,
      ].contains(self)
    }
  }
}

extension Model {
  /// The model as it is where the help was opened, so that the help speaks of the keys there.
  fileprivate var belowHelp: Model {
    var model = self
    if model.views.last?.subject == .help { model.views.removeLast() }
    return model
  }
}
