/// The palette: what is typed, and under it the commands that match, each with its key.
enum PalettePanel {
  private static let widest = 90
  private static let margin = 1
  private static let mostRows = 14
  /// Where summaries do not fit beside the commands, the chosen one's stands below in so many rows.
  private static let explanationRows = 2
  private static let nameColumns = 17
  private static let keyColumns = 9
  private static let gutter = "  "
  /// From so many columns on what each command does stands beside it.
  private static let columnsForSummaries = 52

  static func draw(_ palette: CommandPalette, model: Model, in area: Rect, on canvas: inout Canvas)
  {
    canvas.restyle(area) { $0 = Style(.dim) }
    let width = min(area.width - 2 * margin, widest)
    // The line that is typed, and a blank one where there is room.
    let headRows = width - 2 * PanelFrame.padding < columnsForSummaries ? 1 : 2
    let rows = max(min(area.height - 2 - headRows, mostRows), 1)
    let box = Rect(
      x: area.x + (area.width - width) / 2,
      y: area.y + max(min((area.height - rows - headRows - 2) / 3, 3), 0),
      width: width,
      height: min(rows + headRows + 2, area.height)
    )
    canvas.fill(box.inset(columns: -margin, rows: 0), Style())
    let choices = model.paletteChoices
    let inner = PanelFrame.draw(
      [Span("Commands", .title)],
      trailing: [Span("\(choices.count)", .dim)],
      in: box,
      isFocused: true,
      on: &canvas
    )
    let lead = Span(": ", .key, bold: true)
    let typed = palette.entry.spans(columns: inner.width - lead.width)
    canvas.draw(Line([lead] + typed), in: inner.row(0))
    draw(
      choices,
      chosen: palette.row,
      in: inner.dropping(rows: headRows),
      box,
      model.charset,
      on: &canvas
    )
  }

  private static func draw(
    _ choices: [CommandPalette.Choice],
    chosen: Int,
    in rect: Rect,
    _ box: Rect,
    _ charset: Charset,
    on canvas: inout Canvas
  ) {
    guard !choices.isEmpty else {
      canvas.draw(Line("no command has that name", .warning), in: rect)
      return
    }
    let hasSummaries = rect.width >= columnsForSummaries
    let rows = max(hasSummaries ? rect.height : rect.height - explanationRows, 1)
    let chosen = min(chosen, choices.count - 1)
    let top = max(min(chosen - rows / 2, choices.count - rows), 0)
    for (row, choice) in choices[top...].prefix(rows).enumerated() {
      let place = rect.row(row)
      canvas.draw(line(choice, columns: rect.width, hasSummaries, charset), in: place)
      guard top + row == chosen else { continue }
      canvas.draw("▌", at: Point(x: place.x, y: place.y), Style(.accent, bold: true))
      canvas.restyle(place) { $0.isSelected = true }
    }
    if !hasSummaries {
      let text = explanation(of: choices[chosen]).text
      let lines = CellWidth.wrapped(text, to: rect.width, lines: explanationRows)
      canvas.draw(lines.map { Line($0, .dim) }, in: rect.dropping(rows: rows))
    }
    PanelFrame.drawThumb(
      first: top,
      shown: rows,
      of: choices.count,
      in: Rect(x: box.endX - 1, y: rect.y, width: 1, height: rows),
      isFocused: true,
      on: &canvas
    )
  }

  private static func line(
    _ choice: CommandPalette.Choice,
    columns: Int,
    _ hasSummaries: Bool,
    _ charset: Charset
  ) -> Line {
    let isDisabled = choice.disabledReason != nil
    let name = choice.binding.command.words.leftAligned(in: nameColumns)
    let keys = choice.binding.keys.isEmpty ? "" : choice.binding.label(charset)
    let head = [
      Span(gutter + name + "  ", isDisabled ? .dim : .text),
      Span(keys.leftAligned(in: keyColumns), isDisabled ? .dim : .key, bold: !isDisabled),
    ]
    guard hasSummaries else { return Line(head) }
    let room = columns - head.reduce(0) { $0 + $1.width } - Line.gap
    var explanation = explanation(of: choice)
    explanation.text = "  " + CellWidth.clipped(explanation.text, to: room)
    return Line(head + [explanation])
  }

  /// Why it cannot be used now, else what it does.
  private static func explanation(of choice: CommandPalette.Choice) -> Span {
    guard let reason = choice.disabledReason else { return Span(choice.binding.summary, .dim) }
    return Span("not now: \(reason)", .dim)
  }
}
