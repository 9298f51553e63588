@testable import QueueEngine

/// Who looks at a simulated machine once a second, and says what is wrong with it.
protocol SimulationObserver {
  mutating func look(at machine: SimulatedMachine) -> (LockStatus, [Finding])
}

/// Looks as the program does: at the lock each second, at all processes at most every ten.
struct SimulatedObserver: SimulationObserver {
  private var memory: LockMemory?
  private var workers: [RunningProcess] = []
  private var surveyedAt = Int.min / 2
  private var lastFile: LockFileFacts?
  private var lastLocks: [KernelLock] = []

  mutating func look(at machine: SimulatedMachine) -> (LockStatus, [Finding]) {
    var evidence = machine.evidence
    let isChanged = evidence.file != lastFile || evidence.kernelLocks != lastLocks
    if isChanged || machine.second - surveyedAt >= 10 {
      surveyedAt = machine.second
      workers = evidence.workers
    }
    (lastFile, lastLocks) = (evidence.file, evidence.kernelLocks)
    evidence.workers = workers
    evidence.memory = memory
    let now = machine.moment(machine.second)
    memory = LockMemory.learning(from: evidence, now: now)
    evidence.memory = memory
    let status = LockVerdict.judge(evidence, settings: LockSamples.settings, now: now)
    var snapshot = Snapshot(generatedAt: now, directory: "/d")
    snapshot.lock = status
    snapshot.server = machine.server.status
    snapshot.worker.running = workers
    snapshot.metrics = FileReading(state: .ok, content: machine.server.metrics)
    return (status, findings(in: snapshot, at: now, settings: LockSamples.settings))
  }
}

/// Judges one thing by one sign alone, as scripts do, and everything else as the program does.
struct NaiveObserver: SimulationObserver {
  /// What it goes by.
  enum Way: CaseIterable {
    /// A lock that is old is stale.
    case age
    /// A lock is somebody's as long as it is there.
    case presence
    /// The server is what the worker has last written about it.
    case metrics
    /// The server is down once nothing has moved for a while.
    case silence

    /// What the checks must find in it.
    var mistake: String {
      switch self {
      case .age: "a held lock is called stale"
      case .presence: "and called held"
      case .metrics, .silence: "a server that answers is called down"
      }
    }
  }

  let way: Way
  private var sound = SimulatedObserver()

  init(_ way: Way) {
    self.way = way
  }

  mutating func look(at machine: SimulatedMachine) -> (LockStatus, [Finding]) {
    let (now, evidence) = (machine.moment(machine.second), machine.evidence)
    var (status, found) = sound.look(at: machine)
    var isDown = false
    switch way {
    case .age:
      let age = evidence.file.map { now - $0.modifiedAt } ?? .zero
      if age > .seconds(300) { status.state = .stale }
    case .presence: if evidence.file != nil { status.state = .held }
    case .metrics: isDown = machine.server.metrics.vpsStatus == "down"
    case .silence:
      isDown = (evidence.history.lastProgress?.latest).map { now - $0 > .seconds(900) } ?? false
    }
    if isDown { found.append(Finding(.serverDown, "The VPS is down.")) }
    return (status, found)
  }
}
