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
  /// Running workers of this directory, ourselves left out.
  package var workers: [RunningProcess] = []
  /// Running workers that may be of this directory or of another one.
  package var doubtfulWorkers: [RunningProcess] = []
  /// Processes of containers whose id in there is the recorded one.
  package var namesakes: [RunningProcess] = []
  /// The machine and who we are on it.
  package var host: HostFacts
  /// The kind of network file system that the lock lies on; `nil` for a local one.
  package var networkFileSystem: String?
  /// What earlier looks taught about this very file.
  package var memory: LockMemory?
  /// When the same file was last seen with nobody holding it.
  package var lastSeenUnheld: Timestamp?
  /// When the same file was last seen with a proven holder.
  package var lastSeenHeld: Timestamp?
  /// When a worker was last refused the lock, from the log.
  package var lastRefusal: Timestamp?
  /// When log, queue or dead-letter queue last changed.
  package var lastProgress: Timestamp?
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

  /// Whether a kernel lock or a writer proves a live owner, whatever the file says.
  package var hasProvenHolder: Bool { !heldKernelLocks.isEmpty || !writers.isEmpty }

  /// The style by settings, by what was learned of this file, or by what it holds, in this order.
  package func style(choice: LockStyleChoice) -> LockStyle {
    switch choice {
    case .flock: return .flock
    case .pidfile: return .pidfile
    case .auto:
      if let memory, memory.isUsedWithFlock, memory.identity == file?.identity { return .flock }
      if case .none = recorded { return .undecided }
      return .pidfile
    }
  }
}

/// A lock of the kernel on the lock file.
package struct KernelLock: Hashable, Sendable {
  /// The kernel's name for it: `FLOCK`, `POSIX` or `OFDLCK`.
  package var kind: String
  /// The process that took it, perhaps long dead; `nil` where the kernel names none.
  package var pid: Int32?
  /// It is not held but waited for.
  package var isWaiting: Bool

  package init(kind: String, pid: Int32?, isWaiting: Bool = false) {
    self.kind = kind
    self.pid = pid
    self.isWaiting = isWaiting
  }
}

/// A process that has the lock file open.
package struct FileOpener: Hashable, Sendable {
  /// What the file was opened for.
  package enum Mode: Sendable {
    case writing
    /// Reading, or only looking (`O_PATH`), as observers do.
    case looking
  }

  package var process: ProcessFacts
  package var mode: Mode
  /// A kernel lock belongs to this opening of the file.
  package var hasLock: Bool

  package init(process: ProcessFacts, mode: Mode, hasLock: Bool) {
    self.process = process
    self.mode = mode
    self.hasLock = hasLock
  }
}

/// How many processes could not be inspected, and whose they are.
///
/// They block no verdict (`docs/contract.md#living-work`), but the evidence tells of them.
package struct UninspectedProcesses: Hashable, Sendable {
  /// Those of our own user: a container or a sandbox may close them to us.
  package var ownCount = 0
  /// Those of other users.
  package var foreignCount = 0
  /// How many other users these belong to.
  package var users = 0
  /// The system does not even list the processes of others.
  package var areHidden = false

  package init() {}
}

/// A process, with what tells it from a later one of the same number.
package struct ProcessFacts: Hashable, Sendable {
  package var process: RunningProcess
  /// When it started, in the kernel's own unit since the boot.
  package var startTicks: UInt64
  /// Its command line is a worker's.
  package var isWorker: Bool
  /// It is this program, whatever it is doing.
  package var isOurProgram: Bool

  package init(
    process: RunningProcess,
    startTicks: UInt64,
    isWorker: Bool,
    isOurProgram: Bool = false
  ) {
    self.process = process
    self.startTicks = startTicks
    self.isWorker = isWorker
    self.isOurProgram = isOurProgram
  }
}

/// The machine, this boot of it, and who we are.
package struct HostFacts: Hashable, Sendable {
  /// The kernel's random name for this boot.
  package var bootID: String
  package var bootedAt: Timestamp
  /// How long the machine has slept since the boot.
  package var suspended: Duration
  package var hostName: String
  package var largestPID: Int32
  /// We live in a PID namespace of our own, so the kernel hides the locks and processes of others.
  package var isInChildNamespace: Bool
  /// We live in a time namespace of our own: the boot and the starts of processes are shifted.
  package var isInTimeNamespace = false
  /// Our effective user.
  package var user: UInt32
  /// Our own process.
  package var ownPID: Int32

  package init(
    bootID: String,
    bootedAt: Timestamp,
    suspended: Duration = .zero,
    hostName: String,
    largestPID: Int32 = 4_194_304,
    isInChildNamespace: Bool = false,
    user: UInt32,
    ownPID: Int32
  ) {
    self.bootID = bootID
    self.bootedAt = bootedAt
    self.suspended = suspended
    self.hostName = hostName
    self.largestPID = largestPID
    self.isInChildNamespace = isInChildNamespace
    self.user = user
    self.ownPID = ownPID
  }
}
