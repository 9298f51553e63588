extension Diagnosis {
  /// A lock that blocks the queue, that hangs, or that cannot be judged.
  var lockFindings: [Finding] {
    switch lock.state {
    case .stale: [staleLock]
    case .hung: [hungLock]
    case .unknown: [unknownLock]
    case .free, .idle, .held, .settling: []
    }
  }

  private var staleLock: Finding {
    let serverIsUp = snapshot.server.state == .up
    let severity: Severity = somethingWaits || lock.refusedSomebody ? .critical : .warning
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
      severity: severity,
      evidence: evidence,
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
    let held = now - (lock.heldSince ?? lock.modifiedAt ?? now)
    let holder = lock.holders.first ?? lock.process
    let who = holder.map { "pid \($0.pid) (\($0.command))" } ?? "a live process"
    let mayBeEnded = !lock.isNamedOnly && holder?.pid != 1
    return Finding(
      .lockHung,
      "The lock \(lock.isNamedOnly ? "names" : "is held by") \(who) for \(held.ageText) without any progress",
      severity: held >= settings.alertAfter ? .critical : .warning,
      evidence: lock.evidence,
      suggestion: holder.flatMap {
        mayBeEnded ? Suggestion(.endHolder, command: "mem0top unlock --force \($0.pid)") : nil
      }
    )
  }

  private var unknownLock: Finding {
    let why = lock.reasonRow.map { "\($0.sentence); \($0.nextStep)" }
    return Finding(
      .lockUnknown,
      "The lock cannot be judged: \(why ?? "the evidence is incomplete")",
      evidence: lock.evidence
    )
  }
}
