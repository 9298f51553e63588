import Testing

@testable import QueueEngine

/// The table of lock states: evidence, and the verdict that it must bring about.
enum LockVerdictRows {
  /// A change to the evidence, with the verdict that it must bring about.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let state: LockState
    let reason: LockReason?
    let evidence: LockEvidence

    init(
      _ name: String,
      _ state: LockState,
      _ reason: LockReason? = nil,
      _ file: LockFileFacts? = LockSamples.file(age: .seconds(3600)),
      _ change: (inout LockEvidence) -> Void = { _ in }
    ) {
      self.name = name
      self.state = state
      self.reason = reason
      var evidence = LockSamples.evidence(file)
      change(&evidence)
      self.evidence = evidence
    }

    var testDescription: String { name }
  }

  private static let young = LockSamples.file(age: .seconds(60))
  static let withPID = LockSamples.file("4242\n", age: .seconds(120))
  private static let pidOne = LockSamples.file("1", age: .seconds(120))
  static let flocked = KernelLock(kind: "FLOCK", pid: 4242)
  private static let worker = RunningProcess(
    pid: 8,
    command: "w",
    startedAt: LockSamples.now - .seconds(4000)
  )
  /// A worker that started long after the lock was written.
  private static let lateWorker = RunningProcess(
    pid: 9,
    command: "w",
    startedAt: LockSamples.now - .seconds(20)
  )
  private static let oldPID = LockSamples.file("4242", age: .seconds(3600))
  private static let reader = FileOpener(
    process: LockSamples.process(9),
    mode: .reading,
    hasLock: false
  )
  private static let writer = FileOpener(
    process: LockSamples.process(4242),
    mode: .writing,
    hasLock: false
  )

  private static func oddFile(_ change: (inout LockFileFacts) -> Void) -> LockFileFacts {
    var file = LockSamples.file("4242", age: .seconds(3600))
    change(&file)
    return file
  }

  static let all: [Row] =
    [
      Row("no file", .free, nil, nil),
      Row("no access", .unknown, .unreadable, nil) { $0.accessProblem = "Permission denied" },
      Row("learned flock", .idle) { $0.memory = LockSamples.memory($0.file ?? young, flock: true) },
      Row("learned flock wins over a dead pid", .idle, nil, withPID) {
        $0.memory = LockSamples.memory(withPID, flock: true)
      },
      Row("learned of another file", .stale, .orphan) {
        $0.memory = LockSamples.memory(
          LockSamples.file(age: .seconds(3600), birth: 2),
          flock: true
        )
      },
      Row("kernel lock", .held, nil, young) { $0.kernelLocks = [flocked] },
      Row("only waited for", .settling, nil, young) {
        $0.kernelLocks = [KernelLock(kind: "FLOCK", pid: 4242, isWaiting: true)]
      },
      Row("open for writing", .held, nil, young) { $0.openers = [writer] },
      Row("open for writing by ourselves", .settling, nil, young) {
        $0.openers = [writer]
        $0.host.ownPID = 4242
      },
      Row("open for reading alone", .unknown, .workerRunning) { $0.openers = [reader] },
      Row("open for reading alone, young", .unknown, .workerRunning, young) {
        $0.openers = [reader]
      },
      Row("open for writing, flock learned", .idle, nil, young) {
        $0.openers = [writer]
        $0.memory = LockSamples.memory(young, flock: true)
      },
      Row("an observer looks", .stale, .orphan) {
        $0.openers = [
          FileOpener(process: LockSamples.process(9), mode: .looking, hasLock: false)
        ]
      },
      Row("live pid", .held, nil, withPID) {
        $0.recordedProcess = LockSamples.process(4242, started: .seconds(121))
      },
      Row("hung by kernel lock", .hung, nil) { $0.kernelLocks = [flocked] },
      Row("hung by live pid", .hung, nil, LockSamples.file("4242", age: .seconds(400))) {
        $0.recordedProcess = LockSamples.process(4242, started: .seconds(4000))
      },
      Row("progress keeps from hanging", .held) {
        $0.kernelLocks = [flocked]
        $0.history = LockSamples.history(work: LockSamples.now - .seconds(299))
      },
      Row("a late holder does not hang", .held) {
        $0.openers = [
          FileOpener(process: LockSamples.process(1), mode: .writing, hasLock: true)
        ]
      },
      Row("seen unheld a moment ago", .held) {
        $0.kernelLocks = [flocked]
        $0.lastSeenUnheld = LockSamples.now - .seconds(3)
      },
      Row("slept while it was held", .held) {
        $0.kernelLocks = [flocked]
        $0.sleptSinceProgress = .seconds(3500)
      },
      Row("young and undecided", .settling, nil, young),
      Row("just below two intervals", .settling, nil, LockSamples.file(age: .seconds(1199))),
      Row("two intervals old", .stale, .orphan, LockSamples.file(age: .seconds(1200))),
      Row("young after the boot", .settling) { $0.host.bootedAt = LockSamples.now - .seconds(60) },
      Row("slept meanwhile", .settling) {
        $0.memory = LockSamples.memory($0.file ?? young)
        $0.host.suspended = .seconds(3000)
      },
      Row("refused, below 300 s", .settling, nil, LockSamples.file(age: .seconds(299))) {
        $0.history = LockSamples.history(refusal: LockSamples.now)
      },
      Row("refused, 300 s", .stale, .orphan, LockSamples.file(age: .seconds(300))) {
        $0.history = LockSamples.history(refusal: LockSamples.now)
      },
      Row("refused before it was written", .settling, nil, LockSamples.file(age: .seconds(300))) {
        $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(301))
      },
      Row("work a moment ago", .settling) {
        $0.history = LockSamples.history(work: LockSamples.now - .seconds(100))
      },
      Row("a run speaks for it", .settling) {
        $0.history = LockSamples.history(end: LockSamples.now - .seconds(3500))
      },
      Row("a run speaks for it, but somebody was refused since", .stale, .orphan) {
        $0.history = LockSamples.history(
          end: LockSamples.now - .seconds(3500),
          refusal: LockSamples.now - .seconds(10)
        )
      },
      Row("set forward an hour, seen before", .settling) {
        $0.memory = LockSamples.memory($0.file ?? young)
        $0.memory?.sighting.age = .seconds(20)
      },
      Row("ours, left empty because somebody had it open", .settling) { $0.isOwnLeftover = true },
    ] + departed + workers + strange

  private static let departed: [Row] = [
    Row("dead pid", .stale, .deadPID, withPID),
    Row(
      "dead pid, written in the future",
      .stale,
      .deadPID,
      LockSamples.file("4242", age: .seconds(-60))
    ),
    Row("dead pid, a run has ended since", .settling, nil, withPID) {
      $0.history = LockSamples.history(end: LockSamples.now - .seconds(100))
    },
    Row("dead pid, a run has ended in that second", .settling, nil, withPID) {
      $0.history.lastEnd = LogMoment(
        earliest: withPID.modifiedAt - .milliseconds(400),
        latest: withPID.modifiedAt + .milliseconds(599),
        place: 1
      )
    },
    Row("dead pid, the last run ended before", .stale, .deadPID, withPID) {
      $0.history = LockSamples.history(end: LockSamples.now - .seconds(121))
    },
    Row("dead pid, ended and refused since", .stale, .deadPID, withPID) {
      $0.history = LockSamples.history(
        end: LockSamples.now - .seconds(100),
        refusal: LockSamples.now - .seconds(50)
      )
    },
    Row("dead pid, refused while the run went on", .settling, nil, withPID) {
      $0.history = LockSamples.history(
        end: LockSamples.now - .seconds(50),
        refusal: LockSamples.now - .seconds(100)
      )
    },
    Row("dead pid, a pidfile that a run has left", .settling, nil, withPID) {
      $0.memory = LockSamples.memory(withPID)
      $0.memory?.comings.count = 3
      $0.history = LockSamples.history(end: LockSamples.now - .seconds(100))
    },
    Row("dead pid, one of its group lives", .unknown, .workerRunning, withPID) {
      $0.kin = [worker]
    },
    Row("dead pid, one of its group lives, a run has ended", .unknown, .workerRunning, withPID) {
      $0.kin = [lateWorker]
      $0.history = LockSamples.history(end: LockSamples.now - .seconds(100))
    },
    Row("dead pid, open for reading", .unknown, .workerRunning, withPID) { $0.openers = [reader] },
    Row("dead pid, mem0top reads it", .stale, .deadPID, withPID) {
      $0.openers = [
        FileOpener(
          process: LockSamples.process(9, isOurProgram: true),
          mode: .reading,
          hasLock: false
        )
      ]
    },
    Row("dead pid, mapped", .unknown, .workerRunning, withPID) { $0.mappers = [lateWorker] },
    Row("previous boot", .stale, .previousBoot, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242)
    },
    Row("previous boot, a worker has that pid", .stale, .previousBoot, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242, isWorker: true)
      $0.workers = [LockSamples.process(4242, isWorker: true).process]
    },
    Row("previous boot, dead pid and a worker", .stale, .deadPID, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.workers = [lateWorker]
    },
    Row("the clock was set in this boot, seen before", .held, nil, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242)
      $0.host.isClockSteadySince = LockSamples.now
      $0.memory = LockSamples.memory(
        withPID,
        owner: .init(bootID: "boot-2", pid: 4242, startTicks: 500)
      )
      $0.memory?.sighting.uptime = .seconds(60)
    },
    Row("the clock was set in this boot, not seen before", .unknown, .clockStep, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242)
      $0.host.isClockSteadySince = LockSamples.now
    },
    Row("started late by a clock that was set", .unknown, .clockStep, oldPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(3500))
      $0.host.isClockSteadySince = LockSamples.now - .seconds(3000)
    },
    Row("dead, whatever the clock says", .stale, .deadPID, oldPID) {
      $0.host.isClockSteadySince = LockSamples.now
    },
    Row("reused pid", .stale, .reusedPID, oldPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(3500))
    },
    Row("reused pid of a group leader", .stale, .reusedPID, oldPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(3500))
      $0.kin = [worker]
      $0.descendants = []
    },
    Row("pid 1 is the machine's own", .stale, .reusedPID, pidOne) {
      $0.recordedProcess = LockSamples.process(1, started: .seconds(4000))
    },
    Row("pid 1 is a worker", .held, nil, pidOne) {
      $0.recordedProcess = LockSamples.process(1, started: .seconds(4000), isWorker: true)
    },
    Row("started within a minute", .held, nil, LockSamples.file("4242", age: .seconds(200))) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(140))
    },
    Row("a worker that started later", .unknown, .workerRunning, withPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(1), isWorker: true)
      $0.workers = [LockSamples.process(4242, started: .seconds(1)).process]
    },
    Row("a worker that started later, and somebody was refused", .stale, .reusedPID, withPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(1), isWorker: true)
      $0.workers = [LockSamples.process(4242, started: .seconds(1)).process]
      $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(10))
    },
    Row("its own flock was seen", .idle, nil, withPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(300))
      $0.memory = LockSamples.memory(withPID, flock: true)
      $0.memory?.flockers = [LockSamples.host.mark(of: LockSamples.process(4242))]
    },
    Row("another one's flock was seen", .held, nil, withPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(300))
      $0.memory = LockSamples.memory(withPID, flock: true)
      $0.memory?.flockers = [LockSamples.host.mark(of: LockSamples.process(5))]
    },
    Row("another start than at first sighting", .stale, .reusedPID, withPID) {
      $0.recordedProcess = LockSamples.process(4242, isWorker: true, ticks: 501)
      $0.memory = LockSamples.memory(
        withPID,
        owner: .init(bootID: "boot-2", pid: 4242, startTicks: 500)
      )
    },
  ]

  /// A worker that runs, sure or doubtful.
  private static let workers: [Row] = [
    Row("a worker runs", .unknown, .workerRunning) { $0.workers = [worker] },
    Row("perhaps a worker runs", .unknown, .workerRunning) { $0.doubtfulWorkers = [lateWorker] },
    Row("a worker runs, young", .settling, nil, young) { $0.workers = [worker] },
    Row("a worker runs, dead pid", .unknown, .workerRunning, withPID) { $0.workers = [worker] },
    Row("a late worker, dead pid", .unknown, .workerRunning, oldPID) { $0.workers = [lateWorker] },
    Row("a late worker, dead pid, refused", .stale, .deadPID, oldPID) {
      $0.workers = [lateWorker]
      $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(30))
    },
    Row("a late worker by a clock that was set, refused", .unknown, .workerRunning, oldPID) {
      $0.workers = [lateWorker]
      $0.host.isClockSteadySince = LockSamples.now - .seconds(40)
      $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(30))
    },
    Row("an idle worker, refused", .stale, .deadPID, oldPID) {
      $0.doubtfulWorkers = [worker]
      $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(30))
    },
    Row("a worker that gets on, refused", .unknown, .workerRunning, oldPID) {
      $0.workers = [worker]
      $0.progress[8] = ProcessProgress(lastAt: LockSamples.now - .seconds(299))
      $0.history = LockSamples.history(refusal: LockSamples.now - .seconds(30))
    },
    Row("an idle worker, refused before the last work", .settling, nil, oldPID) {
      $0.workers = [worker]
      $0.history = LockSamples.history(
        end: LockSamples.now - .seconds(400),
        refusal: LockSamples.now - .seconds(500)
      )
    },
  ]

  private static let strange: [Row] = [
    Row("no pid", .unknown, .badPID, LockSamples.file("-1", age: .seconds(9))),
    Row("pid elsewhere", .unknown, .foreignHost, LockSamples.file("other:7", age: .seconds(9))),
    Row("in the future", .unknown, .futureModification, LockSamples.file(age: .seconds(-60))),
    Row("foreign owner", .unknown, .foreignOwner, oddFile { $0.owner = 0 }),
    Row("a link", .unknown, .notRegular, oddFile { $0.kind = .symbolicLink }),
    Row("two names", .unknown, .notRegular, oddFile { $0.links = 2 }),
    Row("too large", .unknown, .notRegular, oddFile { $0.size = 4097 }),
    Row("unreadable", .unknown, .unreadable, oddFile { $0.readProblem = "Permission denied" }),
  ]
}
