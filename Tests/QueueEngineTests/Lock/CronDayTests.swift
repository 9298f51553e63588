import TestSupport
import Testing

@testable import QueueEngine

/// A simulated day of a worker that cron starts every ten minutes, looked at each second.
struct CronDayTests {
  /// How the simulated worker uses its lock.
  enum Worker: CaseIterable, Sendable {
    /// `flock` on an empty file that stays; opening it for writing renews its modification time.
    case flock
    /// Creates a file with its process id and removes it.
    case pidfile
    /// Creates an empty file and removes it.
    case emptyFile
  }

  /// The worker and its lock, as a function of the second since the day began.
  struct Day {
    let worker: Worker
    /// Runs start this many seconds after each full ten minutes.
    let offset: Int
    /// The second in which the worker is killed for good.
    var death = Int.max
    let start = LockSamples.now

    private let interval = 600
    private let length = 5

    /// The number of the run that is going on, and the second in which it began.
    private func run(at second: Int) -> (number: Int, begin: Int, isActive: Bool)? {
      let last = min(second, death)
      guard last >= offset else { return nil }
      let number = (last - offset) / interval
      let begin = offset + number * interval
      return (number, begin, last - begin < length)
    }

    func evidence(at second: Int) -> LockEvidence {
      let run = run(at: second)
      let isAlive = second < death && run?.isActive == true
      let pid = Int32(5000 + (run?.number ?? 0))
      let began = start + .seconds(run?.begin ?? offset - interval)
      let process = ProcessFacts(
        process: RunningProcess(pid: pid, command: "worker", startedAt: began),
        startTicks: UInt64(1000 + (run?.begin ?? 0)),
        isWorker: true
      )
      var file: LockFileFacts?
      if worker == .flock {
        file = LockSamples.file(age: LockSamples.now - began)
      } else if run?.isActive == true {
        // A new file each time: the inode comes back and the birth time does not.
        file = LockSamples.file(
          worker == .pidfile ? "\(pid)" : "",
          age: LockSamples.now - began,
          birth: Int64(run?.begin ?? 0)
        )
      }
      var evidence = LockSamples.evidence(file)
      evidence.workers = isAlive ? [process.process] : []
      evidence.lastProgress = began
      if isAlive && worker == .flock {
        evidence.kernelLocks = [KernelLock(kind: "FLOCK", pid: pid)]
        evidence.openers = [FileOpener(process: process, mode: .writing, hasLock: true)]
      } else if isAlive && worker == .pidfile {
        evidence.recordedProcess = process
      }
      return evidence
    }
  }

  /// Judges each second of a range with what was learned before, as the observer does.
  private static func watch(_ day: Day, _ seconds: Range<Int>, each: (Int, LockStatus) -> Void) {
    var memory: LockMemory?
    for second in seconds {
      var evidence = day.evidence(at: second)
      evidence.memory = memory
      memory = LockMemory.learning(from: evidence)
      evidence.memory = memory
      each(
        second,
        LockVerdict.judge(
          evidence,
          settings: LockSamples.settings,
          now: day.start + .seconds(second)
        )
      )
    }
  }

  @Test(arguments: Worker.allCases)
  func noSecondOfFalseAlarm(worker: Worker) {
    var alarms: [Int] = []
    var states: Set<LockState> = []
    Self.watch(Day(worker: worker, offset: 417), 0..<86_400) { second, status in
      states.insert(status.state)
      if ![.free, .idle, .held, .settling].contains(status.state) { alarms.append(second) }
    }
    #expect(alarms.isEmpty)
    let expected: Set<LockState> =
      switch worker {
      case .flock: [.settling, .held, .idle]
      case .pidfile: [.free, .held]
      case .emptyFile: [.free, .settling]
      }
    #expect(states == expected)
  }

  @Test(arguments: Worker.allCases)
  func anOrphanIsNamedAsSoonAsItIsProven(worker: Worker) {
    for seed in 0..<200 {
      var random = SeededGenerator(seed: UInt64(seed))
      let offset = Int.random(in: 0..<600, using: &random)
      let run = Int.random(in: 2..<20, using: &random)
      let begin = offset + run * 600
      let death = begin + Int.random(in: 1..<5, using: &random)
      let day = Day(worker: worker, offset: offset, death: death)
      var named: Int?
      Self.watch(day, (begin - 610)..<(death + 1300)) { second, status in
        if status.state == .stale || status.state == .unknown, named == nil { named = second }
      }
      switch worker {
      case .flock: #expect(named == nil, "seed \(seed): the kernel has released it")
      case .pidfile: #expect(named == death, "seed \(seed)")
      case .emptyFile: #expect(named == begin + 1200, "seed \(seed)")
      }
    }
  }
}
