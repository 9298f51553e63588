internal import QueueEngine

/// What a row of the table is made of.
struct ItemRow {
  let item: DeadLetter
  let cause: String?
  /// The beginning of its content; `nil` where it was not read.
  var preview: String?
  let now: Timestamp
}

/// One column of a list's table: its heading, how wide it may be, and what it shows.
struct ItemColumn: Sendable {
  enum Alignment: Sendable {
    case left, right
  }

  let title: String
  /// How wide it is before others get more, and which one gets it first: the lowest.
  var comfort = 0
  var growthRank = 5
  /// The order in which this column ascends; `nil` where there is none.
  var sortedBy: ItemSort.Column?
  /// The heading where the other one does not fit.
  var shortTitle: String?
  let alignment: Alignment
  /// The columns below which it is dropped, and those beyond which it does not grow.
  let width: ClosedRange<Int>
  /// Where room is short, the column with the highest rank goes first; 0 stays.
  let dropRank: Int
  /// Blanks between it and the column before it.
  var gap = 2
  /// Its text in a row, given its width.
  let spans: @Sendable (ItemRow, Int) -> [Span]

  /// The heading of what is read only where there is room for it.
  static let contentTitle = "CONTENT"

  /// The columns of a list, from left to right.
  static func all(of list: ListFile) -> [ItemColumn] {
    list == .queue ? ofQueue : ofDeadLetters
  }

  private static let ofDeadLetters = [id, project, tries] + waits + [cause, content]
  private static let ofQueue = [id, project, tries, age, cause, flags, content]

  private static let id =
    ItemColumn(
      title: "ID",
      sortedBy: .id,
      alignment: .left,
      width: 8...8,
      dropRank: 0,
      gap: 0
    ) { row, _ in
      let id = row.item.key.id
      return [Span(id.isEmpty ? "(no id)" : String(id.prefix(8)), id.isEmpty ? .warning : .text)]
    }

  private static let project =
    ItemColumn(
      title: "PROJECT",
      comfort: 24,
      growthRank: 1,
      sortedBy: .project,
      alignment: .left,
      width: 12...28,
      dropRank: 3
    ) { row, _ in
      let project = row.item.project
      return [Span(project.isEmpty ? "–" : project, project.isEmpty ? .dim : .text)]
    }

  private static let tries =
    ItemColumn(title: "TRIES", sortedBy: .tries, alignment: .right, width: 5...5, dropRank: 2) {
      row,
      _ in
      [Span("\(row.item.retryCount)")]
    }

  private static let age =
    ItemColumn(
      title: "AGE",
      comfort: 8,
      sortedBy: .age,
      alignment: .right,
      width: 7...9,
      dropRank: 0
    ) { row, _ in
      guard let time = row.item.movedAt else { return [Span("–", .dim)] }
      return [Span((row.now - time).ageText)]
    }

  /// What there is to wait for before the next try.
  private static let waits = [
    ItemColumn(
      title: "NEXT RETRY",
      comfort: 10,
      growthRank: 2,
      sortedBy: .nextRetry,
      shortTitle: "RETRY",
      alignment: .right,
      width: 7...10,
      dropRank: 0
    ) { row, _ in
      let wait = row.item.dueAt - row.now
      guard wait > .zero else { return [Span("due now", .accent, bold: true)] }
      return [Span(wait.countdownText)]
    },
    ItemColumn(
      title: "",
      comfort: 4,
      growthRank: 3,
      alignment: .left,
      width: 4...14,
      dropRank: 6,
      gap: 1
    ) { row, width in
      let wait = row.item.dueAt - row.now
      guard wait > .zero else { return [] }
      let delay = Backoff.delay(retryCount: row.item.retryCount)
      return Sparkline.bar(1 - wait.seconds / delay.seconds, columns: width)
    },
    ItemColumn(
      title: "LAST TRY",
      comfort: 8,
      sortedBy: .lastTry,
      alignment: .right,
      width: 8...9,
      dropRank: 4
    ) { row, _ in
      guard row.item.lastAttempt.secondsSinceEpoch > 0 else { return [Span("–", .dim)] }
      return [Span((row.now - row.item.lastAttempt).ageText)]
    },
    ItemColumn(title: "IN DLQ", sortedBy: .age, alignment: .right, width: 6...6, dropRank: 5) {
      row,
      _ in
      guard let movedAt = row.item.movedAt else { return [Span("–", .dim)] }
      return [Span((row.now - movedAt).shortAgeText)]
    },
  ]

