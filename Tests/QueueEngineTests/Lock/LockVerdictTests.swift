import Testing

@testable import QueueEngine

/// Each row of the table of lock states, and the order in which the rows decide.
struct LockVerdictTests {
  @Test(arguments: LockVerdictRows.all)
  func judges(row: LockVerdictRows.Row) {
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
    var evidence = LockSamples.evidence(LockSamples.file("4242", age: .seconds(90_000)))
    evidence.file?.links = 2
    evidence.file?.owner = 0
    evidence.file?.readProblem = "Permission denied"
    evidence.kernelLocks = [LockVerdictRows.flocked]
    evidence.recordedProcess = LockSamples.process(4242, started: .seconds(95_000))
    evidence.host.bootedAt = LockSamples.now - .seconds(100_000)
    if let file = evidence.file { evidence.memory = LockSamples.memory(file, flock: true) }
    var seen: [String] = []
    let age: (Duration) -> Int64 = { LockSamples.nanoseconds(LockSamples.now - $0) }
    let cures: [(inout LockEvidence) -> Void] = [
      { $0.file?.links = 1 }, { $0.file?.owner = LockSamples.host.user },
      { $0.file?.readProblem = nil }, { $0.kernelLocks = [] },
      { $0.recordedProcess = LockSamples.process(4242, started: .seconds(80_000)) },
      {
        $0.recorded = .invalid("x")
        $0.memory = nil
      },
      { $0.recorded = .foreign(host: "h", pid: 1) }, { $0.recorded = .pid(4242) },
      { $0.host.bootedAt = LockSamples.now - .seconds(86_400) }, { $0.recordedProcess = nil },
      {
        $0.recorded = .none
        $0.file?.modifiedNanoseconds = age(.seconds(-60))
      },
      { $0.file?.modifiedNanoseconds = age(.zero) },
      {
        $0.file?.modifiedNanoseconds = age(.seconds(2000))
        $0.workers = [RunningProcess(pid: 8, command: "w")]
      },
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
        "not_regular", "foreign_owner", "unreadable", "hung", "hung", "idle", "bad_pid",
        "foreign_host", "reused_pid", "previous_boot", "dead_pid", "future_mtime", "settling",
        "worker_running", "orphan",
      ]
    )
  }

  @Test(arguments: [LockStyleChoice.flock, .pidfile])
  func configuredStyleWins(choice: LockStyleChoice) {
    var settings = LockSamples.settings
    settings.lockStyle = choice
    let evidence = LockSamples.evidence(LockVerdictRows.withPID)
    let status = LockVerdict.judge(evidence, settings: settings, now: LockSamples.now)
    #expect(status.state == (choice == .flock ? .idle : .stale))
    #expect(status.style.rawValue == choice.rawValue)
  }

  /// What cannot be seen is not judged: idle, settling, stale, and held by a mere number.
  @Test func blindnessReplacesWhatItMakesImpossible() {
    for row in LockVerdictRows.all {
      var evidence = row.evidence
      evidence.host.isInChildNamespace = true
      check(row, evidence, .otherNamespace)
      evidence.host.isInChildNamespace = false
      evidence.networkFileSystem = "nfs"
      check(row, evidence, .networkFileSystem)
    }
  }

  private func check(_ row: LockVerdictRows.Row, _ evidence: LockEvidence, _ reason: LockReason) {
    let status = LockVerdict.judge(
      evidence,
      settings: LockSamples.settings,
      now: LockSamples.now
    )
    if row.state == .free || row.state == .unknown
      || evidence.hasProvenHolder(style: evidence.style(choice: .auto))
    {
      #expect(status.state == row.state, "\(row.name)")
      #expect(status.reason == row.reason, "\(row.name)")
    } else {
      #expect(status.state == .unknown, "\(row.name)")
      #expect(status.reason == reason, "\(row.name)")
      #expect(status.holders.isEmpty, "\(row.name)")
    }
  }

  /// What rests on nobody being there is not believed; kernel locks, live owners and a boot are.
  @Test func hiddenProcessesForbidStaleAndTaking() {
    for row in LockVerdictRows.all {
      let seen = LockVerdict.judge(
        row.evidence,
        settings: LockSamples.settings,
        now: LockSamples.now
      )
      var evidence = row.evidence
      evidence.uninspected.areHidden = true
      let hidden = LockVerdict.judge(evidence, settings: LockSamples.settings, now: LockSamples.now)
      switch (seen.state, seen.reason) {
      case (.stale, .previousBoot): #expect(hidden.state == .stale, "\(row.name)")
      case (.stale, _): #expect(hidden.reason == .hiddenProcesses, "\(row.name)")
      case (.settling, _):
        #expect(
          hidden.state == .settling && hidden.isTakeable == hidden.isOwnLeftover,
          "\(row.name)"
        )
      default: #expect(hidden.state == seen.state, "\(row.name)")
      }
    }
  }

  @Test func aNamesakeInAContainerForbidsDeadPID() {
    var evidence = LockSamples.evidence(LockVerdictRows.withPID)
    evidence.namesakes = [RunningProcess(pid: 90, command: "worker in a container")]
    let status = LockVerdict.judge(
      evidence,
      settings: LockSamples.settings,
      now: LockSamples.now
    )
    #expect(status.reason == .otherNamespace)
    #expect(status.evidence.contains { $0.contains("pid 90") })
  }

  /// The process with the number in the file may be an innocent: an owner in a container wrote its own.
  @Test(arguments: [1, 4242] as [Int32])
  func aNamesakeInAContainerForbidsAHoldByTheNumberAlone(pid: Int32) {
    var evidence = LockSamples.evidence(LockSamples.file("\(pid)", age: .seconds(400)))
    evidence.recordedProcess = LockSamples.process(pid, started: .seconds(4000))
    let judge = { (evidence: LockEvidence) in
      LockVerdict.judge(evidence, settings: LockSamples.settings, now: LockSamples.now)
    }
    #expect(judge(evidence).reason == (pid == 1 ? .reusedPID : nil))
    #expect(judge(evidence).isNamedOnly == (pid != 1))
    evidence.namesakes = [RunningProcess(pid: 90, command: "worker in a container")]
    let status = judge(evidence)
    #expect(status.reason == .otherNamespace)
    #expect(status.holders.isEmpty)
    evidence.kernelLocks = [LockVerdictRows.flocked]
    #expect(judge(evidence).state == .hung)
  }

  @Test func settlesExactlyWhenItSays() throws {
    for row in LockVerdictRows.all where row.state == .settling || row.state == .held {
      guard
        let moment = LockVerdict.judge(
          row.evidence,
          settings: LockSamples.settings,
          now: LockSamples.now
        ).settlesAt
      else { continue }
      let judge = { now in
        LockVerdict.judge(row.evidence, settings: LockSamples.settings, now: now)
      }
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
    evidence.uninspected.foreignCount = 2
    evidence.uninspected.users = 2
    evidence.uninspected.ownCount = 1
    evidence.remarks = ["a remark"]
    #expect(
      judge(evidence) == [
        "pid 4242 is not running", "no kernel lock on it",
        "no process that can be inspected has it open", "written 3h 07m ago",
        "2 processes of other users could not be inspected",
        "1 process of this user could not be inspected", "a remark",
      ]
    )
  }
}
