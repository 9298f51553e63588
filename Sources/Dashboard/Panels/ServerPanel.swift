internal import QueueEngine

/// The server as our own probe sees it, and what the worker believes where that differs.
enum ServerPanel {
  /// From this age on a probe is told to be old.
  private static let oldProbe = Duration.seconds(60)
  private static let widestName = 10
  private static let latencyColumns = 7
  /// The latency in seconds that fills a sparkline at least: below it, differences do not matter.
  private static let slowAnswer = 0.3

  static func lines(_ model: Model, columns: Int, rows: Int) -> [Line] {
    guard let snapshot = model.snapshot else { return [] }
    let server = snapshot.server
    var lines = [state(server, at: model.now)]
    var remarks: [Line] = []
    if let rejection = server.rejection {
      remarks += CellWidth.wrapped(rejection, to: columns).prefix(2).map { Line($0, .critical) }
    }
    if let report = report(of: snapshot, at: model.now, columns: columns) {
      remarks.append(report)
    }
    if server.endpoints.isEmpty {
      lines += CellWidth.wrapped("set [server] url to have it probed", to: columns).map {
        Line($0, .dim)
      }
    } else {
      let room = max(rows - lines.count - remarks.count, 1)
      let nameColumns = min(
        server.endpoints.map { CellWidth.of($0.name) }.max() ?? 0,
        widestName
      )
      lines += server.endpoints.prefix(room).map {
        endpoint($0, nameColumns: nameColumns, columns: columns)
      }
    }
    return lines + remarks
  }

  private static func state(_ server: ServerStatus, at now: Timestamp) -> Line {
    var spans = [StateWord.server(server).span]
    if let latency = server.latency {
      spans += [Span("   "), Span(latencyText(latency))]
    }
    guard let probedAt = server.probedAt, now - probedAt >= oldProbe else { return Line(spans) }
    return Line(spans, right: [Span("probed \(probedAt.agoText(at: now))", .dim)])
  }

  private static func endpoint(_ endpoint: EndpointStatus, nameColumns: Int, columns: Int) -> Line {
    let name = Span(endpoint.name.leftAligned(in: nameColumns) + "  ", .text)
    if let error = endpoint.error { return Line([name, Span(error, .critical)]) }
    guard endpoint.probedAt != nil else { return Line([name, Span("not probed yet", .dim)]) }
    let status = (endpoint.httpStatus.map { "\($0)" } ?? "–").rightAligned(in: 3)
    let latency = (endpoint.latency.map(latencyText) ?? "–").rightAligned(in: latencyColumns)
    let spans = [name, Span(status, .ok), Span(latency + "  ")]
    let room = columns - spans.reduce(0) { $0 + $1.width }
    return Line(spans + Sparkline.spans(endpoint.history, columns: room, floor: slowAnswer))
  }

  /// What the worker wrote about the server, where our probe says otherwise or says nothing.
  private static func report(of snapshot: Snapshot, at now: Timestamp, columns: Int) -> Line? {
    if snapshot.metrics.state == .corrupt || snapshot.metrics.state == .unreadable {
      return Line("metrics file \(snapshot.metrics.state.rawValue)", .warning)
    }
    guard let metrics = snapshot.metrics.content, let saysUp = metrics.saysServerIsUp else {
      return nil
    }
    let role: Role
    switch snapshot.server.state {
    case .up where saysUp, .down where !saysUp: return nil
    case .up, .down: role = .warning
    case .degraded, .unknown: role = .dim
    }
    let word = saysUp ? "up" : "down"
    guard let moment = metrics.lastUpdate else { return Line("worker says \(word)", role) }
    return .fitting(
      columns,
      [
        Line("worker says \(word), \(moment.agoText(at: now))", role),
        Line("worker: \(word), \((now - moment).shortAgeText) ago", role),
      ]
    )
  }

  static func latencyText(_ latency: Duration) -> String {
    let milliseconds = latency.seconds * 1000
    if milliseconds >= 1000 {
      let tenths = Int((milliseconds / 100).rounded())
      return "\(tenths / 10).\(tenths % 10) s"
    }
    return "\(Int(milliseconds.rounded())) ms"
  }
}
