internal import CLibrary
internal import CPlatform

/// The worker's lock in our hands, given back when the value goes.
///
/// It excludes workers of either style: the file exists and holds our process id, so that nobody can
/// create it and everybody can see who has it, and both kinds of kernel lock are on it. It includes
/// the guard, so that no other mem0top acts meanwhile; whoever has a `QueueLock` must not take the
/// guard again.
///
/// How it goes back depends on whose file it is. A file that workers lock and leave in place is emptied
/// and stays; one that merely speaks for a run that has ended gets its former bytes and time back. One
/// that we created is unlinked, because an O_EXCL worker would wait for ever for a file that nobody
/// owns, unless another process has it open, for reading too: it may be a worker that will lock this
/// very file. We wait a second for that to end; then the file stays, empty and remembered as ours, and
/// the next of our commands that acts and finds it closed removes it. Killed, we leave a lock with a
/// dead process id.
package struct QueueLock: ~Copyable {
  /// What becomes of the file when the lock goes back.
  enum Ending: Equatable {
    /// It is emptied and stays: workers lock it and leave it in place.
    case leave
    /// It gets back what it held.
    case restore([UInt8])
    /// It is ours and goes, as soon as nobody has it open.
    case remove
  }

  /// How long one that has it open is waited for before a file of ours is left in place.
  private static let openerTimeout = Duration.seconds(1)

  /// Between two looks at the lock of another: at first, and once it was waited for so long that a
  /// look after 5 ms would only burn the processor.
  private static let (hurry, calm) = (Duration.milliseconds(5), Duration.milliseconds(50))
  /// After so long the waiting is calm.
  private static let hurryLimit = Duration.seconds(5)
  /// How long a file of ours that is gone stays locked, for who opens it too late.
  private static let linger = Duration.milliseconds(1)
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

  /// Takes the lock, or refuses once somebody has had it for `timeout`.
  ///
  /// It waits by looking, never by trying to lock, which would make the attempts of workers fail.
  /// A lock that is stale, or that cannot be judged, is refused at once.
  package static func acquire(
    settings: EngineSettings,
    timeout: Duration = .seconds(5)
  ) throws(ActionError) -> QueueLock {
    try acquire(settings: settings, waiting: LockWait(timeout: timeout))
  }

  /// Takes the lock as `acquire(settings:timeout:)`; says who is waited for, and may be cancelled.
  static func acquire(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> QueueLock {
    let start = ContinuousClock.now
    let deadline = start + waiting.timeout
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
        throw refusal(examination.look(), settings: settings, timeout: waiting.timeout)
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
    let leftover = OwnLeftover(directory: StateDirectory(settings: settings))
    if ending == .remove {
      if isRemovedSoon(from: path) { return leftover.forget() }
      // What cannot be remembered is judged like any other file.
      try? leftover.save(file.identity)
    }
    // There is nobody left to tell of an error: the file then names us until we end. One that a
    // worker has emptied is empty already, and one that says something else is not ours to change.
    guard file.holds(OpenLockFile.ownMark) else { return }
    if case .restore(let bytes) = ending {
      try? file.write(bytes, keeping: file.modifiedNanoseconds)
    } else {
      try? file.write([])
    }
  }

  /// Takes the file away as soon as nobody else has it open, within a second.
  ///
  /// One that waits for the lock, or has the file open for writing, will not close it: it is a worker.
  private func isRemovedSoon(from path: String) -> Bool {
    var examination = LockExamination(settings: settings)
    let deadline = ContinuousClock.now + Self.openerTimeout
    var pause = Self.hurry
    while true {
      _ = examination.look()
      let evidence = examination.evidence
      if evidence.kernelLocks.contains(where: \.isWaiting) || !evidence.writers.isEmpty {
        return false
      }
      if evidence.readers.isEmpty {
        do throws(SystemError) {
          if try file.remove(from: path, linger: Self.linger) != .isOpen { return true }
        } catch {
          return false
        }
      }
      if ContinuousClock.now >= deadline { return false }
      poll(nil, 0, Int32(pause.wholeMilliseconds))
      pause = min(pause * 2, Self.calm)
    }
  }
}
