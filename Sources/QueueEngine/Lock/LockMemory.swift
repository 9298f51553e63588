/// What was learned of a lock, kept between runs of the program.
///
/// That a file is locked with `flock`, and is left in place on purpose, is learned of the file: of
/// another one under the same name nothing is known. That lock files come and go is learned of the
/// directory. A modification time teaches nothing: a heartbeat moves it, too.
package struct LockMemory: Hashable, Sendable {
  /// When the present content was first seen, on clocks that nobody sets.
  package struct Sighting: Hashable, Sendable {
    package var bootID: String
    /// Time since the boot, asleep or not.
    package var uptime: Duration
    /// Time that the machine had slept.
    package var suspended: Duration
    /// How old the content was then, by the wall clock; negative where its time lay in the future.
    package var age: Duration

    package init(
      bootID: String,
      uptime: Duration = .zero,
      suspended: Duration,
      age: Duration = .zero
    ) {
      self.bootID = bootID
      self.uptime = uptime
      self.suspended = suspended
      self.age = age
    }
  }

  /// The most descendants of the owner that are kept.
  static let mostDescendants = 64

  package var identity: FileIdentity
  package var modifiedNanoseconds: Int64
  package var sighting: Sighting
  /// The process that was first seen behind the recorded id.
  package var owner: ProcessMark?
  /// Processes that were seen as descendants of the owner while it lived.
  package var descendants: [ProcessMark] = []
  /// The processes whose own `flock` on this file was seen, the latest ones.
  package var flockers: [ProcessMark] = []
  package var isUsedWithFlock: Bool
  /// How often lock files were seen to come and go in this directory.
  package var comings = LockComings()

  package init(
    identity: FileIdentity,
    modifiedNanoseconds: Int64,
    sighting: Sighting,
    owner: ProcessMark?,
    isUsedWithFlock: Bool
  ) {
    self.identity = identity
    self.modifiedNanoseconds = modifiedNanoseconds
    self.sighting = sighting
    self.owner = owner
    self.isUsedWithFlock = isUsedWithFlock
  }

  /// Starts to remember a file that was never seen before.
  package init(file: LockFileFacts, host: HostFacts, now: Timestamp) {
    identity = file.identity
    modifiedNanoseconds = file.modifiedNanoseconds
    sighting = Self.sighting(of: file, host, now)
    isUsedWithFlock = false
  }

  private static func sighting(
    of file: LockFileFacts,
    _ host: HostFacts,
    _ now: Timestamp
  ) -> Sighting {
    Sighting(
      bootID: host.bootID,
      uptime: now - host.bootedAt,
      suspended: host.suspended,
      age: now - file.modifiedAt
    )
  }

  /// How long the machine has slept since the present content was first seen, as far as is known.
  package func sleep(until host: HostFacts) -> Duration {
    guard sighting.bootID == host.bootID else { return host.suspended }
    return max(host.suspended - sighting.suspended, .zero)
  }

  /// When the present content was first seen; `nil` where that was in another boot.
  func firstSight(in host: HostFacts) -> Timestamp? {
    sighting.bootID == host.bootID ? host.bootedAt + sighting.uptime : nil
  }

  /// How old the content is at most, by a clock that nobody sets; `nil` where it was not seen in this boot.
  package func steadyAge(at now: Timestamp, _ host: HostFacts) -> Duration? {
    guard sighting.bootID == host.bootID else { return nil }
    return sighting.age + max(now - host.bootedAt - sighting.uptime, .zero)
  }

  /// What is known after this look; `nil` where nothing was ever seen.
  package static func learning(from evidence: LockEvidence, now: Timestamp) -> LockMemory? {
    var comings = evidence.memory?.comings ?? LockComings()
    comings.note(evidence)
    guard let file = evidence.file, file.isOrdinary, file.owner == evidence.host.user,
      file.readProblem == nil
    else {
      var memory = evidence.memory
      memory?.comings = comings
      return memory
    }
    var memory =
      evidence.memory.flatMap { $0.identity == file.identity ? $0 : nil }
      ?? LockMemory(file: file, host: evidence.host, now: now)
    memory.comings = comings
    if file.modifiedNanoseconds != memory.modifiedNanoseconds {
      memory.modifiedNanoseconds = file.modifiedNanoseconds
      memory.sighting = sighting(of: file, evidence.host, now)
    }
    memory.noteFlock(evidence)
    memory.noteOwner(evidence, file: file, now: now)
    return memory
  }

  /// Somebody else's `FLOCK` on this very file, with its holder seen.
  ///
  /// We lock files of either style, with both kinds at once, which tells us under any name. Of a
  /// process that is just dying the lock is still there and its open files are not: it may be ours.
  /// POSIX locks teach nothing: a fork or any close drops them.
  private mutating func noteFlock(_ evidence: LockEvidence) {
    let kinds = Set(evidence.heldKernelLocks.map(\.kind))
    let lockers = evidence.lockers
    guard kinds.contains("FLOCK"), !kinds.contains("OFDLCK"), !lockers.isEmpty,
      !lockers.contains(where: \.process.isOurProgram)
    else { return }
    isUsedWithFlock = true
    for locker in lockers {
      let mark = evidence.host.mark(of: locker.process)
      if !flockers.contains(mark) { flockers = [mark] + flockers.prefix(7) }
    }
  }

  /// Remembers the live process behind the recorded id, where it can have written the file, and its
  /// descendants.
  private mutating func noteOwner(_ evidence: LockEvidence, file: LockFileFacts, now: Timestamp) {
    guard case .pid(let pid) = evidence.recorded else {
      owner = nil
      descendants = []
      return
    }
    if owner.map({ $0.pid != pid }) ?? false {
      owner = nil
      descendants = []
    }
    if owner == nil, let facts = evidence.recordedProcess, !evidence.host.isInTimeNamespace,
      facts.process.pid == pid, RecordedIdentity.mayHaveWritten(facts, file, evidence.host)
    {
      owner = evidence.host.mark(of: facts)
    }
    descendants = Array(evidence.descendants.prefix(Self.mostDescendants))
  }
}

