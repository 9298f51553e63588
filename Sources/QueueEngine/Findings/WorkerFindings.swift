extension Diagnosis {
  /// No worker runs although items wait, one runs and gets nothing done, or two run that do not know of
  /// each other.
  var workerFindings: [Finding] {
    [workerNotRunning, noProgress, dueNotTried, twoWorkers].compactMap { $0 }
  }

  private var workerNotRunning: Finding? {
    guard pending > 0, snapshot.worker.running.isEmpty, lockPermitsWork else { return nil }
    let lastActivity = snapshot.worker.lastActivity
    guard let since = lastActivity ?? snapshot.queue.content?.oldest, now - since > twoIntervals
    else { return nil }
    let seen =
      if lastActivity != nil {
        "no worker has been active for \((now - since).ageText)"
      } else if snapshot.worker.lastLine != nil {
        "the last worker could not start its work"
      } else {
        "no worker has ever written here"
      }
    let lastLine = snapshot.worker.lastLine.map { "the worker's log ends with: \($0)" }
    // Ours can send nothing before a server is set.
    let command = snapshot.server.endpoints.isEmpty ? "mem0top config --example" : "mem0top sync"
    let lack =
      snapshot.server.endpoints.isEmpty
      ? "no server is set (server.url), so mem0top itself cannot deliver" : nil
    return Finding(
      .workerNotRunning,
      "\(count(pending, "item waits", "items wait")), and \(seen)",
      evidence: [
        "cron should start one every \(settings.workerInterval.ageText)",
        "no worker of this directory runs (\(settings.workerMatch.joined(separator: ", ")))",
      ] + [lack, lastLine].compactMap(\.self),
      since: since,
      suggestion: Suggestion(.runWorker, command: command)
    )
  }

  /// Whether a worker that started now would get the lock, as far as is known.
  private var lockPermitsWork: Bool {
    switch lock.state {
    case .free, .idle, .settling: true
    case .stale: lock.reason == .orphan && !lock.refusedSomebody
    case .held, .hung, .unknown: false
    }
  }

  // MARK: Standstill

  private static let standstillAlert = Duration.seconds(3600)

  /// Items wait and a worker is about, and nothing leaves.
  private var noProgress: Finding? {
    guard pending > 0, isWorkerAbout, !isStandstillExplained, let (since, isByRuns) = standstill,
      now - max(since, presentSince ?? since) > twoIntervals
    else { return nil }
    let running = snapshot.worker.running.first
    let worker =
      running.map { "pid \($0.pid) runs" }
      ?? [snapshot.worker.lastRun, snapshot.worker.lastActivity].compactMap { $0 }.max().map {
        "a worker ran \(age(of: $0)) ago"
      } ?? "a worker runs"
    let standing =
      isByRuns
      ? "none of the last \(fruitlessRuns) runs has delivered anything"
      : "nothing has left the queue for \((now - since).ageText)"
    let error = lastError
    let cause = error.map { line in
      "; the last error: \(line.cause ?? line.text)" + (line.project.map { " (\($0))" } ?? "")
    }
    let says = snapshot.metrics.content?.saysServerIsUp == false
    return Finding(
      .noProgress,
      "\(count(pending, "item waits", "items wait")), \(worker), and \(standing)\(cause ?? "")",
      severity: now - since >= Self.standstillAlert ? .critical : .warning,
      evidence: [
        error.map { "the last error in the worker's log: \($0.text)" },
        snapshot.queue.content?.oldest.map {
          "the oldest item has been waiting for \(age(of: $0))"
        },
        says ? "the worker's metrics say that the VPS is down" : nil,
      ].compactMap(\.self),
      since: since
    )
  }

  /// Whether a worker lives or has ended a run within two intervals, whatever came of it.
  private var isWorkerAbout: Bool {
    let worker = snapshot.worker
    return !worker.running.isEmpty
      || [worker.lastRun, worker.lastActivity].contains {
        $0.map { now - $0 <= twoIntervals } ?? false
      }
  }

  /// Since when the worker that runs is about, where none was before it: what was not done until then is
  /// not its fault.
  private var presentSince: Timestamp? {
    guard let start = snapshot.worker.running.compactMap(\.startedAt).min() else { return nil }
    let ended = [snapshot.worker.lastRun, snapshot.worker.lastActivity].compactMap { $0 }
      .filter { $0 < start }.max()
    return ended.map { start - $0 <= twoIntervals } ?? false ? nil : start
  }

  /// Whether another finding says why nothing moves.
  private var isStandstillExplained: Bool {
    if snapshot.server.state == .down || snapshot.queue.state != .ok { return true }
    if snapshot.acknowledgement.obstacles.contains(where: { $0.list == .queue }) { return true }
    switch lock.state {
    case .stale: return isStaleLockHarmful
    case .hung: return true
    case .unknown: return lock.refusedSomebody
    case .free, .idle, .held, .settling: return false
    }
  }

  /// Since when nothing has left the queue or the dead letters, and whether only the order of the log's
  /// lines tells that.
  ///
  /// Nothing that waits now can have left before it came, so a standstill begins with the oldest item at
  /// the earliest. A log without times dates its lines by the file's; two whole runs behind the last
  /// delivery that brought none say more.
  private var standstill: (since: Timestamp, isByRuns: Bool)? {
    guard let oldest = snapshot.queue.content?.oldest else { return nil }
    let logged = snapshot.log.content?.history.lastDeparture
    let isDated = logged.map { $0.earliest.map { now - $0 <= twoIntervals } ?? false } ?? true
    let isByRuns = !isDated && fruitlessRuns >= 2 && snapshot.worker.lastDeparture == nil
    // Whatever left a file changed it.
    let written = [snapshot.queue.modifiedAt, snapshot.deadLetters.modifiedAt].compactMap { $0 }
      .max()
    let latest = logged.map { min($0.latest, written ?? $0.latest) }
    let departure = fruitlessRuns >= 2 ? logged?.earliest : latest
    let since =
      [oldest, departure, snapshot.worker.lastDeparture].compactMap { $0 }.max() ?? oldest
    return (since, isByRuns && logged?.earliest == nil)
  }

  /// How many runs have ended since something left, by the lines of the log that are known.
  private var fruitlessRuns: Int {
    let lines = snapshot.log.content?.lines ?? []
    let last = lines.lastIndex { $0.kind.isDeparture }
    let ends = lines[(last.map { $0 + 1 } ?? lines.startIndex)...].count {
      $0.kind == .done || $0.kind == .failed
    }
    // The first end behind a delivery is that of its own run.
    return last == nil ? ends : max(ends - 1, 0)
  }

  /// The last line of the log that says why something failed, unless something has left since.
  var lastError: LogLine? {
    for line in (snapshot.log.content?.lines ?? []).reversed() {
      if line.kind == .failed || line.cause != nil { return line }
      if line.kind == .synced || line.kind == .recovered { return nil }
    }
    return nil
  }

  // MARK: Dead letters that nobody tries

  private var dueNotTried: Finding? {
    let worker = snapshot.worker
    let ran = worker.lastRun.map { now - $0 <= twoIntervals } ?? false
    guard !worker.running.isEmpty || ran, snapshot.server.state != .down,
      snapshot.deadLetters.state == .ok, !isWorkerShutOut
    else { return nil }
    let lives = !worker.running.isEmpty
    // One that was made due by hand has no time of its own: it was due when the file was written.
    let written = snapshot.deadLetters.modifiedAt ?? now
    var (overdue, first): (Int, Timestamp?) = (0, nil)
    for item in deadLetters where item.flags.isDisjoint(with: .undeliverable) {
      let due = item.lastAttempt.secondsSinceEpoch > 0 ? item.dueAt : written
      guard now - due > twoIntervals, lives || worker.lastRun.map({ $0 >= due }) ?? false
      else { continue }
      overdue += 1
      first = min(first ?? due, due)
    }
    guard let first else { return nil }
    let runs = worker.running.first.map { "pid \($0.pid): \($0.command)" }
    return Finding(
      .dueNotTried,
      "\(count(overdue, "dead letter has", "dead letters have")) been due for up to"
        + " \(age(of: first)), and the worker that \(lives ? "runs" : "ran") has not tried"
        + " \(overdue == 1 ? "it" : "them")",
      evidence: [runs ?? "a run ended \(age(of: worker.lastRun)) ago"],
      since: first
    )
  }

  /// Whether the lock keeps workers from all work, as another finding says.
  private var isWorkerShutOut: Bool {
    switch lock.state {
    case .stale: isStaleLockHarmful
    case .hung: true
    case .unknown: lock.refusedSomebody
    case .free, .idle, .held, .settling: false
    }
  }

  // MARK: Two

  private var twoWorkers: Finding? {
    let running = snapshot.worker.running
    let others = running.filter { !isOurs($0) }
    guard let other = others.first, others.count < running.count else { return nil }
    return Finding(
      .twoWorkers,
      "Another worker runs beside ours: pid \(other.pid); each may deliver what the other has claimed",
      evidence: running.map { "pid \($0.pid): \($0.command)" },
      since: running.compactMap(\.startedAt).max()
    )
  }

  /// Whether the program itself is mem0top, and not merely something among its arguments.
  private func isOurs(_ worker: RunningProcess) -> Bool {
    let program = worker.command.prefix { $0 != " " }
    return program.split(separator: "/").last == "mem0top"
  }
}
