import Dashboard
import QueueEngine
import Testing

/// Frames at sizes that no golden shows: closed, aligned, edge to edge, whatever stands in them.
struct PanelSizeTests {
  private static let sizes = [
    (41, 11), (79, 23), (75, 37), (76, 15), (100, 20), (60, 50), (300, 15), (40, 200), (500, 10),
    (500, 200), (161, 43), (161, 70),
  ]
  private static let worlds: [(String, Snapshot)] = [
    ("empty", World.empty), ("busy", World.busy), ("incident", World.incident),
    ("corrupt", World.corrupt), ("hostile", World.hostile), ("missing", World.missing),
    ("outage", World.outage),
  ]

  @Test(arguments: sizes)
  func framesAreClosedAndReachTheEdges(_ columns: Int, _ rows: Int) throws {
    for (name, snapshot) in Self.worlds {
      let model = World.model(Size(columns: columns, rows: rows), snapshot)
      let layout = try #require(model.layout)
      let canvas = screen(model)
      var framed: [Rect] = layout.isFramed ? [layout.deadLetters] : []
      if layout.isFramed, let log = layout.log { framed.append(log) }
      if case .boxes(let server, let queue, let lock) = layout.status {
        framed += [server, queue, lock]
      }
      for rect in framed {
        let fault = fault(of: rect, on: canvas)
        #expect(fault == nil, "\(name) at \(columns)×\(rows)")
      }
      let status = framed.dropFirst(layout.log == nil ? 1 : 2)
      let statusWidth = status.reduce(0) { $0 + $1.width }
      if columns >= 76, statusWidth > 0 { #expect(statusWidth == columns) }
    }
  }

  /// What is wrong with a frame: a corner, an edge, or text that touches it.
  private func fault(of rect: Rect, on canvas: Canvas) -> String? {
    let text = { (x: Int, y: Int) in canvas.string(of: canvas.cells[y * canvas.size.columns + x]) }
    let (right, bottom) = (rect.endX - 1, rect.endY - 1)
    let corners = [
      text(rect.x, rect.y), text(right, rect.y), text(rect.x, bottom), text(right, bottom),
    ]
    if corners != ["╭", "╮", "╰", "╯"] { return "corners \(corners)" }
    for y in rect.y + 1..<bottom {
      if text(rect.x, y) != "│" || !["│", "┃"].contains(text(right, y)) { return "edge at \(y)" }
      if text(rect.x + 1, y) != " " || text(right - 1, y) != " " {
        return "text at the edge: \(canvas.textRows[y])"
      }
    }
    return nil
  }

  @Test func rowsToSpareAreNotWastedOnFrames() throws {
    let model = World.model(Size(columns: 500, rows: 200), World.incident)
    let layout = try #require(model.layout)
    guard case .boxes(let server, _, _) = layout.status else {
      Issue.record("no boxes")
      return
    }
    #expect(server.height == 9)
    #expect(layout.tableRows == 12)
    #expect(layout.logRows >= 150)
  }

  @Test func failingEndpointsAreShownBeforeThoseThatAnswer() throws {
    var snapshot = World.busy
    snapshot.server.endpoints = (0..<9).map { index in
      var endpoint = snapshot.server.endpoints[0]
      endpoint.name = "e\(index)"
      if index == 7 {
        endpoint.error = "timeout: no whole answer within 5 s"
        endpoint.consecutiveFailures = 3
      }
      return endpoint
    }
    let text = screen(World.model(Size(columns: 120, rows: 40), snapshot)).textRows
      .joined(separator: "\n")
    #expect(text.contains("e7"))
    #expect(text.contains("no answer"))
    #expect(text.contains("and 7 more"))
  }
}
