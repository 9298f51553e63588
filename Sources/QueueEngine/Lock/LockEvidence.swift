/// Everything that was seen of a lock at one moment; the verdict is a function of it and the clock.
package struct LockEvidence: Hashable, Sendable {
  /// The lock file; `nil` where there is none.
  package var file: LockFileFacts?
  /// Why not even the file's facts could be had, in the system's words.
  package var accessProblem: String?
  /// What the file says about its owner.
  package var recorded = RecordedPID.none
  /// The live process with the recorded id; `nil` where none is recorded or it does not run.
  package var recordedProcess: ProcessFacts?
  /// Locks of the kernel on the file, those that wait among them.
  package var kernelLocks: [KernelLock] = []
  /// The processes that have the file open, whatever for, ourselves among them.
  package var openers: [FileOpener] = []
  /// Processes whose open files we were not allowed to see.
  package var uninspected = UninspectedProcesses()
  /// The processes that have the file mapped, as far as that was asked.
  package var mappers: [RunningProcess] = []
  /// Living descendants of the recorded process, with their starts, as seen while it lived or since.
  package var descendants: [ProcessMark] = []
  /// Living processes of the recorded number's group or session, or seen as its descendants.
  package var kin: [RunningProcess] = []
  /// Running workers of this directory, ourselves left out.
  package var workers: [RunningProcess] = []
  /// Running processes that may be workers of this directory.
  package var doubtfulWorkers: [RunningProcess] = []
  /// Processes of containers whose id in there is the recorded one.
  package var namesakes: [RunningProcess] = []
  /// What is known of the progress of holders and workers, by process id.
  package var progress: [Int32: ProcessProgress] = [:]
  /// The machine and who we are on it.
  package var host: HostFacts
  /// The kind of network file system that the lock lies on; `nil` for a local one.
  package var networkFileSystem: String?
  /// What earlier looks taught about this very file.
  package var memory: LockMemory?
  /// The file is one that we left empty because somebody had it open.
  package var isOwnLeftover = false
  /// We have taken the file over to clear it, and it is shown as it was before: our mark, our locks and
  /// our opening are left out.
  package var isInOurHands = false
  /// When the same file was last seen with nobody holding it.
  package var lastSeenUnheld: Timestamp?
  /// What the log says of the runs.
  package var history = RunHistory()
  /// When a delivery was last seen to be acknowledged in queue or dead letters.
  package var lastDelivery: Timestamp?
  /// How long the machine has slept since a holder was last seen to get on, as far as is known.
  package var sleptSinceProgress = Duration.zero
  /// What else a person should know, one short sentence each.
  package var remarks: [String] = []

  /// Makes evidence of which only the machine is known: there is no lock file.
  package init(host: HostFacts) {
    self.host = host
  }

  /// The kernel locks that somebody has, not those that are waited for.
  package var heldKernelLocks: [KernelLock] { kernelLocks.filter { !$0.isWaiting } }

  /// The openings that a kernel lock belongs to.
  package var lockers: [FileOpener] {
    let pids = Set(heldKernelLocks.compactMap(\.pid))
    guard !heldKernelLocks.isEmpty else { return [] }
    return openers.filter { $0.hasLock || pids.contains($0.process.process.pid) }
  }

  /// The other processes that have the file open for writing.
  package var writers: [FileOpener] {
    openers.filter { $0.mode == .writing && $0.process.process.pid != host.ownPID }
  }

  /// The other processes that have the file open for reading alone; observers that only look, and this
  /// program, are none.
  package var readers: [FileOpener] {
    openers.filter {
      $0.mode == .reading && !$0.process.isOurProgram && $0.process.process.pid != host.ownPID
    }
  }

  /// Whether to have the file open for writing proves a live owner of a lock of this style.
  ///
  /// Not where workers `flock` it and the kernel shows that: one may keep it open when he has given the
  /// lock back.
  func provesHold(byWriting style: LockStyle) -> Bool { style != .flock || !host.seesFlocks }

  /// Whether a kernel lock or a writer proves a live owner of a lock of this style.
  package func hasProvenHolder(style: LockStyle) -> Bool {
    !heldKernelLocks.isEmpty || (!writers.isEmpty && provesHold(byWriting: style))
  }

  /// The style by settings, or by what was learned of this file or of this directory.
  package func style(choice: LockStyleChoice) -> LockStyle {
    switch choice {
    case .flock: return .flock
    case .pidfile: return .pidfile
    case .auto:
      guard let memory else { return .undecided }
      if memory.isUsedWithFlock, memory.identity == file?.identity { return .flock }
      return memory.comings.isPidfileProof ? .pidfile : .undecided
    }
  }
}

/// What is known of a process's own progress.
package struct ProcessProgress: Hashable, Sendable {
  /// When it was last seen to get on; `nil` where it never was.
  package var lastAt: Timestamp?
  /// A signal or a debugger has stopped it.
  package var isStopped = false
  /// The server whose answer it waits for, and for how long.
  package var waitsFor: Answer?

  /// An answer that has not come.
  package struct Answer: Hashable, Sendable {
    package var server: String
    package var since: Duration
  }

  package init(lastAt: Timestamp? = nil, isStopped: Bool = false) {
    self.lastAt = lastAt
    self.isStopped = isStopped
  }
}
