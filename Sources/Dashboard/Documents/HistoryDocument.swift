internal import QueueEngine

extension Document {
  /// As many columns as the longest name of an origin has.
  private static let originColumns = 7

  /// Who did what to the files, and what came of it: a person's own acts with their evidence on top, then
  /// the runs of workers, one line each, those that came to the same folded; the last one first.
  static func history(_ model: Model, origin: ActionOrigin?, columns: Int) -> Document {
    let shown = origin.map { "\($0.plural) alone" } ?? "keys, commands and worker"
    var document = Document(
      title: [Span("History", .title), Span("  \(shown)", origin == nil ? .dim : .accent)],
      columns: columns
    )
    let records = model.allRecords.filter { origin == nil || $0.origin == origin }
    let acts = records.filter { $0.origin != .worker }
    let runs = records.filter { $0.origin == .worker }
    if records.isEmpty {
      let what = origin.map { "by \($0.plural) " } ?? ""
      document.append(
        model.replay == nil
          ? "Nothing has been done \(what)yet: c, r, x and the worker leave a line here."
          : "A recording does not hold who did what: \"mem0top history\" tells it.",
        .dim
      )
    }
    if !acts.isEmpty { document.append(heading: "By people") }
    for (index, record) in acts.reversed().enumerated() {
      if index > 0 { document.append([.empty]) }
      document.append(record, model)
    }
    if !runs.isEmpty { document.append(heading: "By the worker") }
    for run in folded(runs).reversed() { document.append(run, model) }
    return document
  }

  private mutating func append(_ record: ActionRecord, _ model: Model) {
    let (mark, role) = NoticeLines.look(of: record.kind)
    let time = record.time.momentText(at: model.now, zoneOffset: model.zoneOffset)
    let origin = record.origin.rawValue.leftAligned(in: Self.originColumns)
    append(record.title, lead: [Span("\(time)  \(origin)  ", .dim)])
    append(record.result, role, lead: [Span("  \(mark) ", role, bold: true)])
    for fact in record.evidence { append(fact, .dim, lead: [Span("    · ", .dim)]) }
  }

  /// A run, or several in a row that came to the same.
  private struct Run {
    let record: ActionRecord
    let since: Timestamp
    var count = 1
  }

  private static func folded(_ records: [ActionRecord]) -> [Run] {
    var runs: [Run] = []
    for record in records {
      if let last = runs.last, last.record.result == record.result, last.record.kind == record.kind
      {
        runs[runs.count - 1] = Run(record: record, since: last.since, count: last.count + 1)
      } else {
        runs.append(Run(record: record, since: record.time))
      }
    }
    return runs
  }

  private mutating func append(_ run: Run, _ model: Model) {
    let (mark, role) = NoticeLines.look(of: run.record.kind)
    let time = run.record.time.momentText(at: model.now, zoneOffset: model.zoneOffset)
    let since = run.since.momentText(at: model.now, zoneOffset: model.zoneOffset)
    let again = run.count > 1 ? "  ×\(run.count) since \(since)" : ""
    // What went well is no news.
    append(
      run.record.result + again,
      run.record.kind == .success ? .text : role,
      lead: [Span("\(time)  ", .dim), Span("\(mark) ", role, bold: true)]
    )
  }
}

extension ActionOrigin {
  /// Those of one kind in words.
  fileprivate var plural: String {
    switch self {
    case .key: "keys"
    case .command: "commands"
    case .worker: "the worker"
    }
  }
}

extension Model {
  /// Shows of the history what keys, commands or the worker did, or all again.
  mutating func showNextOrigin() {
    guard let top = views.indices.last else { return }
    views[top].scroll = 0
    views[top].origin =
      switch views[top].origin {
      case nil: .key
      case .key: .command
      case .command: .worker
      case .worker: nil
      }
  }
}
