/// What was learned of one lock file, kept between runs of the program.
///
/// A file that is locked with `flock`, or that is written again and again without being replaced, is
/// left in place on purpose: its mere presence is then no alarm. All of it is about one file; of
/// another one under the same name nothing is known. It is forgotten once the file shuts somebody out.
package struct LockMemory: Hashable, Sendable {
  /// The process that was first seen behind a recorded id.
  package struct Owner: Hashable, Sendable {
    package var bootID: String
    package var pid: Int32
    package var startTicks: UInt64

    package init(bootID: String, pid: Int32, startTicks: UInt64) {
      self.bootID = bootID
      self.pid = pid
      self.startTicks = startTicks
    }
  }

  /// When the present content was first seen, in time that the machine has slept.
  package struct Sighting: Hashable, Sendable {
    package var bootID: String
    package var suspended: Duration

    package init(bootID: String, suspended: Duration) {
      self.bootID = bootID
      self.suspended = suspended
    }
  }

  package var identity: FileIdentity
  package var modifiedNanoseconds: Int64
  package var isEmpty: Bool
  package var sighting: Sighting
  package var owner: Owner?
  package var isUsedWithFlock: Bool

  package init(
    identity: FileIdentity,
    modifiedNanoseconds: Int64,
    isEmpty: Bool,
    sighting: Sighting,
    owner: Owner?,
    isUsedWithFlock: Bool
  ) {
    self.identity = identity
    self.modifiedNanoseconds = modifiedNanoseconds
    self.isEmpty = isEmpty
    self.sighting = sighting
    self.owner = owner
    self.isUsedWithFlock = isUsedWithFlock
  }

  /// Starts to remember a file that was never seen before.
  package init(file: LockFileFacts, host: HostFacts) {
    identity = file.identity
    modifiedNanoseconds = file.modifiedNanoseconds
    isEmpty = file.size == 0
    sighting = Sighting(bootID: host.bootID, suspended: host.suspended)
    isUsedWithFlock = false
  }

  /// How long the machine has slept since the present content was first seen, as far as is known.
  package func sleep(until host: HostFacts) -> Duration {
    guard sighting.bootID == host.bootID else { return host.suspended }
    return max(host.suspended - sighting.suspended, .zero)
  }

  /// What is known after this look; `nil` where there is no lock file that could teach anything.
  package static func learning(from evidence: LockEvidence) -> LockMemory? {
    guard let file = evidence.file, file.isOrdinary, file.owner == evidence.host.user,
      file.readProblem == nil
    else { return evidence.memory }
    guard var memory = evidence.memory, memory.identity == file.identity,
      !memory.isRefuted(file, evidence)
    else {
      var fresh = LockMemory(file: file, host: evidence.host)
      fresh.isUsedWithFlock = fresh.isKernelLockProof(in: evidence)
      fresh.noteOwner(in: evidence, file: file)
      return fresh
    }
    if memory.isUsedWithFlock { return memory }
    memory.isUsedWithFlock =
      memory.isKernelLockProof(in: evidence) || memory.isRewriteProof(file, evidence)
    if file.modifiedNanoseconds != memory.modifiedNanoseconds {
      memory.modifiedNanoseconds = file.modifiedNanoseconds
      memory.isEmpty = file.size == 0
      memory.sighting = Sighting(bootID: evidence.host.bootID, suspended: evidence.host.suspended)
      memory.owner = nil
    }
    memory.noteOwner(in: evidence, file: file)
    return memory
  }

  /// Expects that we write into the file ourselves: its next change teaches nothing.
  ///
  /// A clearer that is killed before it has set the time back would else make a stale lock look like
  /// one that is left in place, and nobody would clear it any more.
  mutating func expectOwnChange() {
    modifiedNanoseconds = .max
  }

  /// A kernel lock proves `flock` style where its holder is seen and is not this program.
  ///
  /// We lock files of either style, with both kinds at once, which tells us under any name. Of a
  /// process that is just dying the lock is still there and its open files are not: it may be ours.
  private func isKernelLockProof(in evidence: LockEvidence) -> Bool {
    let kinds = Set(evidence.heldKernelLocks.map(\.kind))
    let lockers = evidence.lockers
    return !lockers.isEmpty && !lockers.contains(where: \.process.isOurProgram)
      && !kinds.isSuperset(of: ["FLOCK", "OFDLCK"])
  }

  /// Somebody was refused a lock that nobody had but a dead process: it is not left on purpose.
  ///
  /// Whoever locks the file is not stopped by a process id in it, so the refused one was kept away
  /// by the file itself, whatever was learned before. A refusal from the time when somebody was
  /// seen to hold it says nothing.
  private func isRefuted(_ file: LockFileFacts, _ evidence: LockEvidence) -> Bool {
    guard isUsedWithFlock, !evidence.hasProvenHolder, case .pid = evidence.recorded,
      evidence.recordedProcess == nil, evidence.namesakes.isEmpty,
      let refusal = evidence.lastRefusal
    else { return false }
    return refusal > max(file.modifiedAt, evidence.lastSeenHeld ?? file.modifiedAt)
  }

  /// A later modification of the same file proves that it is left in place.
  ///
  /// Not so where the birth time is unknown (the file may be another one with the same inode), where
  /// an empty file got its content (a process id is written just after the file is created), or
  /// where the recorded process lives (it may touch its own file).
  private func isRewriteProof(_ file: LockFileFacts, _ evidence: LockEvidence) -> Bool {
    guard identity.birthNanoseconds != nil, file.modifiedNanoseconds > modifiedNanoseconds,
      evidence.recordedProcess == nil
    else { return false }
    return !isEmpty || file.size == 0
  }

  /// Remembers the live process behind the recorded id, where it can have written the file.
  private mutating func noteOwner(in evidence: LockEvidence, file: LockFileFacts) {
    guard owner == nil, !evidence.host.isInTimeNamespace, let facts = evidence.recordedProcess,
      !LockVerdict.startedTooLate(facts, file: file), file.modifiedAt >= evidence.host.bootedAt
    else { return }
    owner = Owner(
      bootID: evidence.host.bootID,
      pid: facts.process.pid,
      startTicks: facts.startTicks
    )
  }
}
