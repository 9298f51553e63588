import TestSupport

@testable import QueueEngine

/// A whole directory that exists only as numbers: memories that come, a worker in one of its ways, its
/// lock and its log, and what goes wrong with it.
///
/// Everything in it follows from the seed. Times are seconds of the simulation.
struct SimulatedSite {
  /// How the worker runs and uses its lock.
  enum Worker: CaseIterable {
    /// From cron: `flock` on a file that stays, empty or with the id left in it, or `flock(1)`.
    case flock, flockWithPID, flockCommand
    /// From cron: a file that is made and removed, with the id or empty.
    case pidfile, emptyFile
    /// The worker that is out there (docs/contract.md#other-workers): for ever in cycles of 30 s.
    case daemon

    var locksInKernel: Bool { self != .pidfile && self != .emptyFile }
  }

  /// What goes wrong, from a second on.
  enum Illness: CaseIterable {
    case none
    /// The server is slow: runs take so long that others are refused, and get on all the time.
    case contention
    /// The worker is killed in a run.
    case killed
    /// Each run fails as a whole.
    case crashLoop
    /// The worker is stopped in a run.
    case stopped
    /// Nobody starts it any more.
    case gone
    /// What it sends to refuses each connection, and no server is configured that we could ask.
    case deadEndpoint
    /// The server does not answer for an hour.
    case outage
  }

  struct Item {
    let queued: Int
    var retries = 0
  }

  struct Process {
    let pid: Int32
    let start: Int
    /// What it still has to send, each with the second of its answer.
    var answers: [(at: Int, item: Int)] = []
    var end: Int
    var isStopped = false
    var lastProgress: Int
  }

  static let cronInterval = 600
  private static let cycle = 30

  let worker: Worker
  let illness: Illness
  let onset: Int
  let hasServer: Bool
  private(set) var second = 0
  private(set) var queue: [Item] = []
  private(set) var deadLetters = 0
  private(set) var lastSync: Int?
  private(set) var log: SimulatedLog
  private(set) var process: Process?
  private(set) var lock: (text: String, modified: Int, birth: Int)?
  /// The first refusal after the onset.
  private(set) var firstRefusal: Int?
  private(set) var diedAt: Int?
  private(set) var server = ServerStatus()
  private var failedProbes = 0
  private var random: SeededGenerator
  private let cronOffset: Int
  private var wakesAt = 0

  init(seed: UInt64, worker: Worker, illness: Illness, writer: SimulatedZone?) {
    random = SeededGenerator(seed: seed)
    self.worker = worker
    self.illness = illness
    onset = Int.random(in: 4000..<6000, using: &random)
    cronOffset = Int.random(in: 0..<Self.cronInterval, using: &random)
    let (isConfigured, isPiped) = (
      Int.random(in: 0..<2, using: &random), Int.random(in: 0..<3, using: &random)
    )
    hasServer = illness == .outage || (illness != .deadEndpoint && isConfigured == 0)
    let isBuffered = worker == .daemon || isPiped == 0
    log = SimulatedLog(writer: writer, isBuffered: isBuffered)
    if worker.locksInKernel { lock = ("", -90_000, -1) }
    log.write("✨ Worker done: Queue: 0 pending", at: moment(0), byOther: true)
    if hasServer {
      server = ServerStatus(endpoints: [EndpointStatus(name: "api", url: "http://127.0.0.1:1/")])
    }
  }

  func moment(_ second: Int) -> Timestamp { LockSamples.now + .seconds(second) }
  var now: Timestamp { moment(second) }
  var isSick: Bool { illness != .none && illness != .contention && second >= onset }
  /// Whether a live process has the lock.
  var isHeld: Bool { process != nil && (worker.locksInKernel || lock != nil) }
  /// Whether the server has answered any of the last three probes.
  var answersLately: Bool { failedProbes < ServerStatus.failuresUntilDown }
  private var isServerDown: Bool {
    illness == .outage && second >= onset && second < onset + 3600
  }

  // MARK: - What happens

  mutating func tick() {
    second += 1
    if Int.random(in: 0..<150, using: &random) == 0 { queue.append(Item(queued: second)) }
    if second.isMultiple(of: 10), hasServer { probe() }
    if second >= onset { strike() }
    advance()
    let isCalled =
      worker == .daemon ? second >= wakesAt : second % Self.cronInterval == cronOffset
    if isCalled { call() }
  }

  private mutating func strike() {
    switch illness {
    case .killed where process != nil && diedAt == nil:
      (process, diedAt) = (nil, second)
      log.discard()
    case .stopped where process != nil: process?.isStopped = true
    case .gone where process == nil && diedAt == nil: diedAt = second
    default: break
    }
  }

  private var isGone: Bool { diedAt != nil && (illness == .gone || worker == .daemon) }

