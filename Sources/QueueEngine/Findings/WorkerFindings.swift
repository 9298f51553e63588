extension Diagnosis {
  /// No worker runs although items wait, or two run that do not know of each other.
  var workerFindings: [Finding] {
    [workerNotRunning, twoWorkers].compactMap { $0 }
  }

  private var workerNotRunning: Finding? {
    guard pending > 0, snapshot.worker.running.isEmpty, lockPermitsWork else { return nil }
    let limit = settings.workerInterval * 2
    let lastActivity = snapshot.worker.lastActivity
    guard let since = lastActivity ?? snapshot.queue.content?.oldest, now - since > limit else {
      return nil
    }
    let seen =
      if lastActivity != nil {
        "no worker has been active for \((now - since).ageText)"
      } else if snapshot.worker.lastLine != nil {
        "the last worker could not get to work"
      } else {
        "no worker has ever written here"
      }
    let lastLine = snapshot.worker.lastLine.map { "the worker's log ends with: \($0)" }
    return Finding(
      .workerNotRunning,
      "\(count(pending, "item waits", "items wait")), and \(seen)",
      evidence: [
        "cron should start one every \(settings.workerInterval.ageText)",
        "no worker of this directory runs (\(settings.workerMatch.joined(separator: ", ")))",
      ] + [lastLine].compactMap(\.self)
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

  private var twoWorkers: Finding? {
    let running = snapshot.worker.running
    let others = running.filter { !isOurs($0) }
    guard let other = others.first, others.count < running.count else { return nil }
    return Finding(
      .twoWorkers,
      "Another worker runs beside ours: pid \(other.pid); each would deliver what the other claimed",
      evidence: running.map { "pid \($0.pid): \($0.command)" }
    )
  }

  /// Whether the program itself is mem0top, and not merely something among its arguments.
  private func isOurs(_ worker: RunningProcess) -> Bool {
    let program = worker.command.prefix { $0 != " " }
    return program.split(separator: "/").last == "mem0top"
  }
}
