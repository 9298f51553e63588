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

  static let all: [Row] = [
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
      $0.lastProgress = LockSamples.now - .seconds(299)
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
      $0.lastRefusal = LockSamples.now
    },
    Row("refused, 300 s", .stale, .orphan, LockSamples.file(age: .seconds(300))) {
      $0.lastRefusal = LockSamples.now
    },
    Row("refused before it was written", .settling, nil, LockSamples.file(age: .seconds(300))) {
      $0.lastRefusal = LockSamples.now - .seconds(301)
    },
    Row("dead pid", .stale, .deadPID, withPID),
    Row("previous boot", .stale, .previousBoot, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242)
    },
    Row("previous boot, but a worker runs with that pid", .held, nil, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242, isWorker: true)
    },
    Row("the clock was set in this boot", .held, nil, withPID) {
      $0.host.bootedAt = LockSamples.now - .seconds(60)
      $0.recordedProcess = LockSamples.process(4242)
      $0.memory = LockSamples.memory(
        withPID,
        owner: .init(bootID: "boot-2", pid: 4242, startTicks: 500)
      )
    },
    Row("reused pid", .stale, .reusedPID, LockSamples.file("4242", age: .seconds(3600))) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(3500))
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
    Row("started later, but is a worker", .held, nil, withPID) {
      $0.recordedProcess = LockSamples.process(4242, started: .seconds(1), isWorker: true)
    },
    Row("another start than at first sighting", .stale, .reusedPID, withPID) {
      $0.recordedProcess = LockSamples.process(4242, isWorker: true, ticks: 501)
      $0.memory = LockSamples.memory(
        withPID,
        owner: .init(bootID: "boot-2", pid: 4242, startTicks: 500)
      )
    },
    Row("a worker runs", .unknown, .workerRunning) {
      $0.workers = [RunningProcess(pid: 8, command: "w")]
    },
    Row("a worker runs, young", .settling, nil, young) {
      $0.workers = [RunningProcess(pid: 8, command: "w")]
    },
    Row("a worker runs, dead pid", .stale, .deadPID, withPID) {
      $0.workers = [RunningProcess(pid: 8, command: "w")]
    },
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
