/// The verdict on a lock: a pure function of the evidence, the settings and the clock.
///
/// The first rule that applies decides, in the order of the table of lock states: what the file is,
/// who provably has it, what it says, how old it is. It fails closed: what the evidence cannot prove
/// is `unknown`, and nothing may be done about it.
package enum LockVerdict {
  /// A process that started this much later than the lock was written cannot have written it.
  private static let startTolerance = Duration.seconds(60)
  /// A modification time this far ahead is still now: `now` may have been read before the file.
  private static let futureTolerance = Duration.seconds(2)
  /// How long an unowned file is left alone once somebody was refused because of it.
  private static let patienceAfterRefusal = Duration.seconds(300)

  /// Judges the evidence at the moment `now`.
  package static func judge(
    _ evidence: LockEvidence,
    settings: EngineSettings,
    now: Timestamp
  ) -> LockStatus {
    guard let file = evidence.file else { return verdictWithoutFile(evidence) }
    var status = LockStatus()
    status.style = evidence.style(choice: settings.lockStyle)
    status.modifiedAt = file.modifiedAt
    status.identity = file.identity
    status.bytes = file.bytes
    status.lastRefusal = evidence.lastRefusal
    status.refusedSomebody = evidence.lastRefusal.map { $0 > file.modifiedAt } ?? false
    if case .pid(let pid) = evidence.recorded { status.pid = pid }
    status.process = evidence.recordedProcess?.process
    status.holders = holders(in: evidence)
    decide(&status, evidence, file, settings, now)
    replaceImpossible(&status, evidence)
    status.evidence = LockSentences(evidence: evidence, file: file, now: now).all(for: status)
    return status
  }

  /// Whether a process cannot be the one that wrote the lock, because it started too late.
  package static func startedTooLate(_ facts: ProcessFacts, file: LockFileFacts) -> Bool {
    guard let start = facts.process.startedAt, !facts.isWorker else { return false }
    return start - file.modifiedAt > startTolerance
  }

  private static func verdictWithoutFile(_ evidence: LockEvidence) -> LockStatus {
    var status = LockStatus()
    if let problem = evidence.accessProblem {
      status.state = .unknown
      status.reason = .unreadable
      status.evidence = ["it cannot be looked at: \(problem)"]
    }
    status.evidence += evidence.remarks
    return status
  }

  private static func decide(
    _ status: inout LockStatus,
    _ evidence: LockEvidence,
    _ file: LockFileFacts,
    _ settings: EngineSettings,
    _ now: Timestamp
  ) {
    if !file.isOrdinary {
      status.set(.unknown, .notRegular)
    } else if file.owner != evidence.host.user {
      status.set(.unknown, .foreignOwner)
    } else if file.readProblem != nil {
      status.set(.unknown, .unreadable)
    } else if evidence.hasProvenHolder {
      decideHold(&status, evidence, settings, now)
    } else if file.modifiedAt - now > futureTolerance {
      status.set(.unknown, .futureModification)
      status.settlesAt = file.modifiedAt - futureTolerance
    } else if status.style == .flock {
      status.set(.idle)
    } else {
      decideByContent(&status, evidence, file, settings, now)
    }
  }

  private static func decideByContent(
    _ status: inout LockStatus,
    _ evidence: LockEvidence,
    _ file: LockFileFacts,
    _ settings: EngineSettings,
    _ now: Timestamp
  ) {
    switch evidence.recorded {
    case .invalid: status.set(.unknown, .badPID)
    case .foreign: status.set(.unknown, .foreignHost)
    case .pid:
      guard let process = evidence.recordedProcess else { return status.set(.stale, .deadPID) }
      if isOfPreviousBoot(process, evidence, file) {
        status.set(.stale, .previousBoot)
      } else if isReused(process, evidence, file) {
        status.set(.stale, .reusedPID)
      } else {
        status.holders = [process.process]
        decideHold(&status, evidence, settings, now)
        let isWorker = evidence.workers.contains { $0.pid == process.process.pid }
        status.isNamedOnly = status.state == .hung && !isWorker
      }
    case .none: decideByAge(&status, evidence, file, settings, now)
    }
  }

  /// The time of a boot moves when the clock is set, so an owner that was seen in this boot wins, and
  /// so does a worker that runs now.
  private static func isOfPreviousBoot(
    _ facts: ProcessFacts,
    _ evidence: LockEvidence,
    _ file: LockFileFacts
  ) -> Bool {
    file.modifiedAt < evidence.host.bootedAt && !facts.isWorker
      && evidence.memory?.owner?.bootID != evidence.host.bootID
  }

  private static func isReused(
    _ facts: ProcessFacts,
    _ evidence: LockEvidence,
    _ file: LockFileFacts
  ) -> Bool {
    if let owner = evidence.memory?.owner, owner.pid == facts.process.pid,
      owner.bootID == evidence.host.bootID
    {
      return owner.startTicks != facts.startTicks
    }
    // The machine's first process takes no locks: a container's has written its own number.
    if facts.process.pid == 1, !facts.isWorker { return true }
    return startedTooLate(facts, file: file)
  }

  private static func decideByAge(
    _ status: inout LockStatus,
    _ evidence: LockEvidence,
    _ file: LockFileFacts,
    _ settings: EngineSettings,
    _ now: Timestamp
  ) {
    var patience = settings.workerInterval + settings.workerInterval
    if status.refusedSomebody { patience = min(patience, patienceAfterRefusal) }
    let asleep = evidence.memory?.sleep(until: evidence.host) ?? .zero
    let settlesAt = max(file.modifiedAt, evidence.host.bootedAt) + patience + asleep
    if now < settlesAt {
      status.set(.settling)
      status.settlesAt = settlesAt
    } else if !(evidence.workers + evidence.doubtfulWorkers).isEmpty {
      status.set(.unknown, .workerRunning)
      status.possibleOwners = evidence.workers + evidence.doubtfulWorkers
    } else {
      status.set(.stale, .orphan)
    }
  }

  /// Held, or hung if nothing has moved for too long.
  ///
  /// A hold cannot be older than the moment when nobody had the file: a worker that runs for days
  /// and locks a file without writing to it has neither a new start nor a new modification time.
  private static func decideHold(
    _ status: inout LockStatus,
    _ evidence: LockEvidence,
    _ settings: EngineSettings,
    _ now: Timestamp
  ) {
    let start = status.holders.compactMap(\.startedAt).min()
    let written = status.modifiedAt.flatMap { $0 <= now ? $0 : nil }
    status.heldSince = [start, written, evidence.lastSeenUnheld].compactMap { $0 }.max()
    let moved = [status.heldSince, evidence.lastProgress].compactMap { $0 }.max() ?? now
    let hangsAt = moved + settings.maxHold + evidence.sleptSinceProgress
    status.set(now < hangsAt ? .held : .hung)
    if status.state == .held { status.settlesAt = hangsAt }
  }

  /// Those that a kernel lock or an opening for writing proves, each once.
  private static func holders(in evidence: LockEvidence) -> [RunningProcess] {
    let lockers = Set(evidence.heldKernelLocks.compactMap(\.pid))
    var seen: Set<Int32> = []
    return evidence.openers.compactMap { opener in
      let process = opener.process.process
      let writes = opener.mode == .writing && process.pid != evidence.host.ownPID
      guard writes || opener.hasLock || lockers.contains(process.pid),
        seen.insert(process.pid).inserted
      else { return nil }
      return process
    }
  }

  /// Where locks or processes may exist that cannot be seen here, their absence proves nothing.
  private static func replaceImpossible(_ status: inout LockStatus, _ evidence: LockEvidence) {
    let isHold = status.state == .held || status.state == .hung
    if status.state == .unknown || (isHold && evidence.hasProvenHolder) { return }
    let isJudgedByID = isHold || [.deadPID, .reusedPID, .previousBoot].contains(status.reason)
    let isMistakable = isJudgedByID && !evidence.namesakes.isEmpty
    // There a boot and a start are not what they were for those who wrote them down.
    let isJudgedByTime = [.reusedPID, .previousBoot].contains(status.reason)
    if evidence.networkFileSystem != nil {
      status.makeUnknown(.networkFileSystem)
    } else if evidence.host.isInChildNamespace || isMistakable
      || (isJudgedByTime && evidence.host.isInTimeNamespace)
    {
      status.makeUnknown(.otherNamespace)
    }
  }
}

extension LockStatus {
  fileprivate mutating func set(_ state: LockState, _ reason: LockReason? = nil) {
    self.state = state
    self.reason = reason
  }

  fileprivate mutating func makeUnknown(_ reason: LockReason) {
    set(.unknown, reason)
    holders = []
    isNamedOnly = false
    heldSince = nil
    settlesAt = nil
  }
}
