import Testing

@testable import QueueEngine

/// Each row of the table of lock states, and the order in which the rows decide.
struct LockVerdictTests {
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
  private static let withPID = LockSamples.file("4242\n", age: .seconds(120))
  private static let flocked = KernelLock(kind: "FLOCK", pid: 4242)
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

  static let rows: [Row] = [
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

  @Test(arguments: rows)
  func judges(row: Row) {
    let status = LockVerdict.judge(
      row.evidence,
      settings: LockSamples.settings,
      now: LockSamples.now
    )
    #expect(status.state == row.state)
    #expect(status.reason == row.reason)
    #expect(status.isClearable == (row.state == .stale))
    #expect(row.state == .free || !status.evidence.isEmpty)
  }

  /// Everything is wrong at once; each cure uncovers the next row of the table.
  @Test func theFirstRowDecides() {
    var evidence = LockSamples.evidence(
      LockSamples.file("4242", age: .seconds(-60))
    )
    evidence.file?.links = 2
    evidence.file?.owner = 0
    evidence.file?.readProblem = "Permission denied"
    evidence.kernelLocks = [Self.flocked]
    evidence.recorded = .invalid("x")
    evidence.recordedProcess = LockSamples.process(4242, started: .zero)
    evidence.workers = [RunningProcess(pid: 8, command: "w")]
    if let file = evidence.file { evidence.memory = LockSamples.memory(file, flock: true) }
    var seen: [String] = []
    let cures: [(inout LockEvidence) -> Void] = [
      { $0.file?.links = 1 }, { $0.file?.owner = LockSamples.host.user },
      { $0.file?.readProblem = nil }, { $0.kernelLocks = [] },
      {
        $0.file?.modifiedNanoseconds = LockSamples.nanoseconds(LockSamples.now - .seconds(90_000))
      },
      { $0.memory = nil }, { $0.recorded = .foreign(host: "h", pid: 1) },
      {
        $0.recorded = .pid(4242)
        $0.recordedProcess = nil
      },
      { $0.recordedProcess = LockSamples.process(4242, started: .zero) },
      { $0.host.bootedAt = LockSamples.now - .seconds(100_000) },
      { $0.recordedProcess = LockSamples.process(4242, started: .seconds(95_000)) },
      {
        $0.recorded = .none
        $0.recordedProcess = nil
        $0.file?.modifiedNanoseconds = LockSamples.nanoseconds(LockSamples.now)
      },
      { $0.file?.modifiedNanoseconds = LockSamples.nanoseconds(LockSamples.now - .seconds(2000)) },
      { $0.workers = [] }, { $0.file = nil },
    ]
    for cure in cures {
      let status = LockVerdict.judge(
        evidence,
        settings: LockSamples.settings,
        now: LockSamples.now
      )
      seen.append(status.reason?.rawValue ?? status.state.rawValue)
      cure(&evidence)
    }
    #expect(
      seen == [
        "not_regular", "foreign_owner", "unreadable", "held", "future_mtime", "idle", "bad_pid",
        "foreign_host", "dead_pid", "previous_boot", "reused_pid", "hung", "settling",
        "worker_running", "orphan",
      ]
    )
  }

  @Test(arguments: [LockStyleChoice.flock, .pidfile])
  func configuredStyleWins(choice: LockStyleChoice) {
    var settings = LockSamples.settings
    settings.lockStyle = choice
    let evidence = LockSamples.evidence(Self.withPID)
    let status = LockVerdict.judge(evidence, settings: settings, now: LockSamples.now)
    #expect(status.state == (choice == .flock ? .idle : .stale))
    #expect(status.style.rawValue == choice.rawValue)
  }

  /// What cannot be seen is not judged: idle, settling, stale, and held by a mere number.
  @Test func blindnessReplacesWhatItMakesImpossible() {
    for row in Self.rows {
      var evidence = row.evidence
      evidence.host.isInChildNamespace = true
      check(row, evidence, .otherNamespace)
      evidence.host.isInChildNamespace = false
      evidence.networkFileSystem = "nfs"
      check(row, evidence, .networkFileSystem)
    }
  }

  private func check(_ row: Row, _ evidence: LockEvidence, _ reason: LockReason) {
    let status = LockVerdict.judge(
      evidence,
      settings: LockSamples.settings,
      now: LockSamples.now
    )
    if row.state == .free || row.state == .unknown || evidence.hasProvenHolder {
      #expect(status.state == row.state, "\(row.name)")
      #expect(status.reason == row.reason, "\(row.name)")
    } else {
      #expect(status.state == .unknown, "\(row.name)")
      #expect(status.reason == reason, "\(row.name)")
      #expect(status.holders.isEmpty, "\(row.name)")
    }
  }

  @Test func aNamesakeInAContainerForbidsDeadPID() {
    var evidence = LockSamples.evidence(Self.withPID)
    evidence.namesakes = [RunningProcess(pid: 90, command: "worker in a container")]
    let status = LockVerdict.judge(
      evidence,
      settings: LockSamples.settings,
      now: LockSamples.now
    )
    #expect(status.reason == .otherNamespace)
    #expect(status.evidence.contains { $0.contains("pid 90") })
  }

  @Test func settlesExactlyWhenItSays() throws {
    for row in Self.rows where row.state == .settling || row.state == .held {
      let judge = { now in
        LockVerdict.judge(row.evidence, settings: LockSamples.settings, now: now)
      }
      let moment = try #require(judge(LockSamples.now).settlesAt)
      #expect(judge(moment - .milliseconds(1)).state == row.state, "\(row.name)")
      #expect(judge(moment).state != row.state, "\(row.name)")
    }
  }

  @Test func saysWhatItSawAndNoMore() {
    var evidence = LockSamples.evidence(LockSamples.file("4242", age: .seconds(11_220)))
    let judge = { (evidence: LockEvidence) in
      LockVerdict.judge(evidence, settings: LockSamples.settings, now: LockSamples.now).evidence
    }
    #expect(
      judge(evidence) == [
        "pid 4242 is not running", "no kernel lock on it", "nobody has the file open",
        "written 3h 07m ago",
      ]
    )
    evidence.uninspected.count = 2
    evidence.uninspected.users = 2
    evidence.remarks = ["a remark"]
    #expect(
      judge(evidence) == [
        "pid 4242 is not running", "no kernel lock on it",
        "nobody whom we can see has the file open", "written 3h 07m ago",
        "2 processes of other users could not be inspected", "a remark",
      ]
    )
  }
}
