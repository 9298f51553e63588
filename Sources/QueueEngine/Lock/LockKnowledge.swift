/// What was learned of a directory's lock, clock and holders, in memory and in our state directory.
///
/// What cannot be saved is learned again by the next run of the program, and said.
struct LockKnowledge: Sendable {
  /// Whether what is learned is kept, and what was learned before is known.
  private let remembers: Bool
  private let directory: StateDirectory
  private(set) var memory: LockMemory?
  private var savedMemory: LockMemory?
  private var clock: ClockMemory?
  private var savedClock: ClockMemory?
  private var ledger: ProgressLedger
  private var counters: [Int32: ProcessCounters] = [:]
  private var countedAt = Duration.zero
  private var savedLedgerAt: Duration?
  /// Why the notes that could not be saved could not be, by their names.
  private var problems: [String: SystemError] = [:]

  /// Why what was learned will be forgotten, as a sentence.
  var problem: String? {
    problems.values.first.map { "what was learned of the lock will be forgotten: \($0)" }
  }

  /// The ledger is saved this often while somebody has the lock.
  private static let ledgerInterval = Duration.seconds(60)

  init(directory: StateDirectory, host: HostFacts, remembers: Bool = true) {
    self.remembers = remembers
    self.directory = directory
    memory = remembers ? directory.lockMemory.load().flatMap(LockMemory.init(text:)) : nil
    savedMemory = memory
    clock = directory.clock.load().flatMap(ClockMemory.init(text:))
    savedClock = clock
    let progress = remembers ? directory.lockProgress.load() : nil
    ledger = ProgressLedger(text: progress, bootID: host.bootID)
  }

  // MARK: The lock

  /// Learns from a look.
  mutating func learn(from evidence: LockEvidence, now: Timestamp) {
    memory = LockMemory.learning(from: evidence, now: now)
    guard remembers, evidence.file != nil || memory != savedMemory else { return }
    if let memory, memory != savedMemory, save(memory.text, in: directory.lockMemory) {
      savedMemory = memory
    }
    if let clock, clock != savedClock, save(clock.text, in: directory.clock) { savedClock = clock }
  }

  /// Saves a note; what fails is told by `problem`, and is tried again at the next look.
  private mutating func save(_ text: String, in note: StateNote) -> Bool {
    do throws(SystemError) {
      try note.save(text)
      problems[note.name] = nil
      return true
    } catch {
      problems[note.name] = error
      return false
    }
  }

  // MARK: The clock

  /// From when on times can be compared, because nobody has set the clock.
  mutating func clockSteadySince(
    _ host: HostFacts,
    _ now: Timestamp,
    _ table: inout ProcessTable
  ) -> Timestamp {
    // A closure cannot borrow the table, and a first look asks once.
    let isFirstLook = clock?.bootID != host.bootID
    let isSteady = isFirstLook && HostFacts.hasSteadyClock(&table)
    let learned = ClockMemory.learning(clock, host: host, now: now) { isSteady }
    clock = learned
    return learned.steadySince
  }

  // MARK: Progress

  /// Takes new counts of holders and workers in.
  mutating func count(
    _ counters: [Int32: ProcessCounters],
    _ host: HostFacts,
    _ now: Timestamp,
    _ timeout: Duration
  ) {
    self.counters = counters
    countedAt = now - host.bootedAt
    ledger.note(counters, uptime: countedAt, timeout: timeout)
  }

  /// What is known of the progress of each of them.
  func progress(_ host: HostFacts, _ now: Timestamp) -> [Int32: ProcessProgress] {
    ledger.progress(counters, uptime: now - host.bootedAt, now: now)
  }

  /// Saves what was counted, where a later run of the program will want to compare.
  mutating func keep(progressOf status: LockStatus) {
    let isWanted =
      status.state == .held || status.state == .hung || !status.possibleOwners.isEmpty
    let isDue = savedLedgerAt.map { countedAt - $0 >= Self.ledgerInterval } ?? true
    guard remembers, isWanted, isDue, !counters.isEmpty else { return }
    if save(ledger.text, in: directory.lockProgress) { savedLedgerAt = countedAt }
  }
}

/// The notes in which it is kept.
extension StateDirectory {
  var lockMemory: StateNote { StateNote(directory: self, name: "lock.memory") }
  var lockProgress: StateNote { StateNote(directory: self, name: "lock.progress") }
  var clock: StateNote { StateNote(directory: self, name: "clock") }
}
