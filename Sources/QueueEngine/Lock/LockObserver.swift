internal import CLibrary

/// Watches one lock: gathers the evidence as rarely as it can and judges it as often as it is asked.
///
/// Each look costs a `stat`, a read of the file and one of the kernel's table of locks. The pass over
/// all processes costs milliseconds, so it happens only when one of those has changed, when the
/// verdict would change by time alone, at the moment of acting (`forceScan`), and else every 10 s. What
/// processes have mapped is read only before a lock without a number is called stale.
package struct LockObserver: ~Copyable {
  /// How long the result of a pass over all processes is used.
  private static let scanInterval = Duration.seconds(10)
  /// A file that is replaced under our eyes is looked at again this many times.
  private static let mostLooks = 3

  private let settings: EngineSettings
  private let file: LockFile
  private let pattern: WorkerPattern
  private let workplace: Workplace
  private let ownLeftover: OwnLeftover
  private var table: ProcessTable
  private var evidence: LockEvidence
  private var survey = ProcessSurvey()
  private var hasReadMaps = false
  private var fileSystem = FileSystemFacts()
  private var fileSystemDevice: UInt64?
  private var knowledge: LockKnowledge
  private var lastUnheld: (file: FileIdentity, at: Timestamp)?
  private var progressMark: (moment: Timestamp?, suspended: Duration)?
  private var lastVerdict: (state: LockState, reason: LockReason?)?
  private var former: [UInt8]?

  /// Makes an observer of the lock in the settings' directory; nothing is looked at yet.
  ///
  /// One that does not remember knows nothing from before but when the clock was set, and keeps nothing.
  package init(settings: EngineSettings, remembers: Bool = true) {
    self.settings = settings
    let directory = StateDirectory(settings: settings)
    file = LockFile(path: settings.path(of: \.lock))
    pattern = WorkerPattern(texts: settings.workerMatch)
    workplace = Workplace(settings: settings)
    ownLeftover = OwnLeftover(directory: directory)
    table = ProcessTable()
    let host = HostFacts.current(&table)
    evidence = LockEvidence(host: host)
    knowledge = LockKnowledge(directory: directory, host: host, remembers: remembers)
  }

  /// Running workers of this directory, ourselves left out, as of the last pass over all processes.
  package var workers: [RunningProcess] { survey.workers }

  /// When all processes were last looked at for this file; `nil` where the file has changed since.
  package private(set) var surveyedAt: Timestamp?

  /// The evidence behind the last verdict.
  package var lastEvidence: LockEvidence { evidence }

  /// Looks at the lock and judges it.
  ///
  /// - Parameters:
  ///   - now: The present moment.
  ///   - history: What the log says of the runs.
  ///   - lastDelivery: When something was last seen to leave queue or dead letters.
  ///   - forceScan: Look at all processes anew, whatever was seen before: the moment of acting.
  ///   - readsMaps: Look at what processes have mapped, too: before the lock is cleared.
  ///   - former: What the lock held before we took it over to clear it. As long as it holds our mark
  ///     it is judged as if it still held that, and as if we were not there.
  /// - Returns: The verdict, with the evidence for it.
  package mutating func observe(
    now: Timestamp,
    history: RunHistory = RunHistory(),
    lastDelivery: Timestamp? = nil,
    forceScan: Bool = false,
    readsMaps: Bool = false,
    former: [UInt8]? = nil
  ) -> LockStatus {
    self.former = former
    evidence.history = history
    evidence.lastDelivery = lastDelivery
    let readsMaps = readsMaps || lastVerdict?.reason == .orphan
    gather(now: now, forceScan: forceScan, readsMaps: readsMaps)
    var status = judge(now: now)
    let isNew = lastVerdict.map { $0 != (status.state, status.reason) } ?? false
    let wantsMaps = status.reason == .orphan && !hasReadMaps
    if wantsMaps || (isNew && surveyedAt != now) {
      gather(now: now, forceScan: true, readsMaps: readsMaps || status.reason == .orphan)
      status = judge(now: now)
    }
    lastVerdict = (status.state, status.reason)
    if let file = evidence.file, [.idle, .settling, .stale].contains(status.state) {
      lastUnheld = (file.identity, now)
    }
    knowledge.keep(progressOf: status)
    return status
  }
}