  /// Cron starts a worker, or the daemon begins a cycle.
  private mutating func call() {
    if isGone { return }
    if isHeld || (!worker.locksInKernel && lock != nil) {
      if second > onset { firstRefusal = firstRefusal ?? second }
      if worker != .daemon {
        log.write("Could not acquire queue lock (timeout)", at: now, byOther: true)
      }
      return
    }
    let pid = Int32(5000 + (worker == .daemon ? 0 : second / 10))
    let start = worker == .daemon ? 0 : second
    var new = Process(pid: pid, start: start, end: second + 2, lastProgress: second)
    if illness == .crashLoop, second >= onset {
      new.end = second + 1
    } else {
      var at = second
      for (index, _) in queue.enumerated() {
        at += delay()
        new.answers.append((at, index))
      }
      new.end = at + 2
    }
    process = new
    takeLock(pid)
    log.write("📤 Processing queue: \(queue.count) pending", at: now)
  }

  /// How long one memory takes.
  private mutating func delay() -> Int {
    illness == .contention && second >= onset
      ? Int.random(in: 60...110, using: &random) : Int.random(in: 1...6, using: &random)
  }

  private mutating func takeLock(_ pid: Int32) {
    switch worker {
    case .flockCommand: break
    case .flock, .daemon: lock?.modified = second
    case .flockWithPID: lock = ("\(pid)", second, -1)
    case .pidfile: lock = ("\(pid)", second, second)
    case .emptyFile: lock = ("", second, second)
    }
  }

  private mutating func advance() {
    guard var running = process, !running.isStopped else { return }
    while let next = running.answers.first, next.at <= second {
      running.answers.removeFirst()
      running.lastProgress = second
      settle(next.item)
    }
    process = running
    if running.end <= second { finish() }
  }

  private mutating func settle(_ index: Int) {
    guard illness != .deadEndpoint || second < onset, !isServerDown else {
      queue[index].retries += 1
      log.write("⚠️ Upload failed: Connection refused", at: now)
      log.write("⏳ Retry \(queue[index].retries)/5: web", at: now)
      return
    }
    queue[index].retries = -1
    log.write("✅ Synced: web (ID: 3f2a91c0...)", at: now)
  }

  private mutating func finish() {
    if illness == .crashLoop, second >= onset {
      log.write("❌ Worker error: 'retries'", at: now)
    } else {
      if queue.contains(where: { $0.retries < 0 }) { lastSync = second }
      queue.removeAll { $0.retries < 0 }
      let dead = queue.count { $0.retries >= 5 }
      queue.removeAll { $0.retries >= 5 }
      deadLetters += dead
      for _ in 0..<dead {
        log.write("📋 Moved to DLQ: web (ID: 3f2a91c0...) after 5 retries", at: now)
      }
      log.write("✨ Worker done: Queue: \(queue.count) pending", at: now)
    }
    if worker != .daemon { log.flush(at: now) }
    process = nil
    wakesAt = second + Self.cycle
    if !worker.locksInKernel { lock = nil }
  }

  private mutating func probe() {
    var endpoint = server.endpoints[0]
    failedProbes = isServerDown ? failedProbes + 1 : 0
    endpoint.consecutiveFailures = failedProbes
    endpoint.error = isServerDown ? "timeout: no answer in time" : nil
    endpoint.troubledSince = isServerDown ? endpoint.troubledSince ?? now : nil
    endpoint.probedAt = now
    endpoint.history = [0.01]
    server.endpoints[0] = endpoint
  }

  // MARK: - What can be seen

  /// The processes that are workers, the daemon between its cycles among them.
  var workers: [ProcessFacts] {
    var found = process.map { [facts($0.pid, $0.start)] } ?? []
    if worker == .daemon, process == nil, !isGone { found = [facts(5000, 0)] }
    return found
  }

  private func facts(_ pid: Int32, _ start: Int) -> ProcessFacts {
    ProcessFacts(
      process: RunningProcess(pid: pid, command: "worker", startedAt: moment(start)),
      startTicks: UInt64(100_000 + start),
      isWorker: true
    )
  }

  /// The evidence of this second, apart from the log and what was learned before.
  var evidence: LockEvidence {
    let file = lock.map { lock in
      LockSamples.file(
        lock.text,
        age: LockSamples.now - moment(lock.modified),
        birth: Int64(lock.birth)
      )
    }
    var evidence = LockSamples.evidence(file)
    evidence.workers = workers.map(\.process)
    guard let process, let running = workers.first else { return evidence }
    evidence.progress[process.pid] = ProcessProgress(
      lastAt: moment(process.lastProgress),
      isStopped: process.isStopped
    )
    if worker.locksInKernel {
      evidence.kernelLocks = [KernelLock(kind: "FLOCK", pid: process.pid)]
      evidence.openers = [FileOpener(process: running, mode: .writing, hasLock: true)]
    }
    if case .pid(process.pid) = evidence.recorded { evidence.recordedProcess = running }
    return evidence
  }

  /// What the queue file holds: a run writes it at its end.
  var contents: QueueContents {
    var contents = QueueContents()
    contents.pending = queue.count
    contents.oldest = queue.map(\.queued).min().map(moment)
    contents.lastSync = lastSync.map(moment)
    var failing = FailingItems(project: "web", cause: nil)
    for item in queue where item.retries >= 2 { failing.add(item.retries, moment(item.queued)) }
    if failing.count > 0 { contents.failing = [failing] }
    return contents
  }
}
