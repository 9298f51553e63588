import Dashboard
import QueueEngine

/// Locks, as actions on them meet them.
extension World {
  /// The files of the incident are read, and the lock has not been looked at.
  static var unjudged: Snapshot {
    var snapshot = incident
    snapshot.lock = LockStatus()
    snapshot.isLockAwaited = true
    return snapshot
  }

  /// A worker has the lock, and there are dead letters.
  static var working: Snapshot {
    var snapshot = busy
    snapshot.deadLetters = incident.deadLetters
    return snapshot
  }

  /// The incident with a lock that names nobody.
  static var orphan: Snapshot {
    var snapshot = incident
    snapshot.lock.reason = .orphan
    snapshot.lock.pid = nil
    snapshot.lock.style = .undecided
    snapshot.lock.identity = FileIdentity(device: 1, inode: 7, birthNanoseconds: 11)
    snapshot.lock.evidence = [
      "no pid in it", "no kernel lock on it", "nobody has the file open", "written 3h 07m ago",
      "no worker is running", "a worker was refused the lock 12m 30s ago",
    ]
    return snapshot
  }

  /// The incident with a lock whose holder lives and does nothing.
  static var hung: Snapshot {
    var snapshot = incident
    snapshot.lock = busy.lock
    snapshot.lock.state = .hung
    snapshot.lock.holders = [
      RunningProcess(pid: 4711, command: "python3 mem0_queue_worker.py", startedAt: ago(11_220))
    ]
    snapshot.lock.heldSince = ago(11_220)
    snapshot.lock.evidence = [
      "pid 4711 (python3 mem0_queue_worker.py) is running",
      "kernel lock (FLOCK), taken by pid 4711",
      "written 3h 07m ago", "log, queue and dead letters unchanged for 3h 07m",
    ]
    return snapshot
  }

  /// The incident after somebody cleared the lock.
  static var cleared: Snapshot {
    var snapshot = incident
    snapshot.lock = LockStatus(state: .free)
    return snapshot
  }

  /// What the engine answers to a request that it carried out.
  static func outcome(of request: ActionRequest) -> ActionOutcome {
    switch request {
    case .clearLock:
      ActionOutcome(
        action: "clear_lock",
        summary: "Cleared the lock mem0_queue.lock: pid 4242 is not running.",
        evidence: [
          "pid 4242 is not running", "no kernel lock on it", "nobody has the file open",
          "we had it for 250 ms and nobody else appeared",
        ],
        changed: 1
      )
    case .endHolder(let pid, _):
      ActionOutcome(
        action: "end_holder",
        summary: "Ended pid \(pid).",
        evidence: ["it got SIGTERM"],
        changed: 2
      )
    case .retry(let keys):
      ActionOutcome(
        action: "retry_items",
        summary: keys.count == 1
          ? "The dead letter \(keys[0].id.prefix(8)) is due now."
          : "\(keys.count) dead letters are due now.",
        evidence: keys.prefix(3).map { "\($0.id.prefix(8)): last_attempt was 1767237970" },
        changed: keys.count
      )
    case .drop(let keys, _):
      ActionOutcome(
        action: "drop_items",
        summary: "\(keys.count) dead letters were dropped; \"mem0top undo\" brings them back.",
        changed: keys.count
      )
    case .undo:
      ActionOutcome(action: "undo", summary: "Took back the last change.", changed: 1)
    }
  }

  /// A refusal as long as refusals get.
  static let refusal = ActionError.refused(
    "The lock is not cleared: pid 4711 (python3 mem0_queue_worker.py --daemon --interval 600) holds it"
      + ", started 42s ago.",
    evidence: ["kernel lock (FLOCK), taken by pid 4711", "written 41s ago"]
  )
}
