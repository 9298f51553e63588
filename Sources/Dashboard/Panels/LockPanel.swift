internal import QueueEngine

/// The verdict on the lock, why, how old it is beside the longest hold, and whether it may be cleared.
enum LockPanel {
  /// State, reason and ending come before the bar.
  private static let rowsForBar = 4

  static func lines(_ model: Model, columns: Int, rows: Int) -> [Line] {
    guard let snapshot = model.snapshot else { return [] }
    if snapshot.isLockAwaited { return [Line("looking …", .dim)] }
    if snapshot.directoryProblem != nil, snapshot.lock.state == .free {
      return ReadingNotice.waiting(columns: columns)
    }
    let lines = verdict(on: snapshot.lock, model: model, columns: columns, rows: rows)
    return DataAge.look.told(lines, since: snapshot.generatedAt, at: model.now, columns: columns)
  }

  private static func verdict(
    on lock: LockStatus,
    model: Model,
    columns: Int,
    rows: Int
  ) -> [Line] {
    var lines = [state(lock, at: model.now)]
    let ending = ending(lock, at: model.now)
    let bar = rows < rowsForBar ? nil : bar(lock, model: model, columns: columns)
    let room = max(rows - lines.count - (ending == nil ? 0 : 1) - (bar == nil ? 0 : 1), 1)
    let reason = CellWidth.wrapped(reason(of: lock), to: columns)
    lines += reason.prefix(room).map { Line($0) }
    if let bar { lines.append(bar) }
    if let ending { lines.append(ending) }
    return lines
  }

  private static func state(_ lock: LockStatus, at now: Timestamp) -> Line {
    let since = lock.since
    let isAgeTold = lock.state != .free && lock.state != .idle
    let age = isAgeTold ? since.map { "   " + (now - $0).ageText } ?? "" : ""
    let pid = lock.pid ?? lock.holders.first?.pid
    return Line(
      [StateWord.lock(lock).span, Span(age)],
      right: pid.map { [Span("pid \($0)", .dim)] } ?? []
    )
  }

  /// How much of the longest hold is over.
  private static func bar(_ lock: LockStatus, model: Model, columns: Int) -> Line? {
    guard [.held, .hung, .stale].contains(lock.state), let since = lock.since
    else { return nil }
    let label = "max \(model.settings.maxHold.limitText)"
    let room = columns - CellWidth.of(label) - 2
    let longest = max(model.settings.maxHold.seconds, 1)
    let fraction = (model.now - since).seconds / longest
    let role: Role = fraction >= 1 ? StateWord.lock(lock).role : .barFill
    return Line(Sparkline.bar(fraction, columns: room, role: role), right: [Span(label, .dim)])
  }

  private static func ending(_ lock: LockStatus, at now: Timestamp) -> Line? {
    if lock.isClearable { return Line("safe to clear", .ok) }
    if lock.state == .settling, let settlesAt = lock.settlesAt {
      return Line("verdict in \((settlesAt - now).countdownText)", .dim)
    }
    return nil
  }

  private static func reason(of lock: LockStatus) -> String {
    switch lock.state {
    case .free: return "no lock file"
    case .idle: return "left in place, locked by nobody"
    case .held: return lock.process?.command ?? lock.holders.first?.command ?? "held"
    case .hung:
      let command = lock.process?.command ?? lock.holders.first?.command ?? ""
      return command.isEmpty ? "held, and nothing moves" : command
    case .settling: return "no owner in sight, too recent to judge"
    case .stale, .unknown: return lock.reasonRow?.short ?? "it cannot be judged"
    }
  }
}

extension Duration {
  /// The duration as a limit: `5 min`, `90 s`, `2 h`.
  var limitText: String {
    let total = wholeSeconds
    if total >= 3600, total % 3600 == 0 { return "\(total / 3600) h" }
    if total >= 60, total % 60 == 0 { return "\(total / 60) min" }
    return "\(total) s"
  }
}
