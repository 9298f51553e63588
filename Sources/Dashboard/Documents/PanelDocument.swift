internal import QueueEngine

extension Document {
  /// Everything that is known about one panel, and then everything that is wrong.
  static func panel(_ panel: Panel, model: Model, columns: Int) -> Document {
    var document = Document(title: [Span(panel.title, .title)], columns: columns)
    document.append(panel.statusLines(model, columns: columns, rows: .max / 2))
    if let snapshot = model.snapshot {
      switch panel {
      case .server: document.append(server: snapshot.server, at: model.now)
      case .queue: document.append(queue: snapshot.queue.content)
      case .lock: document.append(lock: snapshot.lock, model: model)
      case .log: document.append(log: snapshot.log.content)
      case .deadLetters: break
      }
    }
    guard panel != .log else { return document }
    document.append(heading: "What is wrong")
    document.append(findings: model.findings, model: model)
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
    for holder in lock.holders {
      let start = holder.startedAt.map { " (started \($0.agoText(at: model.now)))" } ?? ""
      append(holder.command + start, lead: [Span("\(holder.pid)  ", .dim)])
    }
  }

  private mutating func append(log: LogTail?) {
    for line in log?.lines ?? [] { append(line.text, LogPanel.role(of: line.kind)) }
  }
}
