internal import QueueEngine

extension Document {
  /// What the actions of this session came to, the last one first.
  static func history(_ model: Model, columns: Int) -> Document {
    var document = Document(
      title: [Span("History", .title), Span("  this session", .dim)],
      columns: columns
    )
    if model.records.isEmpty {
      document.append("Nothing was done yet.", .dim)
    }
    for (index, record) in model.records.reversed().enumerated() {
      if index > 0 { document.append([.empty]) }
      document.append(record, zoneOffset: model.zoneOffset)
    }
    return document
  }

  private mutating func append(_ record: ActionRecord, zoneOffset: Duration) {
    let (mark, role) = NoticeLines.look(of: record.kind)
    let time = record.time.clockText(zoneOffset: zoneOffset)
    append(record.title, lead: [Span("\(time)  ", .dim)])
    append(record.result, role, lead: [Span("  \(mark) ", role, bold: true)])
    for fact in record.evidence { append(fact, .dim, lead: [Span("    · ", .dim)]) }
  }
}
