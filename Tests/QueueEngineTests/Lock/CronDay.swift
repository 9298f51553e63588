@testable import QueueEngine

/// A day of a worker that cron starts every ten minutes: its lock, its log and the clock.
///
/// A run takes five seconds and writes its end into the log; one that finds the lock taken writes a
/// refusal. From `death` on, when the worker of that second is killed, the lock is left as it is.
struct CronDay {
  /// How the simulated worker uses its lock.
  enum Worker: CaseIterable, Sendable {
    /// `flock` on an empty file that stays; opening it for writing renews its time.
    case flock
    /// The same, with its process id left in the file.
    case flockWithPID
    /// `flock(1)`: the file never changes.
    case flockCommand
    /// Creates a file with its process id and removes it.
    case pidfile
    /// Creates an empty file and removes it.
    case emptyFile

    /// Whether a lock that a dead worker has left shuts the next one out.
    var blocks: Bool { self == .pidfile || self == .emptyFile }
    var locksInKernel: Bool { !blocks }
  }

  let worker: Worker
  let offset: Int
  let log: CronDayLog
  /// The second in which the worker is killed.
  var death = Int.max
  /// The clock is set in this second by so much.
  var step: (at: Int, by: Duration) = (.max, .zero)
  private(set) var firstRefusal: Int?

  private static let interval = 600
  private static let length = 5
  private let start: Timestamp
  private var second = 0
  private var file: (text: String, modified: Timestamp, birth: Int64)?
  private var process: (pid: Int32, started: Timestamp, until: Int)?

  init(worker: Worker, offset: Int, log: CronDayLog, start: Timestamp) {
    self.worker = worker
    self.offset = offset
    self.log = log
    self.start = start
    if worker.locksInKernel { file = ("", start - .seconds(90_000), -1) }
    note("✨ Worker done:")
  }

  /// Whether the clock was set by now.
  var isStepped: Bool { second >= step.at && step.by != .zero }

  /// The wall clock.
  var now: Timestamp { moment(second) }

  private func moment(_ second: Int) -> Timestamp {
    start + .seconds(second) + (second >= step.at ? step.by : .zero)
  }

  /// Lets time pass up to a second.
  mutating func advance(to next: Int) {
    while second < next {
      second += 1
      if second == death { process = nil }
      if let running = process, running.until == second { end() }
      if second >= offset, (second - offset) % Self.interval == 0 { begin() }
    }
  }

  private mutating func begin() {
    let (pid, now) = (Int32(5000 + second / Self.interval), now)
    if second > death, worker.blocks {
      firstRefusal = firstRefusal ?? second
      return note("❌ Could not acquire lock (timeout)")
    }
    process = (pid, now, second + Self.length)
    switch worker {
    case .flockCommand: break
    case .flock: file?.modified = now
    case .flockWithPID: file = ("\(pid)", now, -1)
    case .pidfile: file = ("\(pid)", now, Int64(second))
    case .emptyFile: file = ("", now, Int64(second))
    }
    note("📤 Processing queue: 1 pending")
  }

  private mutating func end() {
    note("✨ Worker done:")
    process = nil
    if worker.blocks { file = nil }
  }

  private func note(_ line: String) { log.append(line, at: now) }

  /// What can be seen in this second, by one who has followed the log or looks for the first time.
  func evidence(isFirstLook: Bool) -> LockEvidence {
    let facts = file.map { file in
      LockSamples.file(file.text, age: LockSamples.now - file.modified, birth: file.birth)
    }
    var evidence = LockSamples.evidence(facts)
    evidence.host.bootedAt = start - .seconds(86_400) + (second >= step.at ? step.by : .zero)
    evidence.history = log.history(at: now, isFirstLook: isFirstLook)
    guard let process else { return evidence }
    // The kernel knows ticks since the boot, and the boot moves with the clock.
    let ticks = UInt64(86_400 + process.until)
    let started = evidence.host.bootedAt + .seconds(86_400 + process.until - Self.length)
    let running = ProcessFacts(
      process: RunningProcess(pid: process.pid, command: "worker", startedAt: started),
      startTicks: ticks,
      isWorker: true
    )
    evidence.workers = [running.process]
    if worker.locksInKernel {
      evidence.kernelLocks = [KernelLock(kind: "FLOCK", pid: process.pid)]
      evidence.openers = [FileOpener(process: running, mode: .writing, hasLock: true)]
    }
    if case .pid(process.pid) = evidence.recorded { evidence.recordedProcess = running }
    return evidence
  }
}
