internal import QueueEngine

/// Server, queue and lock in a line each, or in one for all, where there is no room for boxes.
enum StatusLines {
  private static let labelColumns = 7
  /// Wider lines would tear apart what belongs together.
  private static let mostColumns = 76

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    guard let snapshot = model.snapshot else { return }
    var inner = rect.inset(columns: 1, rows: 0)
    inner.width = min(inner.width, mostColumns)
    if rect.height >= 3 {
      let columns = inner.width - labelColumns
      let panels: [(Panel, Line?)] = [
        (.server, ServerPanel.lines(model, columns: columns, rows: 1).first),
        (.queue, QueuePanel.lines(model, columns: columns, rows: 1).first),
        (.lock, LockPanel.lines(model, columns: columns, rows: 1).first),
      ]
      for (row, (panel, line)) in panels.enumerated() {
        let label = panel.title.leftAligned(in: labelColumns)
        let style: Role = model.focus == panel ? .focusedBorder : .heading
        let head = Span(label, style, bold: model.focus == panel)
        canvas.draw(Line([head] + (line?.left ?? []), right: line?.right ?? []), in: inner.row(row))
      }
      return
    }
    let pending = snapshot.queue.content.map { "\($0.pending) pending" } ?? "no queue"
    let server = StateWord.server(snapshot.server)
    let mark = Span(server.mark, server.role, bold: true)
    let variants = [server.span, mark].map { server in
      Line([
        Span("VPS "), server, Span("  \(pending)  "), Span("lock "),
        StateWord.lock(snapshot.lock).span,
      ])
    }
    canvas.draw(Line.fitting(inner.width, variants), in: inner)
  }
}
