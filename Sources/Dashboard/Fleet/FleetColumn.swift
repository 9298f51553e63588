internal import QueueEngine

/// One column of the table of machines: its heading, how wide it is, and what it shows.
struct FleetColumn: Sendable {
  let title: String
  /// The columns below which it is dropped, and those beyond which it does not grow.
  let width: ClosedRange<Int>
  var isRight = false
  /// Where room is short, the highest goes first; 0 stays.
  let dropRank: Int
  /// Who grows first where there is room to spare: the lowest; `nil` grows never.
  var growthRank: Int?
  /// Its text in the row of a machine, at a moment of our clock.
  let spans: @Sendable (FleetMachine, Timestamp, _ zoneOffset: Duration) -> [Span]

  static let gap = 2
  private static let none = [Span("–", .dim)]
  /// A row that was heard of in so long a time is of now: a heartbeat may be late.
  private static let fresh = Duration.seconds(20)

  static let all = [
    FleetColumn(title: "MACHINE", width: 10...28, dropRank: 0, growthRank: 1) { machine, _, _ in
      [Span(machine.name)]
    },
    FleetColumn(title: "STATE", width: 12...34, dropRank: 0, growthRank: 0) { machine, _, _ in
      state(of: machine)
    },
    FleetColumn(title: "SINCE", width: 5...5, isRight: true, dropRank: 6) { machine, now, offset in
      guard let since = machine.levelSince, machine.level != .fine else { return [] }
      guard now - since < .seconds(86_400) else { return [Span((now - since).shortAgeText)] }
      return [Span(String(since.clockText(zoneOffset: offset).prefix(5)))]
    },
    FleetColumn(title: "VPS", width: 9...14, dropRank: 4, growthRank: 3) { machine, _, _ in
      guard let server = machine.seen?.server, !server.endpoints.isEmpty else { return none }
      let word = StateWord.server(server)
      guard server.state == .up, let latency = server.latency else { return [word.span] }
      return [Span(word.mark, word.role, bold: true), Span(" \(latency.wholeMilliseconds) ms")]
    },
    FleetColumn(title: "QUEUE", width: 5...7, isRight: true, dropRank: 0) { machine, _, _ in
      guard let queue = machine.seen?.queue else { return none }
      return count(queue.content?.pending, queue.state)
    },
    FleetColumn(title: "OLDEST", width: 7...7, isRight: true, dropRank: 3) { machine, now, _ in
      guard let oldest = machine.seen?.queue.content?.oldest,
        machine.seen?.queue.content?.pending != 0
      else { return none }
      return [Span((machine.there(now) - oldest).ageText)]
    },
    FleetColumn(title: "IN/OUT", width: 9...9, isRight: true, dropRank: 8) { machine, _, _ in
      guard let traffic = machine.seen?.traffic else { return none }
      return [Span("+\(traffic.arrived) −\(traffic.left)", .dim)]
    },
    FleetColumn(title: "DLQ", width: 4...6, isRight: true, dropRank: 0) { machine, _, _ in
      guard let letters = machine.seen?.deadLetters else { return none }
      return count(machine.deadLetters, letters.state)
    },
    FleetColumn(title: "NEXT", width: 7...7, isRight: true, dropRank: 5) { machine, now, _ in
      guard machine.seen != nil, machine.deadLetters > 0 else { return none }
      if machine.dueLetters > 0 { return [Span("due now", .accent, bold: true)] }
      guard let next = machine.nextDue else { return none }
      let wait = next - machine.there(now)
      return wait > .zero ? [Span(wait.countdownText)] : [Span("due now", .accent, bold: true)]
    },
    FleetColumn(title: "LOCK", width: 10...10, dropRank: 2) { machine, _, _ in
      machine.seen.map { [StateWord.lock($0.lock).plainSpan] } ?? none
    },
    FleetColumn(title: "WORKER", width: 10...10, dropRank: 7) { machine, now, _ in
      guard let worker = machine.seen?.worker else { return none }
      if !worker.running.isEmpty { return [Span("● ", .ok), Span("runs")] }
      guard let last = worker.lastActivity else { return none }
      return [Span((machine.there(now) - last).shortAgeText + " ago", .dim)]
    },
    FleetColumn(title: "SEEN", width: 4...5, isRight: true, dropRank: 1) { machine, now, _ in
      guard let heard = machine.heardAt else { return none }
      let age = now - heard
      if machine.isLive, age < fresh { return [Span("now", .dim)] }
      return [Span(age.shortAgeText, machine.isLive ? .text : .unknown, bold: !machine.isLive)]
    },
    FleetColumn(title: "WHY", width: 30...400, dropRank: 9, growthRank: 4) { machine, _, _ in
      if case .lost(let reason) = machine.standing { return [Span(reason, .dim)] }
      guard let finding = machine.findings.first, finding.severity != .ok else { return [] }
      return [Span(finding.summary, .dim)]
    },
  ]

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

