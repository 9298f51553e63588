internal import QueueEngine

extension Panel {
  /// What findings on its page are about.
  fileprivate var topics: Set<FindingTopic?> {
    switch self {
    case .server: [.vps, .metrics]
    case .queue: [.queue, .files]
    case .lock: [.lock, .worker]
    case .deadLetters: [.dlq]
    case .log: []
    }
  }
}

extension Document {
  /// Everything that is known about one panel, and what is wrong there.
  static func panel(_ panel: Panel, model: Model, columns: Int) -> Document {
    var document = Document(title: [Span(panel.title, .title)], columns: columns)
    document.append(panel.statusLines(model, columns: columns, rows: .max / 2))
    if let snapshot = model.snapshot {
      switch panel {
      case .server:
        document.append(server: snapshot.server, at: model.now)
        document.append(metrics: snapshot.metrics, at: model.now)
      case .queue:
        document.append(history: model.history)
        document.append(queue: snapshot.queue.content)
      case .lock where snapshot.isLockAwaited: break
      case .lock:
        document.append(lock: snapshot.lock, model: model)
        document.append(workers: snapshot.worker, at: model.now)
      case .log: document.append(log: model.logFeed)
      case .deadLetters: break
      }
    }
    guard panel != .log else { return document }
    let own = model.findings.filter { panel.topics.contains($0.code.row.topic) }
    let others = model.findings.count { $0.severity > .ok } - own.count
    let key = model.keymap.label(of: .findings, model.charset)
    document.append(
      heading: "Findings",
      note: others > 0 ? "\(others) more elsewhere\(key.map { ": \($0)" } ?? "")" : ""
    )
    document.append(findings: own, model: model)
    if own.isEmpty { document.append("nothing wrong here", .dim) }
    return document
  }

  private mutating func append(server: ServerStatus, at now: Timestamp) {
    for endpoint in server.endpoints {
      append(heading: endpoint.name, note: endpoint.url)
      let status = endpoint.httpStatus.map { "HTTP \($0)" } ?? "no answer"
      let latency = endpoint.latency.map { " in " + ServerPanel.latencyText($0) } ?? ""
      let age = endpoint.probedAt.map { ", " + $0.agoText(at: now) } ?? ", not probed yet"
      append(status + latency + age)
      if let error = endpoint.error { append(error, .critical) }
      if endpoint.consecutiveFailures > 0 {
        append("\(endpoint.consecutiveFailures) failures in a row", .warning)
      }
      if let availability = endpoint.availability {
        append("answered \(availability.text)")
        append(day: availability.parts)
      }
    }
  }

  /// The half-hours of the last day in one line, where there is room for all.
  private mutating func append(day parts: [Availability.Part]) {
    let line = Line([Span("24 h ago  ", .dim)] + Sparkline.day(parts))
    if line.width <= columns { append([line]) }
  }

  private mutating func append(history: PendingHistory) {
    guard let rates = history.ratesPerMinute else { return }
    append(heading: "Flow", note: "of the last minutes, counted by ids")
    let rows: [(String, Double)] = [
      ("came", rates.arrived), ("delivered", rates.delivered), ("failed", rates.failed),
      ("moved", rates.moved),
    ]
    for (name, rate) in rows {
      let isMoved = name == "moved"
      append(
        "\(QueuePanel.rateText(rate)) a minute\(isMoved ? " into the dead letters" : "")",
        lead: [Span(name.leftAligned(in: 14), .dim)]
      )
    }
  }

  private mutating func append(metrics: FileReading<Metrics>, at now: Timestamp) {
    guard metrics.state != .missing else { return }
    let written = (metrics.content?.lastUpdate ?? metrics.modifiedAt).map { $0.agoText(at: now) }
    append(heading: "What the worker says", note: written.map { "written \($0)" } ?? "")
    if let problem = metrics.problem { append(problem.message, .warning) }
    guard let content = metrics.content else { return }
    for field in MetricsField.all {
      guard let label = field.label, let text = field.text(in: content) else { continue }
      append(text, lead: [Span(label.leftAligned(in: 17), .dim)])
    }
  }

  private mutating func append(queue: QueueContents?) {
    guard let queue, !queue.flagged.isEmpty else { return }
    append(heading: "Oddities", note: "\(queue.flaggedCount) items")
    for item in queue.flagged {
      let words = ItemFlags.catalog.filter { item.flags.contains($0.flag) }.map(\.explanation)
      append(
        "\(words.joined(separator: "; ")) (byte \(item.byteOffset))",
        lead: [Span(item.id.leftAligned(in: 8) + "  ", .dim)]
      )
    }
  }

  private mutating func append(lock: LockStatus, model: Model) {
    if !lock.evidence.isEmpty {
      append(heading: "Evidence")
      for fact in lock.evidence { append(fact, lead: [Span("· ", .dim)]) }
    }
    guard !lock.holders.isEmpty else { return }
    append(heading: "Holders")
    append(processes: lock.holders, at: model.now)
  }

  private mutating func append(workers: WorkerStatus, at now: Timestamp) {
    let activity = workers.lastActivity.map { "last activity \($0.agoText(at: now))" } ?? ""
    append(heading: "Workers", note: activity)
    if workers.running.isEmpty { append("none running", .dim) }
    append(processes: workers.running, at: now)
  }

  private mutating func append(processes: [RunningProcess], at now: Timestamp) {
    for process in processes {
      let start = process.startedAt.map { " (started \($0.agoText(at: now)))" } ?? ""
      append(process.command + start, lead: [Span("\(process.pid)  ", .dim)])
    }
  }

  private mutating func append(log feed: LogFeed) {
    for entry in feed.entries {
      let lead = entry.isFromRun ? [LogPanel.runGutter] : []
      append(entry.line.text, LogPanel.role(of: entry.line.kind), lead: lead)
    }
  }
}
