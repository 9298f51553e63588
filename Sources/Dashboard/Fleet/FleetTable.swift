internal import QueueEngine

/// What a row of the table of machines is made of.
struct FleetRow {
  let machine: FleetMachine
  /// By our clock.
  let now: Timestamp
  let zoneOffset: Duration

  /// The snapshot, as far as it says how it stands there now.
  var seen: Snapshot? { machine.isLive ? machine.snapshot : nil }

  /// The moment by the clock there.
  var there: Timestamp { now + machine.clockLead }
}

/// The columns of the table of machines, on the screen and as text.
enum FleetTable {
  typealias Column = TableColumn<FleetRow, Fleet.Order>
  typealias Layout = TableLayout<FleetRow, Fleet.Order>

  private static let none = [Span("–", .dim)]
  /// A row that was heard of in so long a time is of now: a heartbeat may be late.
  private static let fresh = Duration.seconds(20)

  /// Columns of a higher rank go before names and states are narrowed.
  private static let firstToNarrow = 4
  /// The columns that the state of a machine takes that does not answer: the reason may be long.
  private static let widthOfLost = 20

  /// The columns for these machines that fit into so much room: names and states are shown whole before
  /// times and words are.
  static func layout(of machines: [FleetMachine], in room: Int) -> Layout {
    TableLayout(
      columns(
        nameWidth: machines.map { CellWidth.of($0.name) }.max() ?? 0,
        stateWidth: machines.map(stateWidth).max() ?? 0
      ),
      in: room,
      firstToNarrow: firstToNarrow
    )
  }

  /// The columns in the row of a machine of which nothing is heard, where no column says why: its state
  /// has the room of all that is not known, up to when it was seen.
  static func layoutOfLost(in layout: Layout) -> Layout {
    guard !layout.showsRest, let name = layout.columns.first else { return layout }
    return TableLayout(
      [machine(width: name.width), state(width: 0, most: layout.width)]
        + layout.columns.map(\.column).filter { $0.title == seen.title },
      in: layout.width
    )
  }

  /// The columns from left to right, names and states as wide as they want.
  static func columns(nameWidth: Int = 0, stateWidth: Int = 0) -> [Column] {
    [machine(width: nameWidth), state(width: stateWidth)] + figures + [seen, reason]
  }

  private static func machine(width: Int) -> Column {
    var column = Column(title: "MACHINE", order: .name, width: 10...28, growthRank: 1, dropRank: 0)
    {
      row,
      _ in
      [Span(row.machine.name)]
    }
    column.comfort = width
    column.widestBesideRest = width
    return column
  }

  private static func state(width: Int, most: Int = 34) -> Column {
    var column = Column(
      title: "STATE",
      order: .severity,
      width: 12...max(most, 12),
      growthRank: 0,
      dropRank: 0
    ) { row, _ in
      state(of: row.machine)
    }
    column.comfort = width
    column.widestBesideRest = width
    // Why there is no answer is written in a column of its own.
    column.text = { row in
      let spans = state(of: row.machine)
      return (row.machine.level == .unknown ? spans.prefix(1) : spans[...]).map(\.text).joined()
    }
    return column
  }