  private static let cause =
    ItemColumn(
      title: "CAUSE",
      comfort: 26,
      growthRank: 0,
      sortedBy: .cause,
      alignment: .left,
      width: 11...400,
      dropRank: 1
    ) { row, _ in
      cause(of: row)
    }

  /// What is odd about it, where that does not stand as the cause already.
  private static let flags =
    ItemColumn(title: "FLAGS", comfort: 14, alignment: .left, width: 8...24, dropRank: 6) {
      row,
      _ in
      let names = row.item.flags.subtracting(.undeliverable).names.map {
        $0.split(separator: "_").joined(separator: " ")
      }
      return [Span(names.joined(separator: ", "), .warning)]
    }

  private static let content =
    ItemColumn(title: contentTitle, alignment: .left, width: 32...400, dropRank: 7) { row, _ in
      [Span(row.preview ?? "", .dim)]
    }

  private static func cause(of row: ItemRow) -> [Span] {
    guard let cause = row.cause else { return [Span("–", .dim)] }
    return row.item.flags.isDisjoint(with: .undeliverable)
      ? [Span(cause)] : [Span("▲ " + cause, .warning)]
  }

  /// A column and where it stands.
  struct Placed {
    let column: ItemColumn
    let x: Int
    let width: Int
  }

  /// The columns that fit, with their widths.
  ///
  /// What shows a wait goes first, and a cause is the last to be cut: times are dropped before it is
  /// narrower than most causes are, then the project shrinks and goes. What is left over goes to the
  /// content, where there is room for it, and else to the cause.
  static func placed(in room: Int, of list: ListFile) -> [Placed] {
    var kept = all(of: list)
    while total(kept, { $0.comfortable }) > room, dropHighest(of: &kept, above: lastOfTimes) {}
    while total(kept, { $0.least }) > room, dropHighest(of: &kept, above: 0) {}
    var widths = kept.map { $0.least }
    var spare = room - total(kept) { $0.least }
    let isContentShown = kept.last?.title == contentTitle
    let byGrowth = kept.indices.sorted { kept[$0].growthRank < kept[$1].growthRank }
    for isLast in [false, true] {
      for index in byGrowth where spare > 0 {
        let column = kept[index]
        let isCauseDone = isContentShown && column.sortedBy == .cause
        let wanted = isCauseDone ? widestCause : isLast ? column.most : column.comfortable
        let growth = max(min(spare, wanted - widths[index]), 0)
        widths[index] += growth
        spare -= growth
      }
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

  /// Whether there is room for contents in so many columns.
  static func showsContent(in room: Int, of list: ListFile) -> Bool {
    placed(in: room, of: list).last?.column.title == contentTitle
  }

  /// Columns of a higher rank go as soon as not all are as wide as they should be.
  private static let lastOfTimes = 3
  /// Beside contents a cause needs no more.
  private static let widestCause = 40

  /// Drops the columns of the highest rank, where that is above this one; whether there were any.
  private static func dropHighest(of columns: inout [ItemColumn], above rank: Int) -> Bool {
    guard let highest = columns.map(\.dropRank).max(), highest > rank else { return false }
    columns.removeAll { $0.dropRank == highest }
    return true
  }

  private var comfortable: Int { max(width.lowerBound, comfort) }
  private var least: Int { width.lowerBound }
  private var most: Int { width.upperBound }

  private static func total(
    _ columns: [ItemColumn],
    _ width: (ItemColumn) -> Int
  ) -> Int {
    columns.reduce(0) { $0 + $1.gap + width($1) }
  }
}
