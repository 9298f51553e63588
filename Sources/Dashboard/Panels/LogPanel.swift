internal import QueueEngine

/// The end of the worker's log, one line each, following or held; lines of our own run stand out.
enum LogPanel {
  /// What stands before each line that our run of the worker wrote.
  static let runGutter = Span("run│ ", .accent)

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let isFocused = model.focus == .log
    let reading = model.snapshot?.log
    let rows = max(rect.height - 2, 0)
    let feed = model.logFeed
    let window = model.logScroll.window(of: feed, rows: rows)
    let inner = PanelFrame.draw(
      title(model, newer: feed.count - window.upperBound),
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
    for (row, entry) in feed.entries[window].suffix(lines.height).enumerated() {
      let isDim = outdated && !entry.isFromRun
      let text = Span(entry.line.text, isDim ? .dim : role(of: entry.line.kind))
      canvas.draw(Line(entry.isFromRun ? [runGutter, text] : [text]), in: lines.row(row))
    }
    PanelFrame.drawThumb(
      first: window.lowerBound,
      shown: window.count,
      of: feed.count,
      in: Rect(x: rect.endX - 1, y: rect.y + 1, width: 1, height: rows),
      isFocused: isFocused,
      on: &canvas
    )
  }

  private static func title(_ model: Model, newer: Int) -> [Span] {
    let path = model.settings.files.log
    let name = Scrubber.scrub(String(path.split(separator: "/").last ?? ""))
    var text = "  \(name)"
    if model.snapshot?.log.content != nil || model.logFeed.count > 0 {
      switch model.logScroll {
      case .following: text += " · following"
      case .held:
        text +=
          newer > 0
          ? " · scrolled back, \(newer) newer line\(newer == 1 ? "" : "s")" : " · scrolled back"
      }
    }
    let spans = [Span(Panel.log.title, .title)] + model.changeMark(of: .log) + [Span(text, .dim)]
    guard let run = model.workerRun, run.isRunning else { return spans }
    return spans + [Span(" · running \((model.now - run.startedAt).ageText)", .accent)]
  }

  static func role(of kind: LogLine.Kind) -> Role {
    switch kind {
    case .synced, .recovered: .ok
    case .retry, .deadLetterRetry: .warning
    case .movedToDeadLetters, .gaveUp, .refused, .failed: .critical
    case .waiting, .traceback: .dim
    case .done, .figure: .accent
    case .uploadFailed: .warning
    case .other: .text
    }
  }
}
