internal import QueueEngine

extension Document {
  private static let retriesShown = 8
  private static let nameColumns = 12
  private static let fieldColumns = 18
  /// So many lines of the content stand first; the rest of a longer one stands further down.
  private static let contentLinesFirst = 12

  /// One item: its content first, then why it is here and when it goes on, its flags, its lines of the log,
  /// its fields, its JSON.
  static func item(
    _ key: ItemKey,
    of file: ListFile,
    loaded: LoadedItem?,
    model: Model,
    columns: Int
  ) -> Document {
    let name = key.id.isEmpty ? "without an id" : key.id
    let item = model.list(of: file).item(for: key)
    let project = item.map { $0.project.isEmpty ? "" : " · \($0.project)" } ?? ""
    let kind = file == .queue ? "Memory in the queue" : "Dead letter"
    var document = Document(
      title: [Span(kind, .title), Span("  \(name)\(project)", .text)],
      columns: columns
    )
    if item == nil {
      let place = file == .queue ? "queue" : "dead-letter file"
      document.append("It is no longer in the \(place): delivered, moved or removed.", .warning)
    }
    document.append(beginningOf: loaded)
    if let item {
      document.append([.empty])
      if file == .queue {
        document.append(waitOf: item, model: model)
      } else {
        document.append(facts: item, loaded: loaded, model: model)
      }
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

  private mutating func append(facts item: DeadLetter, loaded: LoadedItem?, model: Model) {
    let now = model.now
    append("why", value: model.causes.text(for: item) ?? "no cause is known")
    let before = loaded?.detail.fields.first { $0.name == "retries" }.flatMap { Int($0.value) } ?? 0
    append(
      "tries",
      value: "\(item.retryCount) as a dead letter"
        + (before > 0 ? ", after \(before) in the queue" : "")
    )
    if item.lastAttempt.secondsSinceEpoch > 0 {
      append("last try", moment: item.lastAttempt, item.lastAttempt.agoText(at: now), model)
    }
    append(retriesOf: item, model: model)
    guard let movedAt = item.movedAt else { return }
    append("in DLQ", moment: movedAt, (now - movedAt).ageText, model)
  }

  /// Why a memory of the queue waits, for how long, and what comes next.
  private mutating func append(waitOf item: QueuedItem, model: Model) {
    let count = item.retryCount
    if count > 0 {
      append("why", value: model.causes.ofQueue.text(for: item) ?? "no cause is known")
    }
    let left = WorkLedger.mostFailures - count
    let rest = left > 0 ? "; a dead letter after \(left) more that fail\(left == 1 ? "s" : "")" : ""
    append("tries", value: count == 0 ? "none yet" : "\(count) failed\(rest)")
    if let time = item.movedAt {
      append("queued", moment: time, time.agoText(at: model.now), model)
    }
    append("next", value: "with the next run of the worker")
  }

  /// A time of the item: how long ago, then local, then as it stands in the file.
  private mutating func append(_ name: String, moment: Timestamp, _ age: String, _ model: Model) {
    let local = moment.momentText(at: model.now, zoneOffset: model.zoneOffset)
    let seconds = moment.secondsSinceEpoch
    let raw = Int(exactly: seconds.rounded(.down)).map { " (\($0))" } ?? ""
    append(name, value: "\(age), \(local)\(raw)")
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
    if item.lastAttempt.secondsSinceEpoch > 0 {
      let told = "   ✖ \(item.lastAttempt.clockText(zoneOffset: model.zoneOffset).prefix(5))"
      spans.append(Span(told, .warning))
      room -= CellWidth.of(told)
    }
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
      value: "if it fails again: after \(Self.delays(after: item)), and so on without end"
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
