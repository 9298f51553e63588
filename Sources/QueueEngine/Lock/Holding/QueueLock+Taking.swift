internal import CLibrary
internal import CPlatform

extension QueueLock {
  /// Takes a lock that nobody has; `nil` where somebody has it or was faster.
  ///
  /// - Parameters:
  ///   - settings: The directory.
  ///   - examination: What was seen of the lock before.
  ///   - shouldScan: Whether all processes are looked at again, whatever was seen.
  ///   - directoryGuard: The guard, which becomes part of the lock.
  /// - Returns: the lock.
  /// - Throws: why it cannot be taken, however long one waits.
  static func take(
    _ settings: EngineSettings,
    _ examination: inout LockExamination,
    shouldScan: Bool,
    _ directoryGuard: consuming DirectoryGuard
  ) throws(ActionError) -> QueueLock? {
    guard let barrier = ExitBarrier() else { return nil }
    let path = settings.path(of: \.lock)
    if case .absent = LockFile(path: path).look() {
      guard let file = try create(at: path) else { return nil }
      return QueueLock(
        settings: settings,
        file: file,
        ending: settings.lockStyle == .flock ? .leave : .remove,
        directoryGuard: directoryGuard,
        barrier: barrier
      )
    }
    let status = examination.look(forceScan: shouldScan)
    let ending: Ending
    switch status.state {
    case .free, .held, .hung: return nil
    case .stale, .unknown: throw refusal(status, settings: settings, timeout: .zero)
    case .settling:
      guard status.isTakeable else { return nil }
      ending = status.isOwnLeftover ? .remove : .restore(status.bytes)
    case .idle: ending = .leave
    }
    guard RecordedPID.isPlain(status.bytes) else {
      throw .refused(
        "The lock \(LockPlace(settings: settings).name) cannot be taken: it holds more than a process id,"
          + " which mem0top must not overwrite; run your own worker instead.",
        evidence: status.evidence
      )
    }
    // Who keeps one open that nobody locks may be at work on what it stands for.
    let file = try takeInPlace(at: path, shown: status, whileClosed: status.state == .settling)
    guard let file else { return nil }
    return QueueLock(
      settings: settings,
      file: file,
      ending: ending,
      directoryGuard: directoryGuard,
      barrier: barrier
    )
  }

  /// Why the lock could not be taken, with what the person can do.
  static func refusal(
    _ status: LockStatus,
    settings: EngineSettings,
    timeout: Duration
  ) -> ActionError {
    let name = LockPlace(settings: settings).name
    let standing = status.standing(at: SystemClock.now)
    let sentence =
      switch status.state {
      case .free, .idle: "The lock \(name) keeps changing hands; try again."
      case .held: "Waited \(timeout.ageText) for the lock \(name): \(standing); try again later."
      case .hung:
        "The lock \(name) cannot be taken: \(standing); \(status.wayOutOfHang)."
      case .settling:
        "The lock \(name) cannot be taken: \(standing); if workers lock it and leave it in place, "
          + "set lock.style to \"flock\"."
      case .stale:
        "The lock \(name) is stale: \(status.reasonRow?.nextStep ?? "look at it again")."
      case .unknown: "The lock \(name) cannot be taken: \(standing)."
      }
    return .refused(sentence, evidence: status.evidence)
  }

  /// Makes the lock file appear with our mark and our locks on it; `nil` if another one appeared.
  ///
  /// It is renamed into place and not linked: killed between a link and the removal of the other
  /// name, we would leave a file with two names, which nobody could judge or clear. Until then it has
  /// a name that nobody else uses: the guard keeps others from this directory, and not from a lock
  /// that several directories share.
  private static func create(at path: String) throws(ActionError) -> OpenLockFile? {
    let directory = PathText(path).parent
    let unfinished = directory + "/" + FileReplacementDraft.uniqueName()
    var facts = platform_file_facts()
    if platform_stat_target(directory, &facts) == 0, facts.is_append_only {
      throw .failed(
        "Cannot take a lock in \(Scrubber.scrub(directory)): the directory is append-only, so"
          + " the lock could not be released; undo that with \"chattr -a\"."
      )
    }
    do throws(SystemError) {
      let file = try OpenLockFile(creatingAt: unfinished)
      do throws(SystemError) {
        guard file.lock() else {
          throw SystemError(code: errno, attempt: "lock", path: unfinished)
        }
        try file.write(OpenLockFile.ownMark)
        let code = -platform_rename_exclusively(unfinished, path)
        guard code != EEXIST else {
          unlink(unfinished)
          return nil
        }
        guard code == 0 else { throw SystemError(code: code, attempt: "create", path: path) }
      } catch {
        unlink(unfinished)
        throw error
      }
      return file
    } catch {
      throw .failed("\(error); nothing was changed.")
    }
  }

  /// Locks a file that is left in place; `nil` if a worker has just taken, changed or replaced it.
  private static func takeInPlace(
    at path: String,
    shown: LockStatus,
    whileClosed: Bool
  ) throws(ActionError) -> OpenLockFile? {
    do throws(SystemError) {
      let file = try OpenLockFile(path: path)
      guard file.identity == shown.identity, file.lock(), file.isFile(at: path),
        file.holds(shown.bytes), !whileClosed || !file.isOpenElsewhere
      else { return nil }
      try file.write(OpenLockFile.ownMark)
      return file
    } catch {
      if error.isMissing { return nil }
      throw .failed("\(error); nothing was changed.")
    }
  }
}
