/// Watches one lock: gathers the evidence as rarely as it can and judges it as often as it is asked.
///
/// Each look costs a `stat`, a read of the file and one of the kernel's table of locks. The pass over
/// all processes costs milliseconds, so it happens only when one of those has changed, when the
/// verdict would change by time alone, at the moment of acting (`forceScan`), and else every 10 s.
package struct LockObserver: ~Copyable {
  /// How long the result of a pass over all processes is used.
  private static let scanInterval = Duration.seconds(10)
  /// A file that is replaced under our eyes is looked at again this many times.
  private static let mostLooks = 3

  private let settings: EngineSettings
  private let file: LockFile
  private let pattern: WorkerPattern
  private let workplace: Workplace
  private let memoryFile: LockMemoryFile
  private var table: ProcessTable
  private var evidence: LockEvidence
  private var survey = ProcessSurvey()
  private var surveyedAt: Timestamp?
  private var fileSystem = FileSystemFacts()
  private var fileSystemDevice: UInt64?
  private var memory: LockMemory?
  private var savedMemory: LockMemory?
  private var saveProblem: String?
  private var lastUnheld: (file: FileIdentity, at: Timestamp)?
  private var lastHeld: (file: FileIdentity, at: Timestamp)?
  private var progressMark: (moment: Timestamp?, suspended: Duration)?
  private var lastVerdict: (state: LockState, reason: LockReason?)?

  /// Makes an observer of the lock in the settings' directory; nothing is looked at yet.
  package init(settings: EngineSettings) {
    self.settings = settings
    file = LockFile(path: settings.path(of: \.lock))
    pattern = WorkerPattern(texts: settings.workerMatch)
    workplace = Workplace(settings: settings)
    memoryFile = LockMemoryFile(directory: StateDirectory(settings: settings))
    table = ProcessTable()
    evidence = LockEvidence(host: HostFacts.current(&table))
    memory = memoryFile.load()
    savedMemory = memory
  }

  /// Running workers of this directory, ourselves left out, as of the last pass over all processes.
  package var workers: [RunningProcess] { survey.workers }

  /// The evidence behind the last verdict.
  package var lastEvidence: LockEvidence { evidence }

  /// Looks at the lock and judges it.
  ///
  /// - Parameters:
  ///   - now: The present moment.
  ///   - lastRefusal: When a worker was last refused the lock, according to the log.
  ///   - lastProgress: When log, queue or dead-letter queue last changed.
  ///   - forceScan: Look at all processes anew, whatever was seen before: the moment of acting.
  /// - Returns: The verdict, with the evidence for it.
  package mutating func observe(
    now: Timestamp,
    lastRefusal: Timestamp?,
    lastProgress: Timestamp?,
    forceScan: Bool = false
  ) -> LockStatus {
    evidence.lastRefusal = lastRefusal
    evidence.lastProgress = lastProgress
    gather(now: now, forceScan: forceScan)
    var status = judge(now: now)
    if surveyedAt != now, let lastVerdict, lastVerdict != (status.state, status.reason) {
      gather(now: now, forceScan: true)
      status = judge(now: now)
    }
    lastVerdict = (status.state, status.reason)
    rememberHold(now: now)
    return status
  }
}

extension LockObserver {
  /// Collects evidence that belongs together: the file is looked at again after everything else.
  ///
  /// A worker that removes its lock and exits between our look at the file and our look at the
  /// process would otherwise leave a dead process's lock behind, for one look.
  private mutating func gather(now: Timestamp, forceScan: Bool) {
    var look = file.look()
    for _ in 0..<Self.mostLooks {
      take(look)
      gatherOwners(now: now, forceScan: forceScan)
      let again = file.look()
      if again == look { break }
      look = again
    }
    evidence.host.suspended = HostFacts.suspendedSinceBoot()
    evidence.host.bootedAt = HostFacts.bootMoment()
  }

  private mutating func take(_ look: LockFile.Look) {
    if look.facts != evidence.file { surveyedAt = nil }
    evidence.file = look.facts
    if case .inaccessible(let error) = look {
      evidence.accessProblem = error.reason
    } else {
      evidence.accessProblem = nil
    }
  }

  private mutating func gatherOwners(now: Timestamp, forceScan: Bool) {
    evidence.recorded = .none
    evidence.recordedProcess = nil
    guard let facts = evidence.file, facts.isOrdinary else {
      evidence.kernelLocks = []
      scanIfDue(now: now, force: false, file: nil)
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
      largest: evidence.host.largestPID
    )
    if case .pid(let pid) = evidence.recorded {
      evidence.recordedProcess = table.process(pid, pattern: pattern)
    }
    let locks = table.kernelLocks(
      on: facts.identity,
      path: file.path,
      matchesAnyDevice: fileSystem.hasAnonymousDevices
    )
    let isChanged = locks != evidence.kernelLocks
    evidence.kernelLocks = locks
    scanIfDue(now: now, force: forceScan || isChanged, file: facts.identity)
  }

  private mutating func scanIfDue(now: Timestamp, force: Bool, file: FileIdentity?) {
    let isFresh = surveyedAt.map { $0 <= now && now - $0 < Self.scanInterval } ?? false
    if !isFresh || force {
      let question = ProcessQuestion(
        file: file,
        namesakesOf: mistakablePID,
        pattern: pattern,
        workplace: workplace
      )
      survey = table.survey(question)
      surveyedAt = now
    }
    evidence.workers = survey.workers
    evidence.doubtfulWorkers = survey.doubtfulWorkers
    evidence.openers = survey.openers
    evidence.uninspected = survey.uninspected
    evidence.namesakes = survey.namesakes
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
    evidence.lastSeenHeld = lastHeld.flatMap { $0.file == evidence.file?.identity ? $0.at : nil }
    markProgress()
    learn()
    evidence.remarks = saveProblem.map { [$0] } ?? []
    return LockVerdict.judge(evidence, settings: settings, now: now)
  }

  private mutating func learn() {
    evidence.memory = memory
    memory = LockMemory.learning(from: evidence)
    evidence.memory = memory
    saveMemory()
  }

  /// Expects that we write into the lock ourselves, which is no trait of those who use it.
  mutating func expectOwnChange() {
    memory?.expectOwnChange()
    saveMemory()
  }

  private mutating func saveMemory() {
    guard let memory, memory != savedMemory else { return }
    savedMemory = memory
    do {
      try memoryFile.save(memory)
      saveProblem = nil
    } catch {
      saveProblem = "what was learned of the lock will be forgotten: \(error)"
    }
  }

  private mutating func rememberHold(now: Timestamp) {
    guard let file = evidence.file else { return }
    if evidence.hasProvenHolder {
      lastHeld = (file.identity, now)
    } else if evidence.recordedProcess == nil {
      lastUnheld = (file.identity, now)
    }
  }

  /// Notes how long the machine had slept when something last moved, so that sleep is not a hang.
  private mutating func markProgress() {
    let moment = [evidence.lastProgress, evidence.file?.modifiedAt, evidence.lastSeenUnheld]
      .compactMap { $0 }.max()
    if progressMark.map({ $0.moment != moment }) ?? true {
      progressMark = (moment, evidence.host.suspended)
    }
    evidence.sleptSinceProgress = max(
      evidence.host.suspended - (progressMark?.suspended ?? evidence.host.suspended),
      .zero
    )
  }
}
