internal import QueueEngine

/// The machines: a row for each, and above them the fleet's worst.
enum FleetPanel {
  /// Room for the mark of the selection.
  private static let markColumns = 2
  private static let heading = 1

  static func draw(_ model: Model, _ fleet: Fleet, _ layout: Layout, on canvas: inout Canvas) {
    drawBanner(model, fleet, in: layout.banner, on: &canvas)
    let area = area(layout)
    let shown = rows(layout)
    var inner = area
    if layout.isFramed {
      inner = PanelFrame.draw(
        [Span("Machines", .title), Span("  \(FleetVerdict.counts(fleet))", .dim)],
        trailing: [Span(" \(fleet.order.title) \(fleet.isAscending ? "▲" : "▼") ", .dim)],
        in: area,
        isFocused: true,
        on: &canvas
      )
      PanelFrame.drawThumb(
        first: fleet.top,
        shown: shown,
        of: fleet.rows.count,
        in: Rect(x: area.endX - 1, y: area.y + 2, width: 1, height: area.height - 3),
        isFocused: true,
        on: &canvas
      )
    }
    drawTable(model, fleet, in: inner, on: &canvas)
  }

  /// The rows of machines that a layout shows.
  static func rows(_ layout: Layout) -> Int {
    max(area(layout).height - heading - (layout.isFramed ? 2 : 0), 0)
  }

  /// The row at a place of the screen; `nil` where there is none.
  static func row(at place: Point, _ fleet: Fleet, _ layout: Layout) -> Int? {
    let first = area(layout).y + heading + (layout.isFramed ? 1 : 0)
    let row = fleet.top + place.y - first
    return (0..<rows(layout)).contains(place.y - first) && row < fleet.rows.count ? row : nil
  }

  private static func area(_ layout: Layout) -> Rect {
    Rect(
      x: 0,
      y: layout.banner.endY,
      width: layout.banner.width,
      height: max(layout.footer.y - layout.banner.endY, 0)
    )
  }

  private static func drawTable(
    _ model: Model,
    _ fleet: Fleet,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    guard rect.height > 0 else { return }
    let domain = fleet.commonDomain
    let machines = fleet.machines.map { machine in
      var machine = machine
      machine.name.removeLast(domain.count)
      return machine
    }
    let layout = FleetTable.layout(of: machines, in: rect.width - markColumns)
    let layoutOfLost = FleetTable.layoutOfLost(in: layout)
    let start = rect.x + markColumns
    layout.drawHeadings(at: Point(x: start, y: rect.y), orderedBy: fleet.order, on: &canvas)
    let body = rect.dropping(rows: heading)
    for place in 0..<body.height {
      let row = fleet.top + place
      guard row < fleet.rows.count else { break }
      let machine = machines[fleet.rows[row]]
      (machine.isLost ? layoutOfLost : layout).draw(
        FleetRow(machine: machine, now: model.now, zoneOffset: model.zoneOffset),
        at: Point(x: start, y: body.y + place),
        on: &canvas
      )
      guard row == fleet.selectedRow else { continue }
      let line = body.row(place)
      canvas.draw("▌", at: Point(x: line.x, y: line.y), Style(.accent, bold: true))
      canvas.restyle(line) { $0.isSelected = true }
    }
  }

  // MARK: The banner

  private static func drawBanner(
    _ model: Model,
    _ fleet: Fleet,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let verdict = FleetVerdict(fleet, at: model.now)
    let role = verdict.role
    if verdict.isLoud { canvas.fill(rect, Style(role)) }
    let text: Role = verdict.isLoud ? role : .dim
    let title = Span(" \(verdict.mark) \(verdict.heading)  ", role, bold: true)
    let key =
      verdict.isLoud && verdict.place == fleet.selection
      ? model.keymap.label(of: .open, model.charset) : nil
    let way = key.map { [Span(" \($0)", role, bold: true), Span(" open it there ", role)] } ?? []
    let wayColumns = way.reduce(0) { $0 + $1.width } + (way.isEmpty ? 0 : Line.gap)
    let room = rect.width - title.width - wayColumns
    guard room >= 20 else {
      canvas.draw(Line.fitting(rect.width, [Line([title], right: way), Line([title])]), in: rect)
      return
    }
    let lines = CellWidth.wrapped(sentence: verdict.sentence, to: room)
    guard rect.height > 1 else {
      let sentence = CellWidth.clipped(verdict.sentence, to: room)
      canvas.draw(Line([title, Span(sentence, text)], right: way), in: rect.row(0))
      return
    }
    canvas.draw(Line([title, Span(lines.first ?? "", text)], right: way), in: rect.row(0))
    let rest = lines.count > 1 ? lines[1...].joined(separator: " ") : verdict.besides
    let indent = String(
      repeating: " ",
      count: lines.count > 1 && title.width < 40 ? title.width : 3
    )
    let line = CellWidth.clipped(rest, to: rect.width - indent.count - 1)
    canvas.draw(Line([Span(indent + line, text)]), in: rect.row(1))
  }
}

extension FleetVerdict {
  /// Whether it is a bar of colour: that means *act*.
  fileprivate var isLoud: Bool { level == .critical || level == .warning || level == .unknown }

  fileprivate var role: Role {
    switch level {
    case .critical: .bannerCritical
    case .warning, .unknown: .bannerWarning
    case .connecting: .dim
    case .fine: .ok
    }
  }
}
