/// The box of an open question: what is asked, the facts to decide by, and the keys that answer.
enum PromptPanel {
  private static let widest = 76
  /// Blank cells between the box and what lies behind it.
  private static let margin = 1

  static func draw(
    _ prompt: Prompt,
    model: Model,
    _ layout: Layout,
    on canvas: inout Canvas
  ) {
    let area = layout.view
    dim(model.views.isEmpty ? area.dropping(rows: layout.banner.height) : area, on: &canvas)
    let width = min(area.width - 2 * margin, widest)
    let columns = width - 2 * PanelFrame.padding
    let lines = lines(prompt, model: model, columns: columns, rows: area.height - 2)
    let height = lines.count + 2
    let box = Rect(
      x: area.x + (area.width - width) / 2,
      y: area.y + (area.height - height) / 2,
      width: width,
      height: height
    )
    canvas.fill(box.inset(columns: -margin, rows: 0), Style())
    let place = model.machineName.map { " on \($0)" } ?? ""
    let title = [Span(prompt.request.title + place, .title)]
    canvas.draw(lines, in: PanelFrame.draw(title, in: box, isFocused: true, on: &canvas))
  }

  /// Takes the colours from what lies behind.
  private static func dim(_ rect: Rect, on canvas: inout Canvas) {
    canvas.restyle(rect) { $0 = Style(.dim) }
  }

  /// The text; where room is short, blank lines go first, then the keys, which the footer shows, too,
  /// then facts, then the end of the question.
  private static func lines(_ prompt: Prompt, model: Model, columns: Int, rows: Int) -> [Line] {
    var answer = answer(prompt, model: model, columns: columns)
    let needed =
      CellWidth.wrapped(prompt.question, to: columns).count
      + facts(prompt.evidence, columns: columns, rows: rows).count
    if needed + answer.count > rows { answer.removeLast() }
    let question = CellWidth.wrapped(
      prompt.question,
      to: columns,
      lines: max(rows - answer.count, 1)
    )
    let room = rows - answer.count - question.count
    let facts = facts(prompt.evidence, columns: columns, rows: room)
    let gaps = room - facts.count
    return question.map { Line($0, bold: true) }
      + (gaps > 1 && !facts.isEmpty ? [.empty] : []) + facts
      + (gaps > 0 ? [.empty] : []) + answer
  }

  private static func facts(_ evidence: [String], columns: Int, rows: Int) -> [Line] {
    let bullet = "· "
    let lines = evidence.flatMap { fact in
      CellWidth.wrapped(fact, to: columns - bullet.count).enumerated().map { row, text in
        Line([Span(row == 0 ? bullet : "  ", .dim), Span(text)])
      }
    }
    guard lines.count > rows, rows > 0 else { return Array(lines.prefix(max(rows, 0))) }
    return lines.prefix(rows - 1) + [Line("…", .dim)]
  }

  private static func answer(_ prompt: Prompt, model: Model, columns: Int) -> [Line] {
    let keys = FooterPanel.keys(model, columns: columns)
    if prompt.answer == .yesOrNo { return [keys] }
    let lead = Span("type \(prompt.wanted): ", .dim)
    let typed = [lead] + prompt.entry.spans(columns: columns - lead.width)
    guard let objection = prompt.objection else { return [Line(typed), keys] }
    let line = Line(typed, right: [Span(objection, .warning)])
    return line.width <= columns ? [line, keys] : [Line(objection, .warning), Line(typed), keys]
  }
}
