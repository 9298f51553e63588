package import QueueEngine

/// What a row of the table is made of.
struct ItemRow {
  let item: DeadLetter
  let cause: String?
  /// The beginning of its content; `nil` where it was not read.
  var preview: String?
  let now: Timestamp
}

/// The columns of a list's table, on the screen, in the pager and on the command line.
enum ItemTable {
  typealias Column = TableColumn<ItemRow, ItemSort.Column>

  /// The columns of a list that fit, with their widths.
  ///
  /// What shows a wait goes first, and a cause is the last to be cut: times are dropped before it is
  /// narrower than most causes are, then the project shrinks and goes. What is left over goes to the
  /// content, where there is room for it, and else to the cause.
  static func layout(of list: ListFile, in room: Int) -> TableLayout<ItemRow, ItemSort.Column> {
    TableLayout(columns(of: list), in: room, firstToNarrow: 3)
  }

  /// The columns of a list, from left to right.
  static func columns(of list: ListFile) -> [Column] {
    list == .queue
      ? [id, project, tries, age, cause, flags, content]
      : [id, project, tries] + waits + [cause, content]
  }

  private static let id = Column(
    title: "ID",
    order: .id,
    width: 8...8,
    dropRank: 0
  ) { row, _ in
    let id = row.item.key.id
    return [Span(id.isEmpty ? "(no id)" : String(id.prefix(8)), id.isEmpty ? .warning : .text)]
  }

  private static let project = Column(
    title: "PROJECT",
    order: .project,
    width: 12...28,
    comfort: 24,
    growthRank: 1,
    dropRank: 3
  ) { row, _ in
    let project = row.item.project
    return [Span(project.isEmpty ? "–" : project, project.isEmpty ? .dim : .text)]
  }

  private static let tries = Column(
    title: "TRIES",
    order: .tries,
    alignment: .right,
    width: 5...5,
    dropRank: 2
  ) { row, _ in
    [Span("\(row.item.retryCount)")]
  }

  private static let age = Column(
    title: "AGE",
    order: .age,
    alignment: .right,
    width: 7...9,
    comfort: 8,
    dropRank: 0
  ) { row, _ in
    guard let time = row.item.movedAt else { return [Span("–", .dim)] }
    return [Span((row.now - time).ageText)]
  }

  /// What there is to wait for before the next try.
  private static let waits = [nextRetry, waitBar, lastTry, timeInList]

  private static let nextRetry = Column(
    title: "NEXT RETRY",
    shortTitle: "RETRY",
    order: .nextRetry,
    alignment: .right,
    width: 7...10,
    comfort: 10,
    growthRank: 2,
    dropRank: 0
  ) { row, _ in
    let wait = row.item.dueAt - row.now
    guard wait > .zero else { return [Span("due now", .accent, bold: true)] }
    return [Span(wait.countdownText)]
  }

  private static let waitBar = Column(
    title: "",
    width: 4...14,
    comfort: 4,
    growthRank: 3,
    dropRank: 6,
    gap: 1,
    isWritten: false
  ) { row, width in
    let wait = row.item.dueAt - row.now
    guard wait > .zero else { return [] }
    let delay = Backoff.delay(retryCount: row.item.retryCount)
    return Sparkline.bar(1 - wait.seconds / delay.seconds, columns: width)
  }

  private static let lastTry = Column(
    title: "LAST TRY",
    order: .lastTry,
    alignment: .right,
    width: 8...9,
    comfort: 8,
    dropRank: 4
  ) { row, _ in
    guard row.item.lastAttempt.secondsSinceEpoch > 0 else { return [Span("–", .dim)] }
    return [Span((row.now - row.item.lastAttempt).ageText)]
  }

  private static let timeInList = Column(
    title: "IN DLQ",
    order: .age,
    alignment: .right,
    width: 6...6,
    dropRank: 5
  ) { row, _ in
    guard let movedAt = row.item.movedAt else { return [Span("–", .dim)] }
    return [Span((row.now - movedAt).shortAgeText)]
  }

  private static let cause: Column = {
    var column = Column(
      title: "CAUSE",
      order: .cause,
      width: 11...400,
      comfort: 26,
      growthRank: 0,
      dropRank: 1,
      widestBesideRest: 40
    ) { row, _ in
      guard let cause = row.cause else { return [Span("–", .dim)] }
      return row.item.flags.isDisjoint(with: .undeliverable)
        ? [Span(cause)] : [Span("▲ " + cause, .warning)]
    }
    // Written, it has the flags too: the screen shows them as a sign, or in a column of their own.
    column.text = { row in
      let flags = row.item.flags.subtracting(.undeliverable).names.joined(separator: ", ")
      return [row.cause, flags.isEmpty ? nil : "(\(flags))"].compactMap(\.self)
        .joined(separator: " ")
    }
    return column
  }()

  /// What is odd about it, where that does not stand as the cause already; the content tells more.
  private static let flags = Column(
    title: "FLAGS",
    width: 8...24,
    comfort: 14,
    dropRank: 8,
    isWritten: false
  ) { row, _ in
    let names = row.item.flags.subtracting(.undeliverable).names.map {
      $0.split(separator: "_").joined(separator: " ")
    }
    return [Span(names.joined(separator: ", "), .warning)]
  }

  private static let content = Column(
    title: "CONTENT",
    width: 32...400,
    dropRank: 7,
    isRest: true,
    isWritten: false
  ) { row, _ in
    [Span(row.preview ?? "", .dim)]
  }
}

extension TextTable {
  /// A list as it is written for the pager and by the command line.
  package init(
    _ items: [DeadLetter],
    of list: ListFile,
    causes: CauseIndex,
    now: Timestamp
  ) {
    let rows = items.map { ItemRow(item: $0, cause: causes.text(for: $0), now: now) }
    self.init(ItemTable.columns(of: list), of: rows)
  }
}
