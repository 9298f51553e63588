internal import QueueEngine

extension Document {
  private static let retriesShown = 6
  private static let nameColumns = 18

  /// One dead letter: its fields, flags and coming retries, its lines of the log, its content, its JSON.
  static func item(_ key: ItemKey, loaded: LoadedItem?, model: Model, columns: Int) -> Document {
    let name = key.id.isEmpty ? "without an id" : key.id
    var document = Document(
      title: [Span("Dead letter", .title), Span("  \(name)", .text)],
      columns: columns
    )
    guard let item = model.deadLetters.item(for: key) else {
      document.append("It is no longer in the dead-letter file: delivered, or removed.", .warning)
      document.append(loaded)
      return document
    }
    document.append(facts: item, loaded: loaded, model: model)
    document.append(flags: item)
    document.append(retriesOf: item, model: model)
    document.append(logOf: item, model: model)
    document.append(loaded)
    return document
  }

  private mutating func append(facts item: DeadLetter, loaded: LoadedItem?, model: Model) {
    let now = model.now
    let due = item.dueAt - now
    append("project", value: item.project.isEmpty ? "–" : item.project)
    append("tries", value: "\(item.retryCount)")
    append("next retry", value: due > .zero ? "in \(due.countdownText)" : "due now")
    if item.lastAttempt.secondsSinceEpoch > 0 {
      append("last try", value: item.lastAttempt.agoText(at: now))
    }
    if let movedAt = item.movedAt { append("in DLQ", value: (now - movedAt).ageText) }
    append("cause", value: model.causes.cause(of: item) ?? "–")
    append("content", value: "\(item.contentBytes) bytes")
    append(
      "in the file",
      value: "bytes \(item.byteRange.lowerBound) to \(item.byteRange.upperBound)"
    )
    guard let loaded else { return }
    append(heading: "Fields")
    for field in loaded.detail.fields { append(field.name, value: field.value) }
  }

  private mutating func append(_ name: String, value: String) {
    let width = min(Self.nameColumns, columns / 3)
    append(value, lead: [Span(name.leftAligned(in: width - 2) + "  ", .dim)])
  }

  private mutating func append(flags item: DeadLetter) {
    guard !item.flags.isEmpty else { return }
    append(heading: "Oddities")
    for entry in ItemFlags.catalog where item.flags.contains(entry.flag) {
      let isFatal = ItemFlags.undeliverable.contains(entry.flag)
      append(
        entry.explanation + (isFatal ? "; it cannot be sent as it stands" : ""),
        isFatal ? .warning : .text,
        lead: [Span(isFatal ? "▲ " : "· ", isFatal ? .warning : .dim)]
      )
    }
    if let offset = item.problemOffset {
      append("the first wrong byte is at offset \(offset)", lead: [Span("· ", .dim)])
    }
  }

  /// The coming retries, if each of them fails as soon as it is due.
  private mutating func append(retriesOf item: DeadLetter, model: Model) {
    append(heading: "Coming retries", note: "if each fails at once; retries never end")
    var moment = max(item.dueAt, model.now)
    for step in 0..<Self.retriesShown {
      let count = max(item.retryCount, 0) &+ step
      let wait = moment - model.now
      let delay = Backoff.delay(retryCount: count &+ 1)
      append([
        Line([
          Span(step == 0 ? "● " : "│ ", step == 0 ? .accent : .dim),
          Span(moment.clockText(zoneOffset: model.zoneOffset)),
          Span((wait > .zero ? "in \(wait.countdownText)" : "now").rightAligned(in: 12)),
          Span("   retry \(count &+ 1)".leftAligned(in: 14)),
          Span("then wait \(delay.limitText)", .dim),
        ])
      ])
      moment = moment + delay
    }
  }

  private mutating func append(logOf item: DeadLetter, model: Model) {
    let lines = (model.snapshot?.log.content?.lines ?? []).filter { line in
      guard let prefix = line.idPrefix, !prefix.isEmpty else { return false }
      return item.key.id.hasPrefix(prefix)
    }
    guard !lines.isEmpty else { return }
    append(heading: "Log")
    for line in lines { append(line.text, LogPanel.role(of: line.kind)) }
  }

  private mutating func append(_ loaded: LoadedItem?) {
    guard let loaded else {
      append([.empty, Line("reading the item …", .dim)])
      return
    }
    if let problem = loaded.detail.problem {
      append([.empty])
      append(problem, .critical)
    }
    append(heading: "Content")
    append(plain: loaded.content)
    append(heading: "JSON", note: "as it stands in the file")
    append(plain: loaded.raw)
  }
}
