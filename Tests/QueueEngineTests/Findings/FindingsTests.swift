import QueueEngine
import Testing

@Suite struct FindingsTests {
  private let now = Timestamp(1_800_000_000)
  private let settings = EngineSettings(directory: "/queue", stateDirectory: "/state")

  /// A quiet directory: nothing waits, no lock, nothing configured.
  private func snapshot(_ change: (inout Snapshot) -> Void = { _ in }) -> Snapshot {
    var snapshot = Snapshot(generatedAt: now, directory: "/queue")
    snapshot.queue = FileReading(state: .ok, content: QueueContents())
    snapshot.deadLetters = FileReading(state: .ok, content: DeadLetters())
    change(&snapshot)
    return snapshot
  }

  private func codes(_ change: (inout Snapshot) -> Void) -> [FindingCode] {
    findings(in: snapshot(change), at: now, settings: settings).map(\.code)
  }

  private func first(_ change: (inout Snapshot) -> Void) -> Finding? {
    findings(in: snapshot(change), at: now, settings: settings).first
  }

  private func staleLock(_ reason: LockReason, refused: Bool = false) -> LockStatus {
    var lock = LockStatus(state: .stale, reason: reason)
    lock.pid = 4242
    lock.modifiedAt = now - .seconds(11_220)
    lock.refusedSomebody = refused
    return lock
  }

  private func server(_ errors: [String?], failures: Int = 0) -> ServerStatus {
    ServerStatus(
      endpoints: errors.enumerated().map { index, error in
        var endpoint = EndpointStatus(name: "e\(index)", url: "http://127.0.0.1/")
        endpoint.error = error
        endpoint.consecutiveFailures = error == nil ? 0 : failures
        endpoint.probedAt = now
        return endpoint
      }
    )
  }

  private func waiting(_ count: Int, oldest: Timestamp? = nil) -> FileReading<QueueContents> {
    var contents = QueueContents()
    contents.pending = count
    contents.oldest = oldest
    return FileReading(state: .ok, content: contents)
  }

  private func deadLetters(_ count: Int) -> FileReading<DeadLetters> {
    var letters = DeadLetters()
    letters.items = (0..<count).map {
      DeadLetter(
        key: ItemKey(id: "item-\($0)"),
        project: "p",
        retryCount: 1,
        lastAttempt: now,
        contentBytes: 5
      )
    }
    return FileReading(state: .ok, content: letters)
  }

  @Test func nothingWrongIsAllClear() {
    #expect(codes { _ in } == [.allClear])
  }

