internal import CLibrary
internal import CPlatform

/// The worker's lock in our hands, given back when the value goes.
///
/// It excludes workers of either style: the file exists and holds our process id, so that nobody can
/// create it and everybody can see who has it, and both kinds of kernel lock are on it. It includes
/// the guard, so that no other mem0top acts meanwhile; whoever has a `QueueLock` must not take the
/// guard again.
///
/// How it goes back depends on whose file it is. A file that was there before is truncated and left
/// in place. One that we created is unlinked in the PID-file style and left, empty, in the `flock`
/// style. Where the style is undecided it is unlinked too, because an O_EXCL worker would wait for
/// ever for a file that nobody owns, unless another process has it open for writing or waits for it:
/// then it is a worker that will lock this very file, and the file stays. One window is left: such
/// a worker may open the file between that look and the unlink, and then locks a file that has no
/// name. `lock.style = "flock"` closes it. Killed, we leave a lock with a dead process id.
package struct QueueLock: ~Copyable {
  /// What becomes of the file when the lock goes back.
  enum Ending {
    case truncate, unlink, unlinkUnlessWanted
  }

  /// Between two looks at the lock of another: at first, and once it was waited for so long that a
  /// look after 5 ms would only burn the processor.
  private static let (hurry, calm) = (Duration.milliseconds(5), Duration.milliseconds(50))
  /// After so long the waiting is calm.
  private static let hurryLimit = Duration.seconds(5)
  /// How soon all processes are looked at again, at first.
  private static let scanInterval = Duration.milliseconds(100)

  private let settings: EngineSettings
  private let file: OpenLockFile
  private let ending: Ending
  private let directoryGuard: DirectoryGuard
  private let barrier: ExitBarrier

  init(
    settings: EngineSettings,
    file: consuming OpenLockFile,
    ending: Ending,
    directoryGuard: consuming DirectoryGuard,
    barrier: consuming ExitBarrier
  ) {
    self.settings = settings
    self.file = file
    self.ending = ending
    self.directoryGuard = directoryGuard
    self.barrier = barrier
  }

  deinit {
    giveBack()
  }

  /// Gives the lock back now.
  package consuming func release() {}

  /// Takes the lock, or refuses once somebody has had it for `patience`.
  ///
  /// It waits by looking, never by trying to lock, which would make the attempts of workers fail.
  /// A lock that is stale, or that cannot be judged, is refused at once.
  package static func acquire(
    settings: EngineSettings,
    patience: Duration = .seconds(5)
  ) throws(ActionError) -> QueueLock {
    try acquire(settings: settings, waiting: LockWait(patience: patience))
  }

  /// Takes the lock as `acquire(settings:patience:)`; says who is waited for, and may be cancelled.
  static func acquire(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> QueueLock {
    let start = ContinuousClock.now
    let deadline = start + waiting.patience
    var examination = LockExamination(settings: settings)
    // Who merely had the file open when all processes were last looked at may have closed it since,
    // and nothing else tells: so they are looked at again, the more rarely the longer it takes.
    var nextScan = start + scanInterval
    while true {
      let shouldScan = ContinuousClock.now >= nextScan
      if shouldScan { nextScan = .now + max((.now - start) / 5, scanInterval) }
      if let directoryGuard = try DirectoryGuard.attempt(in: settings.directory),
        let lock = try take(settings, &examination, shouldScan: shouldScan, directoryGuard)
      {
        return lock
      }
      if ContinuousClock.now >= deadline {
        throw refusal(examination.look(), settings: settings, patience: waiting.patience)
      }
      try waiting.tell { examination.look(forceScan: false).standing(at: SystemClock.now) }
      let pause = ContinuousClock.now - start < hurryLimit ? hurry : calm
      poll(nil, 0, Int32(pause.wholeMilliseconds))
    }
  }

  private func giveBack() {
    let path = settings.path(of: \.lock)
    // Somebody who breaks locks has taken the file away: what lies there now is not ours.
    guard file.isFile(at: path) else { return }
    let isKept =
      switch ending {
      case .truncate: true
      case .unlink: false
      case .unlinkUnlessWanted: isWanted
      }
    // To look at all processes takes a while, in which somebody may have broken the lock.
    if !isKept, file.isFile(at: path), unlink(path) == 0 { return }
    // There is nobody left to tell of an error: the file then names us until we end. One that a
    // worker has emptied is empty already, and one that says something else is not ours to change.
    if file.holds(OpenLockFile.ownMark) { try? file.write([]) }
    // What cannot be remembered is learned anew from what the workers do.
    if isKept, ending == .unlinkUnlessWanted { try? rememberUse() }
  }

  /// Whether another process waits for this very file, or has it open as one that will lock it.
  private var isWanted: Bool {
    var examination = LockExamination(settings: settings)
    _ = examination.look()
    let evidence = examination.evidence
    return !evidence.writers.isEmpty || evidence.kernelLocks.contains(where: \.isWaiting)
  }

  /// Lets later looks know that the file is left in place on purpose.
  private func rememberUse() throws(SystemError) {
    guard let facts = LockFile(path: settings.path(of: \.lock)).look().facts,
      facts.identity == file.identity
    else { return }
    var table = ProcessTable()
    var memory = LockMemory(file: facts, host: HostFacts.current(&table))
    memory.isUsedWithFlock = true
    try LockMemoryFile(directory: StateDirectory(settings: settings)).save(memory)
  }
}
