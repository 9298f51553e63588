internal import QueueEngine

/// The server as our own probe sees it, and what the worker believes where that differs.
///
/// Where rows are short, endpoints that answer go before those that do not; the worker's word and a
/// refusal stay.
enum ServerPanel {
  private static let mostNameColumns = 10
  /// The blanks around a status and its three digits.
  private static let statusColumns = 7
  private static let leastLatencyColumns = 5
  /// What tells how much time a sparkline spans: ` 10m`.
  private static let spanColumns = 4
  /// A narrower sparkline tells nothing beside words.
  private static let narrowestSparkline = 5
  /// So long the last probes alone tell more.
  private static let fewProbes = Duration.seconds(240)
  /// The latency in seconds that fills a sparkline at least: below it, differences do not matter.
  private static let slowAnswer = 0.3

  static func lines(_ model: Model, columns: Int, rows: Int) -> [Line] {
    guard let snapshot = model.snapshot else { return [] }
    let server = snapshot.server
    var remarks: [Line] = []
    if let rejection = server.rejection {
      remarks += CellWidth.wrapped(rejection, to: columns).prefix(2).map { Line($0, .critical) }
    }
    if let report = report(of: snapshot, at: model.now, columns: columns) {
      remarks.append(report)
    }
    var lines = [state(server, model: model, columns: columns)]
    if server.endpoints.isEmpty {
      lines += CellWidth.wrapped(
        "set [server] url, and start again, to have it probed",
        to: columns
      ).map {
        Line($0, .dim)
      }
      return lines + remarks
    }
    let room = max(rows - lines.count - remarks.count, 1)
    lines += endpoints(server.endpoints, model: model, columns: columns, rows: room)
    return DataAge.probe.told(
      lines + remarks,
      since: server.probedAt,
      at: model.now,
      columns: columns
    )
  }

  private static func state(_ server: ServerStatus, model: Model, columns: Int) -> Line {
    var spans = [StateWord.server(server).span]
    if let latency = server.latency { spans.append(Span("   " + latencyText(latency))) }
    guard let text = server.availability?.text else { return Line(spans) }
    let share = String(text.prefix { $0 != " " })
    return .fitting(columns, [text, share].map { Line(spans, right: [Span($0, .dim)]) })
  }

  private static func endpoints(
    _ endpoints: [EndpointStatus],
    model: Model,
    columns: Int,
    rows: Int
  ) -> [Line] {
    guard endpoints.count > rows else { return table(endpoints[...], model, columns: columns) }
    let failing = endpoints.filter { $0.error != nil }
    let shown = (failing + endpoints.filter { $0.error == nil }).prefix(max(rows - 1, 1))
    let rest = rows > 1 ? [Line("and \(endpoints.count - shown.count) more", .dim)] : []
    return table(shown, model, columns: columns) + rest
  }

  /// A row for each endpoint, with sparklines below each other where there is room for them.
  private static func table(
    _ endpoints: ArraySlice<EndpointStatus>,
    _ model: Model,
    columns: Int
  ) -> [Line] {
    let widestName = endpoints.map { CellWidth.of($0.name) }.max() ?? 0
    let nameColumns = min(widestName, mostNameColumns)
    let room = columns - nameColumns - statusColumns
    let latencies = endpoints.compactMap(\.latency).map { CellWidth.of(latencyText($0)) }
    let latencyColumns = max(latencies.max() ?? 0, leastLatencyColumns)
    let outcomes = (0..<FailureWords.variantCount).map { variant in
      endpoints.map { outcome(of: $0, variant: variant, latencyColumns: latencyColumns) }
    }
    let widths = outcomes.map { $0.map(\.width).max() ?? 0 }
    let charted = widths.firstIndex { room - $0 - Line.gap >= narrowestSparkline }
    let fitting = charted ?? widths.firstIndex { $0 <= room } ?? widths.count - 1
    let barColumns = charted == nil ? 0 : room - widths[fitting] - Line.gap
    // How much time the bars span stands behind the first ones, where that leaves enough of them.
    let told = recent(model, columns: barColumns - spanColumns)?.span.shortAgeText
    let span = barColumns - spanColumns >= narrowestSparkline ? told : nil
    let chartColumns = span == nil ? barColumns : barColumns - spanColumns
    return zip(endpoints, outcomes[fitting]).enumerated().map { row, pair in
      let (endpoint, outcome) = pair
      let code = endpoint.httpStatus.map { "\($0)" } ?? "–"
      let answered: Role = endpoint.httpStatus == nil ? .dim : .ok
      let status = Span(code.rightAligned(in: 3), endpoint.error == nil ? answered : .critical)
      let name = Span(endpoint.name.leftAligned(in: nameColumns) + "  ")
      let gap = Span(String(repeating: " ", count: widths[fitting] - outcome.width + Line.gap))
      return Line(
        [name, status, Span("  "), outcome, gap]
          + sparkline(of: endpoint, model, columns: chartColumns)
          + (row == 0 ? span.map { [Span(" " + $0, .dim)] } ?? [] : [])
      )
    }
  }

  /// What is known of the last hour, once that is more than the last probes.
  private static func recent(_ model: Model, columns: Int) -> (figures: [Figures?], span: Duration)?
  {
    guard let start = model.past.figures[.server, .fine].start, model.now - start > fewProbes else {
      return nil
    }
    return model.past.recent(.server, columns: columns, at: model.now)
  }

  /// How long the answers took lately, a cross where none came.
  private static func sparkline(of endpoint: EndpointStatus, _ model: Model, columns: Int) -> [Span]
  {
    let all = model.snapshot?.server.endpoints ?? []
    guard let index = all.firstIndex(where: { $0.name == endpoint.name && $0.url == endpoint.url }),
      index < ServerFigure.mostEndpoints, let recent = recent(model, columns: columns)
    else { return Sparkline.spans(endpoint.history, columns: columns, floor: slowAnswer) }
    let failures = recent.figures.indices.filter {
      recent.figures[$0].flatMap { $0[ServerFigure.failures(index)] } ?? 0 > 0
    }
    return Sparkline.recorded(
      recent.figures.map { $0.flatMap { $0[ServerFigure.latency(index)] } },
      failures: Set(failures),
      floor: slowAnswer
    )
  }

  /// How long the answer took, or why there was none.
  private static func outcome(
    of endpoint: EndpointStatus,
    variant: Int,
    latencyColumns: Int
  ) -> Span {
    guard endpoint.probedAt != nil else { return Span("not probed yet", .dim) }
    guard endpoint.error == nil else {
      return Span(FailureWords.text(of: endpoint, variant: variant), .critical)
    }
    return Span((endpoint.latency.map(latencyText) ?? "–").rightAligned(in: latencyColumns))
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
