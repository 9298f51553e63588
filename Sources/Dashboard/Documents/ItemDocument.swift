internal import QueueEngine

extension Document {
  private static let retriesShown = 8
  private static let nameColumns = 12
  private static let fieldColumns = 18
  /// So many lines of the content stand first; the rest of a longer one stands further down.
  private static let contentLinesFirst = 12

  /// One dead letter: its content first, then why it is here and when it goes on, its flags, its lines of
  /// the log, its fields, its JSON.
  static func item(_ key: ItemKey, loaded: LoadedItem?, model: Model, columns: Int) -> Document {
    let name = key.id.isEmpty ? "without an id" : key.id
    let item = model.deadLetters.item(for: key)
    let project = item.map { $0.project.isEmpty ? "" : " · \($0.project)" } ?? ""
    var document = Document(
      title: [Span("Dead letter", .title), Span("  \(name)\(project)", .text)],
      columns: columns
    )
    if item == nil {
      document.append("It is no longer in the dead-letter file: delivered, or removed.", .warning)
    }
    document.append(beginningOf: loaded)
    if let item {
      document.append([.empty])
      document.append(facts: item, model: model)
      document.append(flags: item)
      document.append(logOf: item, model: model)
    }
    document.append(restOf: loaded, item: item)
    return document
  }

  /// The content as far as it leaves room for the rest.
  private mutating func append(beginningOf loaded: LoadedItem?) {
    guard let loaded else {
      append([Line("reading the item …", .dim)])
      return
    }
    if let problem = loaded.detail.problem { append(problem, .critical) }
    let isWhole = loaded.content.count <= Self.contentLinesFirst
    append(plain: Array(loaded.content.prefix(Self.contentLinesFirst)))
    if loaded.content.allSatisfy(\.isEmpty), loaded.detail.problem == nil {
      append("no content", .dim)
    }
    guard !isWhole else { return }
    let rest = loaded.content.count - Self.contentLinesFirst
    append("… \(rest) more line\(rest == 1 ? "" : "s"): all of it stands below", .dim)
  }

  private mutating func append(facts item: DeadLetter, model: Model) {
    let now = model.now
    append("why", value: model.causes.text(for: item) ?? "no cause is known")
    append(
      "tries",
      value: item.retryCount == 1 ? "1 as a dead letter" : "\(item.retryCount) as a dead letter"
    )
    if item.lastAttempt.secondsSinceEpoch > 0 {
      let moment = item.lastAttempt.momentText(at: now, zoneOffset: model.zoneOffset)
      append("last try", value: "\(item.lastAttempt.agoText(at: now)), at \(moment)")
    }
    append(retriesOf: item, model: model)
    guard let movedAt = item.movedAt else { return }
    let moment = movedAt.momentText(at: now, zoneOffset: model.zoneOffset)
    append("in DLQ", value: "\((now - movedAt).ageText), since \(moment)")
  }

  private mutating func append(_ name: String, value: String) {
    let width = min(Self.nameColumns, columns / 3)
    append(value, lead: [Span(name.leftAligned(in: width - 2) + "  ", .dim)])
  }

  /// The coming retries, if each of them fails as soon as it is due: as many as fit a line.
  private mutating func append(retriesOf item: DeadLetter, model: Model) {
    var moment = max(item.dueAt, model.now)
    let wait = moment - model.now
    let width = min(Self.nameColumns, columns / 3)
    let when = wait > .zero ? "in \(wait.countdownText)" : "due now"
    var spans = [Span("next".leftAligned(in: width), .dim), Span(when, .accent, bold: true)]
    var room = columns - width - CellWidth.of(when)
    for step in 0..<Self.retriesShown {
      let clock = String(moment.clockText(zoneOffset: model.zoneOffset).prefix(5))
      let told = step == 0 ? "   ● \(clock)" : "  ○ \(clock)"
      room -= CellWidth.of(told)
      guard room >= 0 else { break }
      spans.append(Span(told, step == 0 ? .accent : .dim))
      moment = moment + Backoff.delay(retryCount: max(item.retryCount, 0) &+ step &+ 1)
    }
    append([Line(spans)])
    append(
      "",
      value: "each after \(Self.delays(after: item)), if it fails again; retries never end"
    )
  }

  /// How long the waits after the next retries are.
  private static func delays(after item: DeadLetter) -> String {
    let next = Backoff.delay(retryCount: max(item.retryCount, 0) &+ 1)
    let later = Backoff.delay(retryCount: max(item.retryCount, 0) &+ 2)
    return next == later ? next.limitText : "\(next.limitText), then \(later.limitText)"
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

  private mutating func append(logOf item: DeadLetter, model: Model) {
    let lines = (model.snapshot?.log.content?.lines ?? []).filter { line in
      guard let prefix = line.idPrefix, !prefix.isEmpty else { return false }
      return item.key.id.hasPrefix(prefix)
    }
    guard !lines.isEmpty else { return }
    append(heading: "Log")
    for line in lines { append(line.text, LogPanel.role(of: line.kind)) }
  }

  private mutating func append(restOf loaded: LoadedItem?, item: DeadLetter?) {
    guard let loaded else { return }
    append(heading: "Fields")
    for field in loaded.detail.fields { append(field: field.name, value: field.value) }
    if let item {
      append(field: "content", value: "\(item.contentBytes) bytes")
      let range = item.byteRange
      append(field: "in the file", value: "bytes \(range.lowerBound) to \(range.upperBound)")
    }
    if loaded.content.count > Self.contentLinesFirst {
      append(heading: "Content", note: "all of it")
      append(plain: loaded.content)
    }
    append(heading: "JSON", note: "as it stands in the file")
    append(plain: loaded.raw)
  }

  private mutating func append(field name: String, value: String) {
    let width = min(Self.fieldColumns, columns / 3)
    append(value, lead: [Span(name.leftAligned(in: width - 2) + "  ", .dim)])
  }
}
