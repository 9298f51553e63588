/// A lock file with all that was seen of it, at the moment when it is judged.
struct JudgedLock {
  let evidence: LockEvidence
  let file: LockFileFacts
  let settings: EngineSettings
  let now: Timestamp
  let style: LockStyle

  /// A modification time this far ahead is still now: `now` may have been read before the file.
  private static let futureTolerance = Duration.seconds(2)

  init(evidence: LockEvidence, file: LockFileFacts, settings: EngineSettings, now: Timestamp) {
    self.evidence = evidence
    self.file = file
    self.settings = settings
    self.now = now
    style = evidence.style(choice: settings.lockStyle)
  }

  /// A verdict with what is known before anything is decided.
  var facts: LockStatus {
    var status = LockStatus()
    status.style = style
    status.modifiedAt = file.modifiedAt
    status.firstSeenAt = evidence.memory.flatMap { memory in
      memory.modifiedNanoseconds == file.modifiedNanoseconds && memory.identity == file.identity
        ? memory.firstSight(in: evidence.host) : nil
    }
    status.identity = file.identity
    status.bytes = file.bytes
    status.lastRefusal = evidence.history.lastRefusal?.latest
    status.refusedSomebody = wasSomebodyRefused
    status.isOwnLeftover = evidence.isOwnLeftover
    if case .pid(let pid) = evidence.recorded { status.pid = pid }
    status.process = evidence.recordedProcess?.process
    status.holders = provenHolders
    return status
  }

  /// The rows of the table, in their order.
  func decide(_ status: inout LockStatus) {
    if !file.isOrdinary {
      status.set(.unknown, .notRegular)
    } else if file.owner != evidence.host.user {
      status.set(.unknown, .foreignOwner)
    } else if file.readProblem != nil {
      status.set(.unknown, .unreadable)
    } else if evidence.hasProvenHolder(style: style) {
      decideHold(&status)
    } else if settings.lockStyle == .flock {
      status.set(.idle)
    } else if let process = evidence.recordedProcess, isHeld(by: process) {
      status.holders = [process.process]
      decideHold(&status)
      let isWorker = evidence.workers.contains { $0.pid == process.process.pid }
      status.isNamedOnly = status.state == .hung && !isWorker
    } else if style == .flock {
      status.set(.idle)
    } else {
      decideByContent(&status)
    }
  }

  private func decideByContent(_ status: inout LockStatus) {
    switch evidence.recorded {
    case .invalid: status.set(.unknown, .badPID)
    case .foreign: status.set(.unknown, .foreignHost)
    case .pid: decideDeparted(&status)
    case .none:
      if isInTheFuture {
        status.set(.unknown, .futureModification)
        status.settlesAt = file.modifiedAt - Self.futureTolerance
      } else {
        decideNameless(&status)
      }
    }
  }

  /// Whether its time lies ahead; a clock that was set back since it was seen does not make it so.
  private var isInTheFuture: Bool {
    file.modifiedAt - now > Self.futureTolerance
      && steadyAge.map { $0 < .zero - Self.futureTolerance } ?? true
  }

  /// Where locks or processes may exist that cannot be seen here, their absence proves nothing.
  func replaceImpossible(_ status: inout LockStatus) {
    let isHold = status.state == .held || status.state == .hung
    if status.state == .unknown || (isHold && evidence.hasProvenHolder(style: style)) { return }
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
    } else if evidence.uninspected.areHidden, status.reason != .previousBoot {
      // What is seen of a lock that the kernel keeps, or of a live owner, is seen all the same.
      if status.state == .stale { status.makeUnknown(.hiddenProcesses) }
      if status.state == .settling { status.isTakeable = status.isOwnLeftover }
    }
  }
}

extension LockStatus {
  mutating func set(_ state: LockState, _ reason: LockReason? = nil) {
    self.state = state
    self.reason = reason
  }

  fileprivate mutating func makeUnknown(_ reason: LockReason) {
    set(.unknown, reason)
    holders = []
    isNamedOnly = false
    isTakeable = false
    bystanders = []
    heldSince = nil
    settlesAt = nil
  }
}
