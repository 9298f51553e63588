internal import QueueEngine

/// A text that scrolls: lines that a view shows, of which only those on the screen are styled.
struct Document {
  /// A stretch of lines.
  private enum Part {
    case lines([Line])
    /// Plain lines, broken already; there may be very many.
    case plain([String])

    var count: Int {
      switch self {
      case .lines(let lines): lines.count
      case .plain(let lines): lines.count
      }
    }

    func line(at index: Int) -> Line {
      switch self {
      case .lines(let lines): lines[index]
      case .plain(let lines): Line(lines[index])
      }
    }
  }

  let title: [Span]
  let columns: Int
  private var parts: [Part] = []

  /// An empty text that will be broken into so many columns.
  init(title: [Span], columns: Int) {
    self.title = title
    self.columns = columns
  }

  /// What an open view shows.
  init(_ view: OpenView, model: Model, columns: Int) {
    switch view.subject {
    case .item(let key, let file):
      self = Self.item(key, of: file, loaded: view.item, model: model, columns: columns)
    case .findings: self = Self.findings(model, columns: columns)
    case .panel(let panel): self = Self.panel(panel, model: model, columns: columns)
    case .help: self = Self.help(model, columns: columns)
    case .history: self = Self.history(model, origin: view.origin, columns: columns)
    case .logLine(let number): self = Self.logLine(number, model: model, columns: columns)
    }
    if view.isNarrowed { parts = [.lines(lines(0..<count).filter { $0.holds(view.search) })] }
  }

  var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// The lines of a range that exist.
  func lines(_ range: Range<Int>) -> [Line] {
    var result: [Line] = []
    var start = 0
    for part in parts {
      let here = range.clamped(to: start..<start + part.count)
      result += here.map { part.line(at: $0 - start) }
      start += part.count
    }
    return result
  }

  mutating func append(_ lines: [Line]) {
    parts.append(.lines(lines))
  }

  /// Adds lines that are broken already.
  mutating func append(plain lines: [String]) {
    parts.append(.plain(lines))
  }

  /// Adds a heading, with an empty line before it where something stands above.
  mutating func append(heading: String, note: String = "") {
    let line = Line([Span(heading, .heading, bold: true), Span("  " + note, .dim)])
    append(parts.isEmpty ? [line] : [.empty, line])
  }

  /// Adds a text, broken at the width; lines after the first stand below its text, not its lead.
  mutating func append(_ text: String, _ role: Role = .text, lead: [Span] = []) {
    let indent = lead.reduce(0) { $0 + $1.width }
    let lines = CellWidth.wrapped(sentence: text, to: max(columns - indent, 1))
    let blank = Span(String(repeating: " ", count: indent))
    append(
      lines.enumerated().map { index, line in
        Line((index == 0 ? lead : [blank]) + [Span(line, role)])
      }
    )
  }
}

/// Draws a document in a frame, from the line to which it was scrolled.
enum DocumentView {
  static func draw(_ view: OpenView, model: Model, in rect: Rect, on canvas: inout Canvas) {
    let columns = rect.inset(columns: PanelFrame.padding, rows: 1).width
    let document = Document(view, model: model, columns: columns)
    let rows = max(rect.height - 2, 0)
    let shown = view.scroll..<view.scroll + rows
    let last = min(shown.upperBound, document.count)
    let position = document.count > rows ? [Span("\(last)/\(document.count)", .dim)] : []
    let sign = view.isNarrowed ? "&" : "/"
    let searched =
      view.search.isEmpty ? [] : [Span("\(sign)\(view.search.text)  ", .accent, bold: true)]
    let inner = PanelFrame.draw(
      document.title,
      trailing: searched + position,
      in: rect,
      isFocused: true,
      on: &canvas
    )
    canvas.draw(document.lines(shown).map { $0.highlighting(view.search) }, in: inner)
    if let match = view.match, shown.contains(match) {
      canvas.draw("▌", at: Point(x: rect.x + 1, y: inner.y + match - view.scroll), Style(.accent))
    }
    PanelFrame.drawThumb(
      first: view.scroll,
      shown: rows,
      of: document.count,
      in: Rect(x: rect.endX - 1, y: rect.y + 1, width: 1, height: rows),
      isFocused: true,
      on: &canvas
    )
  }
}
