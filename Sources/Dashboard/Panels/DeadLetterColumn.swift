internal import QueueEngine

/// What a row of the table is made of.
struct DeadLetterRow {
  let item: DeadLetter
  let cause: String?
  let now: Timestamp
}

/// One column of the table of dead letters: its heading, how wide it may be, and what it shows.
struct DeadLetterColumn: Sendable {
  enum Alignment: Sendable {
    case left, right
  }

  let title: String
  /// The order in which this column ascends; `nil` where there is none.
  var sortedBy: DeadLetterSort.Column?
  /// The heading where the column to the right, over which it reaches, was dropped.
  var shortTitle: String?
  let alignment: Alignment
  /// The columns below which it is dropped, and those beyond which it does not grow.
  let width: ClosedRange<Int>
  /// Where room is short, the column with the highest rank goes first; 0 stays.
  let dropRank: Int
  /// Blanks between it and the column before it.
  var gap = 2
  /// Its text in a row, given its width.
  let spans: @Sendable (DeadLetterRow, Int) -> [Span]

  /// The columns, from left to right.
  static let all = [
    DeadLetterColumn(
      title: "ID",
      sortedBy: .id,
      alignment: .left,
      width: 8...8,
      dropRank: 0,
      gap: 0
    ) { row, _ in
      let id = row.item.key.id
      return [Span(id.isEmpty ? "(no id)" : String(id.prefix(8)), id.isEmpty ? .warning : .text)]
    },
    DeadLetterColumn(
      title: "PROJECT",
      sortedBy: .project,
      alignment: .left,
      width: 20...28,
      dropRank: 0
    ) { row, _ in
      let project = row.item.project
      return [Span(project.isEmpty ? "–" : project, project.isEmpty ? .dim : .text)]
    },
    DeadLetterColumn(title: "TRIES", sortedBy: .tries, alignment: .right, width: 5...5, dropRank: 2)
    { row, _ in
      [Span("\(row.item.retryCount)")]
    },
    DeadLetterColumn(
      title: "NEXT RETRY",
      sortedBy: .nextRetry,
      shortTitle: "RETRY",
      alignment: .left,
      width: 7...7,
      dropRank: 0
    ) {
      row,
      _ in
      let wait = row.item.dueAt - row.now
      guard wait > .zero else { return [Span("due now", .accent, bold: true)] }
      return [Span(wait.countdownText.rightAligned(in: 7))]
    },
    DeadLetterColumn(title: "", alignment: .left, width: 14...14, dropRank: 6, gap: 1) {
      row,
      width in
      let wait = row.item.dueAt - row.now
      guard wait > .zero else { return [] }
      let delay = Backoff.delay(retryCount: row.item.retryCount)
      return Sparkline.bar(1 - wait.seconds / delay.seconds, columns: width)
    },
    DeadLetterColumn(
      title: "LAST TRY",
      sortedBy: .lastTry,
      alignment: .right,
      width: 8...9,
      dropRank: 4
    ) { row, _ in
      guard row.item.lastAttempt.secondsSinceEpoch > 0 else { return [Span("–", .dim)] }
      return [Span((row.now - row.item.lastAttempt).ageText)]
    },
    DeadLetterColumn(title: "IN DLQ", sortedBy: .age, alignment: .right, width: 6...6, dropRank: 5)
    { row, _ in
      guard let movedAt = row.item.movedAt else { return [Span("–", .dim)] }
      return [Span((row.now - movedAt).shortAgeText)]
    },
    DeadLetterColumn(
      title: "CAUSE",
      sortedBy: .cause,
      alignment: .left,
      width: 11...400,
      dropRank: 3
    ) { row, _ in
      cause(of: row)
    },
  ]

  private static func cause(of row: DeadLetterRow) -> [Span] {
    guard let cause = row.cause else { return [Span("–", .dim)] }
    return row.item.flags.isDisjoint(with: .undeliverable)
      ? [Span(cause)] : [Span("▲ " + cause, .warning)]
  }

  /// A column and where it stands.
  struct Placed {
    let column: DeadLetterColumn
    let x: Int
    let width: Int
  }

  /// The columns that fit, with their widths; what is left over goes to those that may grow.
  static func placed(in room: Int) -> [Placed] {
    var kept = all
    while total(kept) > room, let rank = kept.map(\.dropRank).max(), rank > 0 {
      kept.removeAll { $0.dropRank == rank }
    }
    var widths = kept.map(\.width.lowerBound)
    var spare = room - total(kept)
    for index in kept.indices where spare > 0 {
      let growth = min(spare, kept[index].width.upperBound - widths[index])
      widths[index] += growth
      spare -= growth
    }
    if spare < 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
      widths[widest] = max(widths[widest] + spare, 1)
    }
    var x = 0
    return zip(kept, widths).map { column, width in
      x += column.gap
      defer { x += width }
      return Placed(column: column, x: x, width: width)
    }
  }

  private static func total(_ columns: [DeadLetterColumn]) -> Int {
    columns.reduce(0) { $0 + $1.gap + $1.width.lowerBound }
  }
}