  @Test func aStaleLockBesideAServerThatIsUpIsAFalseAlarm() {
    let finding = first {
      $0.lock = staleLock(.deadPID)
      $0.server = server([nil])
      $0.queue = waiting(36)
    }
    #expect(finding?.code == .falseAlarmStaleLock)
    #expect(finding?.severity == .critical)
    #expect(
      finding?.summary
        == "The VPS is up; a stale lock blocks the queue: pid 4242 has exited, lock 3h 07m old"
    )
    #expect(finding?.suggestion?.action == .clearLock)
    #expect(finding?.suggestion?.command == "mem0top unlock")
  }

  @Test func aStaleLockWithoutAServerSaysNothingOfTheServer() {
    let finding = first {
      $0.lock = staleLock(.deadPID)
      $0.queue = waiting(1)
    }
    #expect(finding?.code == .staleLock)
    #expect(finding?.summary.contains("VPS") == false)
  }

  @Test func aStaleLockIsNoFindingWhereNothingWaitsAndNobodyWasRefused() {
    #expect(codes { $0.lock = staleLock(.deadPID) } == [.allClear])
    #expect(first { $0.lock = staleLock(.deadPID, refused: true) }?.severity == .critical)
  }

  @Test func anOrphanThatRefusedNobodyIsNotSaidToBlock() {
    let codes = codes {
      $0.lock = staleLock(.orphan)
      $0.queue = waiting(3, oldest: now - .seconds(9000))
    }
    #expect(codes == [.staleLock, .workerNotRunning])
    let quiet = first {
      $0.lock = staleLock(.orphan)
      $0.queue = waiting(3, oldest: now - .seconds(9000))
    }
    #expect(quiet?.summary.contains("blocks") == false)
    let loud = first {
      $0.lock = staleLock(.orphan, refused: true)
      $0.queue = waiting(3)
    }
    #expect(loud?.summary.contains("blocks") == true)
  }

  @Test(arguments: [(599, Severity.warning), (600, .critical)])
  func aHungLockBecomesCritical(seconds: Int, severity: Severity) {
    let finding = first {
      $0.queue = waiting(1)
      $0.lock = LockStatus(state: .hung)
      $0.lock.heldSince = now - .seconds(seconds)
      $0.lock.holders = [RunningProcess(pid: 7, command: "python3 worker.py")]
    }
    #expect(finding?.code == .lockHung)
    #expect(finding?.severity == severity)
    #expect(finding?.suggestion?.command == "mem0top unlock --force 7")
  }

  @Test func aLockThatCannotBeJudgedIsAWarning() {
    #expect(codes { $0.lock = LockStatus(state: .unknown, reason: .badPID) } == [.lockUnknown])
  }

  @Test func theServerIsDownOnlyAfterRepeatedFailuresOfAll() {
    #expect(codes { $0.server = server(["connect: refused"], failures: 3) } == [.serverDown])
    #expect(codes { $0.server = server(["connect: refused"], failures: 2) } == [.allClear])
    #expect(codes { $0.server = server([nil, "timeout"], failures: 9) } == [.endpointDown])
  }

  @Test func metricsThatSayOtherwiseContradictTheProbe() {
    var metrics = Metrics()
    metrics.vpsStatus = "down"
    metrics.lastUpdate = now - .seconds(11_220)
    let reading = FileReading(state: .ok, content: metrics)
    #expect(
      codes {
        $0.server = server([nil])
        $0.metrics = reading
      } == [.metricsContradictProbe]
    )
    #expect(codes { $0.metrics = reading } == [.allClear])
  }

  @Test(
    arguments: [
      (5, []), (6, [FindingCode.deadLetterInvestigate]), (10, [.deadLetterInvestigate]),
      (11, [.deadLetterAlert]),
    ] as [(Int, [FindingCode])]
  )
  func manyDeadLettersWantAttention(count: Int, expected: [FindingCode]) {
    #expect(
      codes { $0.deadLetters = deadLetters(count) } == (expected.isEmpty ? [.allClear] : expected)
    )
  }

  @Test func aWorkerThatIsLongSilentIsMissedOnlyWhereItCouldRun() {
    let silent: (inout Snapshot) -> Void = {
      $0.queue = waiting(2)
      $0.worker.lastActivity = now - .seconds(1201)
    }
    #expect(codes(silent) == [.workerNotRunning])
    #expect(
      codes {
        silent(&$0)
        $0.lock = LockStatus(state: .held)
      } == [.allClear]
    )
    #expect(
      codes {
        silent(&$0)
        $0.worker.running = [RunningProcess(pid: 5, command: "mem0top sync")]
      } == [.allClear]
    )
    #expect(
      codes {
        silent(&$0)
        $0.worker.lastActivity = now - .seconds(1199)
      } == [.allClear]
    )
  }

  @Test func aForeignWorkerBesideOursIsShown() {
    let ours = RunningProcess(pid: 5, command: "mem0top sync --watch")
    let theirs = RunningProcess(pid: 6, command: "python3 mem0_queue_worker.py")
    #expect(codes { $0.worker.running = [ours, theirs] } == [.twoWorkers])
    #expect(codes { $0.worker.running = [theirs] } == [.allClear])
    #expect(codes { $0.worker.running = [ours] } == [.allClear])
  }

  @Test func filesThatDoNotParseAreCritical() {
    let found = findings(
      in: snapshot {
        $0.queue = FileReading(
          state: .corrupt,
          problem: ReadProblem("q.json does not parse at byte 7", byteOffset: 7)
        )
        $0.deadLetters.state = .corrupt
      },
      at: now,
      settings: settings
    )
    #expect(found.map(\.code) == [.queueCorrupt, .deadLettersCorrupt])
    #expect(found[0].summary == "q.json does not parse at byte 7")
    #expect(found[0].evidence.contains("what is wrong begins at byte 7"))
  }

  @Test func aMissingDirectoryComesFirst() {
    #expect(
      codes {
        $0.directoryProblem = .missing
        $0.lock = staleLock(.deadPID, refused: true)
      }.first == .directoryMissing
    )
  }

  @Test func aDirectoryThatMayNotBeReadIsSaidOnce() {
    let codes = codes {
      $0.directoryProblem = .unreadable("Permission denied")
      $0.lock = LockStatus(state: .unknown, reason: .unreadable)
      $0.queue = FileReading(state: .unreadable, problem: ReadProblem("no"))
      $0.emergency.problems = ["no"]
    }
    #expect(codes == [.unreadable])
  }

  @Test func aFileInPlaceOfTheDirectoryIsCalledOne() {
    let found = first { $0.directoryProblem = .notADirectory }
    #expect(found?.code == .directoryMissing)
    #expect(found?.summary == "/queue is not a directory")
  }

  @Test func itemsThatTheServerRefusesOrThatCannotBeSentArePoison() {
    var letters = deadLetters(4)
    letters.content?.items[0].flags = .noContent
    for index in 1...2 { letters.content?.items[index].lastError = "HTTP 422 invalid user_id" }
    letters.content?.items[1].retryCount = 2
    letters.content?.items[3].lastError = "HTTP 502"
    letters.content?.items[3].retryCount = 9
    let finding = first { $0.deadLetters = letters }
    #expect(finding?.code == .poisonItems)
    #expect(finding?.evidence.count == 2)
    #expect(
      finding?.summary
        == "The server has refused 1 item 2 times (422 invalid user_id);"
        + " 1 item cannot be sent as it stands"
    )
  }

  @Test func refusalsAreCountedAndNeverCalledFinal() {
    var letters = deadLetters(3)
    for index in 0...2 {
      letters.content?.items[index].lastError = "HTTP 422 invalid user_id"
      letters.content?.items[index].retryCount = 7
    }
    let sentence = "The server has refused 3 items 7 times each (422 invalid user_id)"
    #expect(first { $0.deadLetters = letters }?.summary == sentence)
    letters.content?.items[1].retryCount = 12
    letters.content?.items[2].lastError = "HTTP 413"
    #expect(
      first { $0.deadLetters = letters }?.summary
        == "The server has refused 3 items 7 to 12 times each (422 invalid user_id, and 1 other cause)"
    )
  }

  @Test func aTimeInTheFutureIsClockSkew() {
    var letters = deadLetters(1)
    letters.content?.items[0].flags = .futureTime
    #expect(codes { $0.deadLetters = letters } == [.clockSkew])
  }

  @Test func theWorstComesFirst() {
    let codes = codes {
      $0.deadLetters = deadLetters(12)
      $0.lock = staleLock(.deadPID, refused: true)
      $0.queue = waiting(1, oldest: now)
      $0.server = server([nil])
      $0.worker.running = []
    }
    #expect(codes == [.falseAlarmStaleLock, .deadLetterAlert])
  }

  @Test func whatCannotBeAcknowledgedIsCriticalWhileSomethingWaitsForIt() {
    let obstacle = ReplacementObstacle(
      list: .queue,
      cause: .mount,
      sentence:
        "q.json cannot be replaced: it is mounted by itself; nothing of it is sent until then."
    )
    let found = first {
      $0.queue = waiting(1)
      $0.acknowledgement.obstacles = [obstacle]
      $0.acknowledgement.unacknowledged = 2
    }
    #expect(found?.code == .cannotAcknowledge && found?.severity == .critical)
    #expect(
      found?.summary
        == "q.json cannot be replaced: it is mounted by itself; nothing of it is sent until then"
    )
    #expect(found?.evidence.first?.hasPrefix("2 memories that the server has are still in") == true)
    #expect(codes { $0.acknowledgement.obstacles = [obstacle] } == [.allClear])
    #expect(codes { $0.acknowledgement.unacknowledged = 1 } == [.cannotAcknowledge])
  }
}
