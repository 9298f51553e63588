internal import QueueEngine

/// The end of the worker's log, one line each, following or held.
enum LogPanel {
  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let isFocused = model.focus == .log
    let reading = model.snapshot?.log
    let rows = max(rect.height - 2, 0)
    let log = reading?.content ?? LogTail()
    let window = model.logScroll.window(of: log, rows: rows)
    let inner = PanelFrame.draw(
      title(model, log: log, window: window),
      in: rect,
      isFocused: isFocused,
      on: &canvas
    )
    guard let reading else { return }
    let notice = ReadingNotice(
      reading,
      named: "log file",
      model: model,
      columns: inner.width,
      rows: min(rows, 2)
    )
    if let notice { canvas.draw(notice.lines, in: inner) }
    let lines = inner.dropping(rows: notice?.lines.count ?? 0)
    let outdated = notice != nil
    for (row, line) in log.lines[window].suffix(lines.height).enumerated() {
      canvas.draw(Line(line.text, outdated ? .dim : role(of: line.kind)), in: lines.row(row))
    }
    PanelFrame.drawThumb(
      first: window.lowerBound,
      shown: window.count,
      of: log.lines.count,
      in: Rect(x: rect.endX - 1, y: rect.y + 1, width: 1, height: rows),
      isFocused: isFocused,
      on: &canvas
    )
  }

  private static func title(_ model: Model, log: LogTail, window: Range<Int>) -> [Span] {
    let path = model.settings.files.log
    let name = Scrubber.scrub(String(path.split(separator: "/").last ?? ""))
    var text = "  \(name)"
    if model.snapshot?.log.content != nil {
      switch model.logScroll {
      case .following: text += " · following"
      case .held:
        let newer = log.lines.count - window.upperBound
        text += newer > 0 ? " · held, \(newer) newer" : " · held"
      }
    }
    return [Span(Panel.log.title, .title), Span(text, .dim)]
  }

  static func role(of kind: LogLine.Kind) -> Role {
    switch kind {
    case .synced, .recovered: .ok
    case .retry, .deadLetterRetry: .warning
    case .movedToDeadLetters, .refused: .critical
    case .waiting: .dim
    case .done: .accent
    case .other: .text
    }
  }
}
