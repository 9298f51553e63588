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
      severity,
      serverIsUp ? .falseAlarmStaleLock : .staleLock,
      sentence.prefix(1).uppercased() + sentence.dropFirst(),
      evidence: evidence,
      suggestion: Suggestion(action: "clear_lock", key: "c", command: "mem0top unlock")
    )
  }

  /// What is proven of the lock, and no more.
  ///
  /// An orphan that refused nobody may be a file that a worker leaves in place by design, so it is
  /// not said to block anything.
  private var staleSentence: String {
    let pid = lock.pid.map { "pid \($0)" } ?? "its process"
    let old = "\(age(of: lock.modifiedAt)) old"
    let blocked =
      somethingWaits ? "a stale lock blocks the queue" : "a stale lock is left over"
    switch lock.reason {
    case .deadPID: return "\(blocked): \(pid) has exited, lock \(old)"
    case .reusedPID: return "\(blocked): \(pid) is another program now, lock \(old)"
    case .previousBoot: return "\(blocked): written before the machine booted, \(old)"
    case _ where lock.refusedSomebody:
      return "\(blocked): nobody holds it, \(old), and a worker was refused"
    default:
      return "nobody holds the lock file, \(old), and no worker has run since"
    }
  }

  private var hungLock: Finding {
    let held = now - (lock.heldSince ?? lock.modifiedAt ?? now)
    let holder = lock.holders.first ?? lock.process
    let who = holder.map { "pid \($0.pid) (\($0.command))" } ?? "a live process"
    let mayBeEnded = !lock.isNamedOnly && holder?.pid != 1
    return Finding(
      held >= settings.alertAfter ? .critical : .warning,
      .lockHung,
      "The lock \(lock.isNamedOnly ? "names" : "is held by") \(who) for \(held.ageText) without any progress",
      evidence: lock.evidence,
      suggestion: holder.flatMap {
        mayBeEnded
          ? Suggestion(
            action: "end_holder",
            key: "C",
            command: "mem0top unlock --force \($0.pid)"
          ) : nil
      }
    )
  }

  private var unknownLock: Finding {
    Finding(
      .warning,
      .lockUnknown,
      "The lock cannot be judged: \(unknownSentence); mem0top leaves it alone",
      evidence: lock.evidence
    )
  }

  private var unknownSentence: String {
    switch lock.reason {
    case .foreignHost: "its process runs on another machine"
    case .foreignOwner: "the file belongs to another user"
    case .notRegular: "it is not a regular file with one link and at most 4 KiB"
    case .unreadable: "the file may not be read"
    case .badPID: "what it holds is no process id"
    case .futureModification: "it was modified in the future"
    case .workerRunning: "a worker runs that may own it"
    case .otherNamespace: "its processes live in another PID namespace"
    case .networkFileSystem: "it lies on a network file system"
    case .clockStep: "the clock was set, so that times prove nothing"
    case .deadPID, .reusedPID, .previousBoot, .orphan, nil: "the evidence is incomplete"
    }
  }
}
