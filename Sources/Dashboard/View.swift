/// Draws the model: a pure function of it, which takes its size and its character set from there.
package func view(_ model: Model, on canvas: inout Canvas) {
  canvas.clear(size: model.size, charset: model.charset)
  guard let layout = model.layout else {
    drawTooSmall(on: &canvas)
    return
  }
  HeaderPanel.draw(model, in: layout.header, on: &canvas)
  if let fleet = model.fleet, fleet.opened == nil, model.views.isEmpty {
    FleetPanel.draw(model, fleet, layout, on: &canvas)
  } else if let open = model.views.last {
    DocumentView.draw(open, model: model, in: layout.view, on: &canvas)
  } else {
    drawDashboard(model, layout, on: &canvas)
  }
  FooterPanel.draw(model, in: layout.footer, on: &canvas)
  if let palette = model.palette {
    PalettePanel.draw(palette, model: model, in: layout.view, on: &canvas)
  }
  if let prompt = model.prompt { PromptPanel.draw(prompt, model: model, layout, on: &canvas) }
}

private func drawDashboard(_ model: Model, _ layout: Layout, on canvas: inout Canvas) {
  BannerPanel.draw(model, in: layout.banner, on: &canvas)
  if let rect = model.zoomedRect {
    drawZoomed(model, in: rect, on: &canvas)
    return
  }
  switch layout.status {
  case .lines(let rect):
    StatusLines.draw(model, in: rect, on: &canvas)
  case .boxes(let server, let queue, let lock):
    for (panel, rect) in [(Panel.server, server), (.queue, queue), (.lock, lock)] {
      let inner = PanelFrame.draw(
        [Span(panel.title, .title)] + model.changeMark(of: panel),
        in: rect,
        isFocused: model.focus == panel,
        on: &canvas
      )
      canvas.draw(
        panel.statusLines(model, columns: inner.width, rows: inner.height),
        in: inner
      )
    }
  }
  ListPanel.draw(model, in: layout.deadLetters, isFramed: layout.isFramed, on: &canvas)
  if let log = layout.log { LogPanel.draw(model, in: log, isFramed: layout.isFramed, on: &canvas) }
}

/// Draws the focused panel as large as the screen allows; one with a state tells all about it.
private func drawZoomed(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
  switch model.focus {
  case .deadLetters: ListPanel.draw(model, in: rect, on: &canvas)
  case .log: LogPanel.draw(model, in: rect, on: &canvas)
  case .server, .queue: ChartPanel.draw(model, in: rect, on: &canvas)
  case .lock:
    DocumentView.draw(OpenView(.panel(model.focus)), model: model, in: rect, on: &canvas)
  }
}

private func drawTooSmall(on canvas: inout Canvas) {
  let (needed, size) = (Layout.smallest, canvas.size)
  let sentence =
    "mem0top needs \(needed.columns)×\(needed.rows), this is \(size.columns)×\(size.rows)"
  let lines = CellWidth.wrapped(sentence, to: size.columns)
  let top = max((size.rows - lines.count) / 2, 0)
  for (index, line) in lines.enumerated() {
    let x = max((size.columns - CellWidth.of(line)) / 2, 0)
    canvas.draw(line, at: Point(x: x, y: top + index), Style(.warning))
  }
}

extension Panel {
  /// The lines of a status panel, as many as fit so many rows.
  func statusLines(_ model: Model, columns: Int, rows: Int) -> [Line] {
    switch self {
    case .server: ServerPanel.lines(model, columns: columns, rows: rows)
    case .queue: QueuePanel.lines(model, columns: columns, rows: rows)
    case .lock: LockPanel.lines(model, columns: columns, rows: rows)
    case .deadLetters, .log: []
    }
  }
}