/// How often lock files came and went, not by us, with work between: three times prove their style.
package struct LockComings: Hashable, Sendable {
  /// The file that is there now, and how far the log was when it came.
  package struct Present: Hashable, Sendable {
    package var identity: FileIdentity
    package var isOurs: Bool
    package var work: Timestamp?
  }

  private static let proof = 3

  package var count = 0
  package var present: Present?

  package init() {}

  /// Whether a lock file is one that is removed after each run.
  package var isPidfileProof: Bool { count >= Self.proof }

  /// Takes a look at the lock into account.
  mutating func note(_ evidence: LockEvidence) {
    let work = evidence.history.lastWork?.latest
    if let was = present, was.identity != evidence.file?.identity {
      let hasWorked = work.map { now in was.work.map { now > $0 } ?? true } ?? false
      if hasWorked, !was.isOurs, count < Self.proof { count += 1 }
      present = nil
    }
    guard let file = evidence.file, file.isOrdinary else { return }
    let kinds = Set(evidence.heldKernelLocks.map(\.kind))
    let isOurs =
      kinds.isSuperset(of: ["FLOCK", "OFDLCK"]) || evidence.isOwnLeftover || evidence.isInOurHands
      || evidence.recordedProcess?.isOurProgram == true
      || evidence.lockers.contains(where: \.process.isOurProgram)
    if present == nil { present = Present(identity: file.identity, isOurs: isOurs, work: work) }
    if isOurs { present?.isOurs = true }
  }
}

extension HostFacts {
  /// What tells a process of this boot from all others.
  func mark(of facts: ProcessFacts) -> ProcessMark {
    ProcessMark(bootID: bootID, pid: facts.process.pid, startTicks: facts.startTicks)
  }
}
