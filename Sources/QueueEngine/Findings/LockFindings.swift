extension Diagnosis {
  /// A lock that blocks the queue, that hangs, that cannot be judged, or that is fought over.
  var lockFindings: [Finding] {
    switch lock.state {
    case .stale: isStaleLockHarmful ? [staleLock] : []
    case .hung: somethingWaits || lock.refusedSomebody ? [hungLock] : []
    case .unknown: [unknownLock]
    case .held: [contendedLock].compactMap { $0 }
    case .free, .idle, .settling: []
    }
  }

  /// Whether a stale lock has shut somebody out, or items wait as if it had.
  ///
  /// Before that it is shown and may be cleared, and is no finding.
  var isStaleLockHarmful: Bool {
    if lock.refusedSomebody { return true }
    guard pending > 0, let since = snapshot.queue.content?.oldest ?? lock.modifiedAt else {
      return false
    }
    return now - since >= twoIntervals
  }

  private var staleLock: Finding {
    let serverIsUp = snapshot.server.state == .up
    let opening =
      switch snapshot.server.state {
      case .up: "The VPS is up; "
      case .degraded: "The VPS is degraded; "
      case .down: "The VPS is down, and "
      case .unknown: ""
      }
    let sentence = opening + staleSentence
    var evidence = lock.evidence
    evidence.append(waitingText)
    if serverIsUp, snapshot.metrics.content?.saysServerIsUp == false {
      evidence.append("the worker's metrics say that the VPS is down; the probe says that it is up")
    }
    return Finding(
      serverIsUp ? .falseAlarmStaleLock : .staleLock,
      sentence.prefix(1).uppercased() + sentence.dropFirst(),
      evidence: evidence,
      since: lock.modifiedAt,
      suggestion: Suggestion(.clearLock, command: "mem0top unlock")
    )
  }

  /// What is proven of the lock, and no more.
  ///
  /// An orphan that refused nobody may be a file that a worker leaves in place by design, so it is
  /// not said to block anything.
  private var staleSentence: String {
    let old = "\(age(of: lock.modifiedAt)) old"
    let blocked =
      somethingWaits ? "a stale lock blocks the queue" : "a stale lock is left over"
    guard let reason = lock.reasonRow?.sentence, lock.reason != .orphan || lock.refusedSomebody
    else { return "nobody holds the lock file, \(old), and no worker has run since" }
    let refusal = lock.reason == .orphan ? ", and a worker was refused" : ""
    return "\(blocked): \(reason), lock \(old)\(refusal)"
  }

  private var hungLock: Finding {
    let since = lock.progressedAt ?? lock.heldSince ?? lock.modifiedAt
    let idle = now - (since ?? now)
    let holder = lock.holders.first ?? lock.process
    let who = holder?.label() ?? "a live process"
    let mayBeEnded = !lock.isNamedOnly && holder?.pid != 1
    let stopped = holder.flatMap { lock.stopped.contains($0.pid) ? $0.pid : nil }
    let way = stopped.map { "; it is stopped, and \"kill -CONT \($0)\" resumes it" } ?? ""
    return Finding(
      .lockHung,
      "No progress for \(idle.ageText) under the lock that \(who)"
        + " \(lock.isNamedOnly ? "is named in" : "holds")\(way)",
      severity: idle >= settings.alertAfter ? .critical : .warning,
      evidence: lock.evidence + [waitingText],
      since: since,
      suggestion: holder.flatMap {
        mayBeEnded ? Suggestion(.endHolder, command: "mem0top unlock --force \($0.pid)") : nil
      }
    )
  }

  private var unknownLock: Finding {
    let why = lock.reasonRow.map { "\($0.sentence); \($0.nextStep)" }
    let refusedSince =
      lock.refusedSomebody ? refusals(since: lock.modifiedAt).first ?? lock.lastRefusal : nil
    let isCritical = refusedSince.map { now - $0 >= settings.alertAfter } ?? false
    return Finding(
      .lockUnknown,
      "The lock cannot be judged: \(why ?? "the evidence is incomplete")",
      severity: isCritical ? .critical : .warning,
      evidence: lock.evidence,
      since: refusedSince ?? lock.modifiedAt
    )
  }

  /// Somebody works under the lock, and others have not got it twice or more since he began.
  private var contendedLock: Finding? {
    guard let since = lock.heldSince else { return nil }
    let refusals = refusals(since: since)
    guard refusals.count >= 2 else { return nil }
    let holder = lock.holders.first?.label() ?? "a live process"
    let oldest = snapshot.queue.content?.oldest.map {
      "the oldest item has been waiting for \(age(of: $0))"
    }
    return Finding(
      .lockContended,
      "The lock has been held by \(holder) for \((now - since).ageText), and others have been refused it"
        + " \(refusals.count) times since",
      evidence: [oldest].compactMap { $0 } + lock.evidence,
      since: since
    )
  }

  /// How often somebody was refused the lock since a moment, and when first, by the log's last lines.
  ///
  /// Lines without a time count up to the last work on the queue, for which somebody had the lock.
  private func refusals(since start: Timestamp?) -> (count: Int, first: Timestamp?) {
    var found: (count: Int, first: Timestamp?) = (0, nil)
    for line in (snapshot.log.content?.lines ?? []).reversed() {
      // A stamp means its whole second.
      if let time = line.time, let start, time + .seconds(1) <= start { break }
      if line.time == nil, line.kind.isQueueWork { break }
      guard line.kind == .refused else { continue }
      found.count += 1
      found.first = line.time ?? found.first
    }
    return found
  }
}