  /// The columns that fit into so much room, with their widths; names are as wide as the longest wants.
  static func placed(
    in room: Int,
    widestName: Int,
    widestState: Int
  ) -> [(column: FleetColumn, x: Int, width: Int)] {
    var kept = all
    let least = { (column: FleetColumn) in
      let wanted =
        column.title == "MACHINE" ? widestName : column.title == "STATE" ? widestState : 0
      return min(max(column.width.lowerBound, wanted), column.width.upperBound)
    }
    let used = { (columns: [FleetColumn], width: (FleetColumn) -> Int) in
      columns.reduce(0) { $0 + width($1) } + gap * max(columns.count - 1, 0)
    }
    let drop = { (width: (FleetColumn) -> Int, floor: Int) in
      while used(kept, width) > room, let rank = kept.map(\.dropRank).max(), rank > floor {
        kept.removeAll { $0.dropRank == rank }
      }
    }
    // Names and states are shown whole before times and words are.
    drop(least, 4)
    drop(\.width.lowerBound, 0)
    var widths = kept.map(\.width.lowerBound)
    var spare = room - used(kept, \.width.lowerBound)
    let growing = kept.indices.filter { kept[$0].growthRank != nil }
      .sorted { kept[$0].growthRank ?? 0 < kept[$1].growthRank ?? 0 }
    // Beside the words for why, names and states need no more than they take.
    let hasWords = kept.contains { $0.title == "WHY" }
    let most = { (column: FleetColumn) in
      hasWords && column.dropRank == 0 ? least(column) : column.width.upperBound
    }
    for limit in [least, most] {
      for index in growing where spare > 0 {
        let growth = max(min(spare, limit(kept[index]) - widths[index]), 0)
        widths[index] += growth
        spare -= growth
      }
    }
    if spare < 0 { widths[1] = max(widths[1] + spare, 1) }
    var x = 0
    return zip(kept, widths).map { column, width in
      defer { x += width + gap }
      return (column, x, width)
    }
  }

  /// The columns in the row of a machine: where nothing is heard of it and no column says why, its state
  /// has the room of all that is not known, up to when it was seen.
  static func shown(
    _ columns: [(column: FleetColumn, x: Int, width: Int)],
    for machine: FleetMachine,
    in room: Int
  ) -> [(column: FleetColumn, x: Int, width: Int)] {
    guard case .lost = machine.standing, !columns.contains(where: { $0.column.title == "WHY" })
    else { return columns }
    let kept = columns.filter { ["MACHINE", "STATE", "SEEN"].contains($0.column.title) }
    let end = kept.first { $0.column.title == "SEEN" }.map { $0.x - gap } ?? room
    return kept.map { entry in
      entry.column.title == "STATE" ? (entry.column, entry.x, max(end - entry.x, 0)) : entry
    }
  }

  /// The columns that the state of a machine takes.
  static func stateColumns(of machine: FleetMachine) -> Int {
    if case .lost = machine.standing { return 20 }
    return state(of: machine).reduce(0) { $0 + $1.width }
  }
}

extension FleetMachine {
  /// The snapshot, as far as it says how it stands there now.
  fileprivate var seen: Snapshot? { isLive ? snapshot : nil }

  /// A moment of our clock by the clock there.
  fileprivate func there(_ now: Timestamp) -> Timestamp { now + clockLead }
}

extension StateWord {
  /// The mark in its colour, and the word as plain text where nothing is wrong.
  fileprivate var plainSpan: Span { Span("\(mark) \(word)", role == .ok ? .text : role) }
}