extension LockObserver {
  /// Collects evidence that belongs together: the file is looked at again after everything else.
  ///
  /// A worker that removes its lock and exits between our look at the file and our look at the
  /// process would otherwise leave a dead process's lock behind, for one look.
  private mutating func gather(now: Timestamp, forceScan: Bool, readsMaps: Bool) {
    evidence.host.suspended = HostFacts.suspendedSinceBoot()
    evidence.host.bootedAt = HostFacts.bootMoment()
    evidence.host.isClockSteadySince = knowledge.clockSteadySince(evidence.host, now, &table)
    var look = file.look()
    for _ in 0..<Self.mostLooks {
      take(look)
      gatherOwners(now: now, forceScan: forceScan, readsMaps: readsMaps)
      let again = file.look()
      if again == look { break }
      look = again
    }
  }

  private mutating func take(_ look: LockFile.Look) {
    var facts = look.facts
    evidence.isInOurHands = former != nil && facts?.bytes == OpenLockFile.ownMark
    if evidence.isInOurHands, let former {
      facts?.bytes = former
      facts?.size = former.count
    }
    if facts != evidence.file {
      surveyedAt = nil
      evidence.isOwnLeftover =
        facts.map { $0.bytes.isEmpty && ownLeftover.load() == $0.identity } ?? false
    }
    evidence.file = facts
    if case .inaccessible(let error) = look {
      evidence.accessProblem = error.reason
    } else {
      evidence.accessProblem = nil
    }
  }

  private mutating func gatherOwners(now: Timestamp, forceScan: Bool, readsMaps: Bool) {
    evidence.recorded = .none
    evidence.recordedProcess = nil
    guard let facts = evidence.file, facts.isOrdinary else {
      evidence.kernelLocks = []
      scanIfDue(now: now, force: false, readsMaps: false, file: nil)
      return
    }
    if fileSystemDevice != facts.identity.device {
      fileSystem = file.fileSystem(&table)
      fileSystemDevice = facts.identity.device
    }
    evidence.networkFileSystem = fileSystem.networkName
    evidence.recorded = RecordedPID(
      bytes: facts.bytes,
      hostName: evidence.host.hostName,
      largest: evidence.host.largestPID,
      isAlive: { kill($0, 0) == 0 || errno == EPERM }
    )
    if case .pid(let pid) = evidence.recorded {
      evidence.recordedProcess = table.process(pid, pattern: pattern)
    }
    var locks = table.kernelLocks(
      on: facts.identity,
      path: file.path,
      matchesAnyDevice: fileSystem.hasAnonymousDevices
    )
    if evidence.isInOurHands {
      locks.removeAll { !$0.isWaiting && ($0.pid == nil || $0.pid == evidence.host.ownPID) }
    }
    let isChanged = locks != evidence.kernelLocks
    evidence.kernelLocks = locks
    scanIfDue(now: now, force: forceScan || isChanged, readsMaps: readsMaps, file: facts)
  }

  private mutating func scanIfDue(
    now: Timestamp,
    force: Bool,
    readsMaps: Bool,
    file facts: LockFileFacts?
  ) {
    let isFresh = surveyedAt.map { $0 <= now && now - $0 < Self.scanInterval } ?? false
    if !isFresh || force || hasWorkerEnded {
      survey = table.survey(question(facts, readsMaps: readsMaps))
      surveyedAt = now
      hasReadMaps = readsMaps
      take(survey)
      knowledge.count(table.counters(of: busyProcesses), evidence.host, now, settings.maxHold)
    }
    evidence.progress = knowledge.progress(evidence.host, now)
  }

  /// Whether a worker that was seen has ended since.
  private var hasWorkerEnded: Bool {
    mutating get {
      for worker in survey.workers where table.process(worker.pid, pattern: pattern) == nil {
        return true
      }
      return false
    }
  }

