import TestSupport

@testable import QueueEngine

/// A machine that exists only as numbers: cron's workers, their lock, deaths, reboots, a server.
///
/// Everything in it follows from the seed. It knows the truth, which the engine must find out from
/// evidence alone.
struct SimulatedMachine {
  /// How its workers use the lock.
  enum Style: CaseIterable {
    case flock, pidfile, emptyFile
  }

  /// A process of the simulation; it is gone at `end`.
  private struct Process {
    let pid: Int32
    let start: Int
    var end: Int
    let isWorker: Bool
    /// Whether it gives the lock back at its end, or is killed.
    let isTidy: Bool
  }

  private struct LockFile {
    let birth: Int
    var modified: Int
    let text: String
    /// The worker whose lock it is; nobody where a `flock` file merely lies there.
    var owner: Int32?
  }

  private static let cronInterval = 600

  let style: Style
  /// The second of the simulation.
  private(set) var second = 0
  private(set) var lastRefusal: Int?
  private(set) var server: SimulatedServer
  private var random: SeededGenerator
  private var bootedAt = -86_400
  private var bootNumber = 1
  private var processes: [Process] = []
  private var lock: LockFile?
  private var lastProgress = 0
  /// When a worker last said that its run has ended.
  private var lastEnd: Int?
  private var nextPID: Int32 = 5000
  private let cronOffset: Int
  private var clearsAt = Int.max

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    style = Style.allCases[Int.random(in: 0..<3, using: &random)]
    cronOffset = Int.random(in: 0..<Self.cronInterval, using: &random)
    server = SimulatedServer(seed: seed &+ 1)
  }

  // MARK: The truth

  /// Since when it could be proven that the lock is stale; `nil` while it is not, or cannot be.
  var provenSince: Int? {
    guard let lock, style != .flock, !isHeld, !processes.contains(where: \.isWorker) else {
      return nil
    }
    if style == .pidfile { return lastChange }
    let settled = max(lock.modified, bootedAt, lastProgress)
    if let lastRefusal, lastRefusal > lock.modified {
      return max(settled + 300, min(settled + 1200, firstRefusal), lastChange)
    }
    return max(settled + 1200, lastChange)
  }

  /// Whether a live worker has the lock.
  var isHeld: Bool {
    lock?.owner.map { owner in processes.contains { $0.isWorker && $0.pid == owner } } ?? false
  }

  private var lastChange = 0
  private var firstRefusal = Int.max

  // MARK: What happens

  /// Lets a second pass.
  mutating func tick() {
    second += 1
    endProcesses()
    if second % Self.cronInterval == cronOffset { startWorker() }
    if isHeld, chance(1, in: 8) { lastProgress = second }
    if chance(1, in: 20_000) { reboot() }
    if chance(1, in: 900) { startBystander() }
    if second >= clearsAt { clear() }
    server.tick()
  }

  private mutating func endProcesses() {
    for process in processes where process.end <= second {
      if process.isWorker, lock?.owner == process.pid {
        if process.isTidy { lastEnd = second }
        if style == .flock {
          lock?.owner = nil
        } else if process.isTidy {
          lock = nil
        } else {
          clearsAt = second + Int.random(in: 1500...5000, using: &random)
        }
      }
      if process.isWorker { lastChange = second }
    }
    processes.removeAll { $0.end <= second }
  }

  private mutating func startWorker() {
    let pid = nextPID
    nextPID += 1
    var length = Int.random(in: 1...9, using: &random)
    if chance(1, in: 10) { length = Int.random(in: 100...2000, using: &random) }
    let canTake = style == .flock ? !isHeld : lock == nil
    if canTake {
      take(pid)
    } else {
      lastRefusal = second
      if let lock, second > lock.modified { firstRefusal = min(firstRefusal, second) }
      length = 5
    }
    processes.append(
      Process(
        pid: pid,
        start: second,
        end: second + length,
        isWorker: true,
        isTidy: !chance(1, in: 3)
      )
    )
  }

  private mutating func take(_ pid: Int32) {
    lastProgress = second
    firstRefusal = .max
    clearsAt = .max
    if style == .flock, lock != nil {
      // Opening it for writing renews its time.
      lock?.modified = second
      lock?.owner = pid
    } else {
      let text = style == .pidfile ? "\(pid)" : ""
      lock = LockFile(birth: second, modified: second, text: text, owner: pid)
    }
  }

  /// Some other program starts; sometimes the system gives it the number of a dead owner.
  private mutating func startBystander() {
    var pid = nextPID
    if let lock, let owner = lock.owner, !isHeld, second > lock.modified + 61, chance(1, in: 2),
      !processes.contains(where: { $0.pid == owner })
    {
      pid = owner
    } else {
      nextPID += 1
    }
    let end = second + Int.random(in: 10...3000, using: &random)
    processes.append(Process(pid: pid, start: second, end: end, isWorker: false, isTidy: true))
  }

  private mutating func reboot() {
    processes = []
    bootedAt = second
    bootNumber += 1
    lastChange = second
    if style == .flock { lock?.owner = nil }
    if lock != nil, style != .flock {
      clearsAt = second + Int.random(in: 1500...5000, using: &random)
    }
  }

  /// A person removes the lock that a worker has left.
  private mutating func clear() {
    clearsAt = .max
    if !isHeld, style != .flock { lock = nil }
  }

  private mutating func chance(_ part: Int, in whole: Int) -> Bool {
    Int.random(in: 0..<whole, using: &random) < part
  }

  // MARK: What can be seen of it

  /// The evidence of this second, apart from what was learned before.
  var evidence: LockEvidence {
    var file: LockFileFacts?
    if let lock {
      file = LockSamples.file(
        lock.text,
        age: LockSamples.now - moment(lock.modified),
        birth: Int64(lock.birth)
      )
    }
    var evidence = LockSamples.evidence(file)
    evidence.host.bootID = "boot-\(bootNumber)"
    evidence.host.bootedAt = moment(bootedAt)
    evidence.workers = processes.filter(\.isWorker).map { facts($0).process }
    evidence.history = LockSamples.history(
      work: moment(lastProgress),
      end: lastEnd.map(moment),
      refusal: lastRefusal.map(moment)
    )
    if style == .flock, isHeld, let owner = processes.first(where: { $0.pid == lock?.owner }) {
      evidence.kernelLocks = [KernelLock(kind: "FLOCK", pid: owner.pid)]
      evidence.openers = [FileOpener(process: facts(owner), mode: .writing, hasLock: true)]
    }
    if case .pid(let pid) = evidence.recorded {
      evidence.recordedProcess = processes.first { $0.pid == pid }.map(facts)
    }
    return evidence
  }

  /// The wall clock at a second.
  func moment(_ second: Int) -> Timestamp { LockSamples.now + .seconds(second) }

  private func facts(_ process: Process) -> ProcessFacts {
    ProcessFacts(
      process: RunningProcess(
        pid: process.pid,
        command: process.isWorker ? "worker" : "bystander",
        startedAt: moment(process.start)
      ),
      startTicks: UInt64(200_000 + process.start - bootedAt),
      isWorker: process.isWorker
    )
  }
}