  private static let figures = [
    Column(title: "SINCE", alignment: .right, width: 5...5, dropRank: 6) { row, _ in
      guard let since = row.machine.levelSince, row.machine.level != .fine else { return [] }
      guard row.now - since < .seconds(86_400) else {
        return [Span((row.now - since).shortAgeText)]
      }
      return [Span(String(since.clockText(zoneOffset: row.zoneOffset).prefix(5)))]
    },
    Column(title: "VPS", width: 9...14, growthRank: 3, dropRank: 4) { row, _ in
      guard let server = row.seen?.server, !server.endpoints.isEmpty else { return none }
      let word = StateWord.server(server)
      guard server.state == .up, let latency = server.latency else { return [word.span] }
      return [Span(word.mark, word.role, bold: true), Span(" \(latency.wholeMilliseconds) ms")]
    },
    Column(title: "QUEUE", order: .queue, alignment: .right, width: 5...5, dropRank: 0) { row, _ in
      guard let queue = row.seen?.queue else { return none }
      return count(queue.content?.pending, queue.state)
    },
    Column(title: "OLDEST", alignment: .right, width: 7...7, dropRank: 3) { row, _ in
      guard let oldest = row.seen?.queue.content?.oldest,
        row.seen?.queue.content?.pending != 0
      else { return none }
      return [Span((row.there - oldest).ageText)]
    },
    Column(title: "IN/OUT", alignment: .right, width: 9...9, dropRank: 8) { row, _ in
      guard let traffic = row.seen?.traffic else { return none }
      return [Span("+\(traffic.arrived) −\(traffic.left)", .dim)]
    },
    Column(title: "DLQ", order: .deadLetters, alignment: .right, width: 4...4, dropRank: 0) {
      row,
      _ in
      guard let letters = row.seen?.deadLetters else { return none }
      return count(row.machine.deadLetters, letters.state)
    },
    Column(title: "NEXT", alignment: .right, width: 7...7, dropRank: 5) { row, _ in
      guard row.seen != nil, row.machine.deadLetters > 0 else { return none }
      if row.machine.dueLetters > 0 { return [Span("due now", .accent, bold: true)] }
      guard let next = row.machine.nextDue else { return none }
      let wait = next - row.there
      return wait > .zero ? [Span(wait.countdownText)] : [Span("due now", .accent, bold: true)]
    },
    Column(title: "LOCK", width: 10...10, dropRank: 2) { row, _ in
      row.seen.map { [StateWord.lock($0.lock).plainSpan] } ?? none
    },
    Column(title: "WORKER", width: 10...10, dropRank: 7) { row, _ in
      guard let worker = row.seen?.worker else { return none }
      if !worker.running.isEmpty { return [Span("● ", .ok), Span("runs")] }
      guard let last = worker.lastActivity else { return none }
      return [Span((row.there - last).shortAgeText + " ago", .dim)]
    },
  ]

  private static let seen = Column(title: "SEEN", alignment: .right, width: 4...4, dropRank: 1) {
    row,
    _ in
    guard let heard = row.machine.heardAt else { return none }
    let (age, isLive) = (row.now - heard, row.machine.isLive)
    if isLive, age < fresh { return [Span("now", .dim)] }
    return [Span(age.shortAgeText, isLive ? .text : .unknown, bold: !isLive)]
  }

  private static let reason = Column(title: "WHY", width: 30...400, dropRank: 9, isRest: true) {
    row,
    _ in
    if case .lost(let reason) = row.machine.standing { return [Span(reason, .dim)] }
    guard let finding = row.machine.findings.first, finding.severity != .ok else { return [] }
    return [Span(finding.summary, .dim)]
  }

  private static func count(_ count: Int?, _ state: FileState) -> [Span] {
    switch state {
    case .ok: count.map { [Span("\($0)", bold: $0 > 0)] } ?? none
    case .missing: none
    case .corrupt, .unreadable: [Span("✖", .critical, bold: true)]
    }
  }

  private static func state(of machine: FleetMachine) -> [Span] {
    switch machine.standing {
    case .connecting: return [Span("○ connecting …", .dim)]
    case .lost(let reason):
      return [Span("? no answer", .unknown, bold: true), Span(" (\(reason))", .dim)]
    case .live: break
    }
    guard let finding = machine.findings.first else { return [Span("○ looking …", .dim)] }
    let word = StateWord.finding(finding)
    let others = machine.findings.count - 1
    return [
      Span("\(word.mark) ", word.role, bold: true),
      Span(words(for: finding, of: machine), finding.severity == .ok ? .text : word.role),
    ] + (others > 0 ? [Span(" +\(others)", .dim)] : [])
  }

  private static func words(for finding: Finding, of machine: FleetMachine) -> String {
    switch finding.code {
    case .allClear: "all clear"
    case .deadLetterAlert, .deadLetterInvestigate: "\(machine.deadLetters) dead letters"
    case .falseAlarmStaleLock: "stale lock, VPS up"
    default: finding.code.row.short
    }
  }

  private static func stateWidth(of machine: FleetMachine) -> Int {
    machine.isLost ? widthOfLost : state(of: machine).reduce(0) { $0 + $1.width }
  }
}

extension StateWord {
  /// The mark in its colour, and the word as plain text where nothing is wrong.
  fileprivate var plainSpan: Span { Span("\(mark) \(word)", role == .ok ? .text : role) }
}