  private func question(_ facts: LockFileFacts?, readsMaps: Bool) -> ProcessQuestion {
    var question = ProcessQuestion(
      file: facts?.identity,
      fileName: PathText(file.path).name,
      pattern: pattern,
      workplace: workplace
    )
    question.matchesAnyDevice = fileSystem.hasAnonymousDevices
    question.readsMaps = readsMaps
    question.namesakesOf = mistakablePID
    guard let facts, case .pid(let pid) = evidence.recorded else { return question }
    if evidence.recordedProcess == nil { question.kinOf = pid }
    if let memory = knowledge.memory, memory.identity == facts.identity {
      question.ancestors = memory.descendants.filter { $0.bootID == evidence.host.bootID }
    }
    if let process = evidence.recordedProcess,
      RecordedIdentity(process, facts, evidence) == .owner
    {
      question.ancestors.append(evidence.host.mark(of: process))
    }
    return question
  }

  private mutating func take(_ survey: ProcessSurvey) {
    evidence.workers = survey.workers
    evidence.doubtfulWorkers = survey.doubtfulWorkers
    evidence.openers = survey.openers.filter {
      !evidence.isInOurHands || $0.process.process.pid != evidence.host.ownPID
    }
    evidence.mappers = survey.mappers
    evidence.uninspected = survey.uninspected
    evidence.namesakes = survey.namesakes
    let recorded = evidence.recordedProcess?.process.pid
    let descendants = survey.descendants.filter { $0.process.pid != recorded }
    evidence.descendants = descendants.map {
      ProcessMark(
        bootID: evidence.host.bootID,
        pid: $0.process.pid,
        startTicks: $0.startTicks
      )
    }
    let known = Set(survey.kin.map(\.pid))
    evidence.kin = survey.kin + descendants.map(\.process).filter { !known.contains($0.pid) }
  }

  /// The processes whose progress matters.
  private var busyProcesses: Set<Int32> {
    let openers = evidence.openers.filter { $0.mode == .writing || $0.hasLock }
    let holders = openers.map(\.process.process.pid) + evidence.heldKernelLocks.compactMap(\.pid)
    let workers = evidence.file == nil ? [] : evidence.workers + evidence.doubtfulWorkers
    return Set(
      holders + workers.map(\.pid) + [evidence.recordedProcess?.process.pid].compactMap { $0 }
    )
  }

  /// The recorded id, unless a worker or we ourselves have it: one in a container may be meant.
  private var mistakablePID: Int32? {
    guard case .pid(let pid) = evidence.recorded, pid != evidence.host.ownPID,
      evidence.recordedProcess?.isWorker != true
    else { return nil }
    return pid
  }
}

extension LockObserver {
  private mutating func judge(now: Timestamp) -> LockStatus {
    evidence.lastSeenUnheld = lastUnheld.flatMap {
      $0.file == evidence.file?.identity ? $0.at : nil
    }
    markProgress()
    evidence.memory = knowledge.memory
    knowledge.learn(from: evidence, now: now)
    evidence.memory = knowledge.memory
    evidence.remarks = evidence.file == nil ? [] : knowledge.problem.map { [$0] } ?? []
    return LockVerdict.judge(evidence, settings: settings, now: now)
  }

  /// Notes how long the machine had slept when something last moved, so that sleep is not a hang.
  private mutating func markProgress() {
    let own = evidence.progress.values.compactMap(\.lastAt).max().map {
      Timestamp($0.secondsSinceEpoch.rounded(.down))
    }
    let moment = [
      evidence.history.lastProgress?.latest, evidence.lastDelivery, evidence.file?.modifiedAt,
      evidence.lastSeenUnheld, own,
    ].compactMap { $0 }.max()
    if progressMark.map({ $0.moment != moment }) ?? true {
      progressMark = (moment, evidence.host.suspended)
    }
    evidence.sleptSinceProgress = max(
      evidence.host.suspended - (progressMark?.suspended ?? evidence.host.suspended),
      .zero
    )
  }
}
