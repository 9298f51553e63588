/// A lock that names a process which is gone, or none at all.
extension JudgedLock {
  /// Whether the live process with the recorded number holds the lock by that number alone.
  ///
  /// Not so where it was seen to `flock` this file itself: it leaves its number in it.
  func isHeld(by process: ProcessFacts) -> Bool {
    if style == .flock, evidence.memory?.flockers.contains(evidence.host.mark(of: process)) == true
    {
      return false
    }
    return RecordedIdentity(process, file, evidence) == .owner
  }

  /// The recorded process is gone: that proves that one process is, not that its work is.
  func decideDeparted(_ status: inout LockStatus) {
    let reason: LockReason
    switch evidence.recordedProcess.map({ RecordedIdentity($0, file, evidence) }) {
    case .unprovable: return status.set(.unknown, .clockStep)
    case .another(let why): reason = why
    case .owner, nil: reason = .deadPID
    }
    let family = reason == .deadPID ? evidence.kin : evidence.kin.filter(isDescendant)
    let certain = family + evidence.readers.map(\.process.process) + evidence.mappers
    if !certain.isEmpty { return status.setWorkerRunning(certain) }
    if let rest = settling(hasPID: true) { return status.set(rest) }
    decideLeft(&status, reason)
  }

  /// No process is recorded, nobody locks the file, and nobody has it open for writing.
  func decideNameless(_ status: inout LockStatus) {
    let certain = evidence.readers.map(\.process.process) + evidence.mappers
    if !certain.isEmpty { return status.setWorkerRunning(certain) }
    if evidence.isOwnLeftover {
      return status.set(Rest(until: nil, isTakeable: true))
    }
    if let rest = settling(hasPID: false) { return status.set(rest) }
    decideLeft(&status, .orphan)
  }

  /// Nobody has it and it has settled; a worker that runs may own it all the same.
  private func decideLeft(_ status: inout LockStatus, _ reason: LockReason) {
    let protectors = protectingWorkers
    if !protectors.isEmpty { return status.setWorkerRunning(protectors) }
    status.set(.stale, reason)
    status.bystanders = evidence.workers + evidence.doubtfulWorkers
  }

  private func isDescendant(_ process: RunningProcess) -> Bool {
    evidence.descendants.contains { $0.pid == process.pid }
  }

  /// Running workers that may carry on the work behind the lock.
  ///
  /// One that started by the time when the lock was written, and a later one as long as nobody was
  /// refused since. That ends once somebody was refused after the last work and the process has shown
  /// no progress of its own for `lock.max_hold`. Nothing lives of the time before the boot.
  var protectingWorkers: [RunningProcess] {
    if evidence.host.precedesBoot(file) { return [] }
    return (evidence.workers + evidence.doubtfulWorkers).filter { worker in
      let isLater =
        evidence.host.provesTimes(since: file)
        && RecordedIdentity.startedTooLate(worker, file: file)
      if isLater && isRefusalCertain { return false }
      return !(isRefusalCertain && wasRefusedSinceWork && isIdle(worker))
    }
  }

  private func isIdle(_ worker: RunningProcess) -> Bool {
    let moments = [
      worker.startedAt, evidence.progress[worker.pid]?.lastAt, now - age, workInLog,
    ]
    guard let last = moments.compactMap({ $0 }).filter({ $0 <= now }).max() else { return false }
    return now - last - evidence.sleptSinceProgress >= settings.maxHold
  }
}

extension LockStatus {
  fileprivate mutating func setWorkerRunning(_ owners: [RunningProcess]) {
    set(.unknown, .workerRunning)
    var seen: Set<Int32> = []
    possibleOwners = owners.filter { seen.insert($0.pid).inserted }
  }

  fileprivate mutating func set(_ rest: JudgedLock.Rest) {
    set(.settling)
    settlesAt = rest.until
    isTakeable = rest.isTakeable
  }
}
