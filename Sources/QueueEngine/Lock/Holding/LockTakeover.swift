internal import CLibrary

/// A stale lock in our hands, on its way to be cleared.
///
/// We hold both kinds of kernel lock on it and it holds our process id, so that a worker that comes
/// now finds it taken. Until it is finished it can be given back as it was, and it is, whatever
/// happens: when this value goes, a file that still holds our mark gets its former bytes and time.
/// All writing goes through the open file, so a lock that took its place is never touched, and a
/// file that says something else by then, because somebody wrote into it, is left as it is.
///
/// What no system call closes: a co-worker that breaks locks itself, or writes its id into an
/// existing file without any kernel lock, may do so between our last look and our last call.
struct LockTakeover: ~Copyable {
  private let place: LockPlace
  private let file: OpenLockFile
  private let former: [UInt8]

  private init(_ place: LockPlace, _ file: consuming OpenLockFile, former: [UInt8]) {
    self.place = place
    self.file = file
    self.former = former
  }

  /// Locks the file that was shown and puts our mark into it.
  ///
  /// The modification time stays, so that the lock's age is what it was, even if we are killed before
  /// the end.
  static func begin(_ shown: LockStatus, at place: LockPlace) throws(ActionError) -> LockTakeover {
    let takeover = LockTakeover(place, try seize(shown, at: place), former: shown.bytes)
    try takeover.mark()
    return takeover
  }

  /// Opens and locks the file, and makes sure that it is the one that was shown.
  private static func seize(
    _ shown: LockStatus,
    at place: LockPlace
  ) throws(ActionError) -> OpenLockFile {
    let file = try open(place)
    guard file.identity == shown.identity else { throw replaced("another file is there now") }
    guard file.lock() else { throw abort("somebody has just locked it", []) }
    guard file.holds(shown.bytes) else { throw replaced("its content has changed") }
    return file
  }

  private static func open(_ place: LockPlace) throws(ActionError) -> OpenLockFile {
    do throws(SystemError) {
      return try OpenLockFile(path: place.path)
    } catch {
      throw error.isMissing ? replaced("it is gone") : failure(error)
    }
  }

  private func mark() throws(ActionError) {
    do throws(SystemError) {
      try file.write(OpenLockFile.ownMark, keeping: file.modifiedNanoseconds)
    } catch {
      throw Self.failure(error)
    }
  }

  deinit {
    guard file.holds(OpenLockFile.ownMark) else { return }
    // If this fails, our mark stays; it is stale as soon as we have ended.
    try? file.write(former, keeping: file.modifiedNanoseconds)
  }

  /// Makes sure that the lock is still this file, says what we wrote, is nobody's but ours, and would
  /// still be stale if it were not ours: living work behind it may have shown itself meanwhile.
  ///
  /// - Returns: The verdict of this look.
  func confirm(_ examination: inout LockExamination) throws(ActionError) -> LockStatus {
    let status = examination.look(readsMaps: true, former: former)
    let evidence = examination.evidence
    guard evidence.file?.identity == file.identity else {
      throw Self.abort("it was replaced meanwhile", status.evidence)
    }
    guard evidence.isInOurHands else {
      throw Self.abort("somebody wrote into it meanwhile", status.evidence)
    }
    if let other = evidence.kernelLocks.first {
      let who = other.pid.map { "pid \($0)" } ?? "a process"
      throw Self.abort(
        "\(who) \(other.isWaiting ? "waits for it" : "has locked it")",
        status.evidence
      )
    }
    let others = (evidence.writers + evidence.readers).map(\.process.process) + evidence.mappers
    if let other = others.first {
      throw Self.abort("\(other.introduction(at: SystemClock.now)) has opened it", status.evidence)
    }
    guard status.isClearable else {
      throw Self.abort(status.standing(at: SystemClock.now), status.evidence)
    }
    return status
  }

  /// Ends the takeover: in the `flock` style the file is emptied and stays, else it is removed.
  ///
  /// - Parameters:
  ///   - style: How workers lock with this file.
  ///   - linger: How long it stays locked after that, for who opens it too late.
  /// - Returns: `false` where somebody has it open at this moment: a dashboard that looks at it has so
  ///   for an instant.
  /// - Throws: that another file is there now, or the system's failure.
  func finish(
    style: LockStyle,
    linger: Duration = .milliseconds(20)
  ) throws(ActionError) -> Bool {
    guard file.isFile(at: place.path) else {
      throw Self.abort("it was replaced meanwhile", [])
    }
    let outcome: OpenLockFile.Removal
    do throws(SystemError) {
      if style == .flock {
        try file.write([])
        return true
      }
      outcome = try place.remove(file, linger: linger)
    } catch {
      throw Self.failure(error)
    }
    switch outcome {
    case .done: return true
    case .isOpen: return false
    case .isGone: throw Self.abort("it was replaced meanwhile", [])
    }
  }

  /// The list of all processes shows who has it open, or does not; a lease cannot name anybody.
  static var unseenOpener: String {
    let place = geteuid() == 0 ? "outside this container" : "as root"
    return "another process has it open, or is just opening it, that could not be seen;"
      + " if it stays so, lsof tells which, \(place)"
  }

  /// That somebody whom nobody can see kept it open.
  static var refusalForOpener: ActionError { abort(unseenOpener, []) }

  private static func replaced(_ what: String) -> ActionError {
    .refused("The lock is not the one that was shown: \(what).", evidence: [])
  }

  private static func abort(_ what: String, _ evidence: [String]) -> ActionError {
    .refused("The lock is not cleared: \(what).", evidence: evidence)
  }

  private static func failure(_ error: SystemError) -> ActionError {
    .failed("\(error); the lock is not cleared.")
  }
}
