internal import QueueEngine

extension Document {
  /// As many columns as the longest name of an origin has.
  private static let originColumns = 7

  /// Who did what to the files, and what came of it, the last one first.
  static func history(_ model: Model, columns: Int) -> Document {
    var document = Document(
      title: [Span("History", .title), Span("  keys, commands and worker", .dim)],
      columns: columns
    )
    let records = model.allRecords
    if records.isEmpty {
      document.append("Nothing has been done yet.", .dim)
    }
    for (index, record) in records.reversed().enumerated() {
      if index > 0 { document.append([.empty]) }
      document.append(record, model)
    }
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
}
