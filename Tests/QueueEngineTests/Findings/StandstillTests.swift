import Testing

@testable import QueueEngine

/// What stands still although somebody seems to work, and its nearly equal healthy opposites.
struct StandstillTests {
  private let now = Timestamp(1_800_000_000)
  private let settings = EngineSettings(directory: "/queue", stateDirectory: "/state")
  private let worker = RunningProcess(pid: 7, command: "python3 mem0_queue_worker.py")

  /// Three items that have waited for half an hour.
  private func waiting(_ age: Int = 1800) -> Snapshot {
    var snapshot = Snapshot(generatedAt: now, directory: "/queue")
    var queue = QueueContents()
    queue.pending = 3
    queue.oldest = now - .seconds(age)
    snapshot.queue = FileReading(state: .ok, content: queue, modifiedAt: now)
    snapshot.deadLetters = FileReading(state: .ok, content: DeadLetters(), modifiedAt: now)
    return snapshot
  }

  private func find(_ code: FindingCode, in snapshot: Snapshot) -> Finding? {
    findings(in: snapshot, at: now, settings: settings).first { $0.code == code }
  }

  /// A log of these lines, as old as that, each a minute before the next, or without times.
  private func log(_ texts: [String], lastAge: Int = 10, isDated: Bool = true) -> FileReading<
    LogTail
  > {
    var (tail, context, builder) = (LogTail(), LogContext(), RunHistoryBuilder())
    let modified = now - .seconds(lastAge)
    for (index, text) in texts.enumerated() {
      var (line, _) = LogLineParser.read(Array(text.utf8))
      if isDated { line.time = modified - .seconds(60 * (texts.count - 1 - index)) }
      context.complete(&line)
      builder.note(line, now: now)
      tail.lines.append(line)
    }
    builder.finishReading(modifiedAt: modified)
    tail.history = builder.history
    return FileReading(state: .ok, content: tail, modifiedAt: modified)
  }

  @Test func aWorkerThatFailsInEachCycleIsNamedWithItsError() throws {
    var snapshot = waiting()
    snapshot.worker.running = [worker]
    snapshot.log = log(Array(repeating: "❌ Worker error: 'retries'", count: 20))
    let finding = try #require(find(.noProgress, in: snapshot))
    #expect(finding.severity == .warning)
    #expect(finding.since == now - .seconds(1800))
    #expect(
      finding.summary
        == "3 items wait, pid 7 runs, and nothing has left the queue for 30m 00s;"
        + " the last error: 'retries'"
    )
    snapshot.queue.content?.oldest = now - .seconds(3600)
    #expect(find(.noProgress, in: snapshot)?.severity == .critical)
  }

  @Test func aWorkerThatDeliversIsNot() {
    var snapshot = waiting()
    snapshot.worker.running = [worker]
    snapshot.log = log(["✅ Synced: p (ID: 12345678...)", "⏳ Retry 1/5: p", "✨ Worker done:"])
    #expect(find(.noProgress, in: snapshot) == nil)
    snapshot.log = log([])
    snapshot.queue.content?.lastSync = now - .seconds(60)
    snapshot.worker.lastDeparture = now - .seconds(60)
    #expect(find(.noProgress, in: snapshot) == nil)
    #expect(find(.noProgress, in: waiting()) == nil)
    var young = waiting(1199)
    young.worker.running = [worker]
    #expect(find(.noProgress, in: young) == nil)
  }

  /// What was not done before a worker came is not its fault: the first one after a gap has its time.
  @Test func aWorkerThatHasJustComeIsNotBlamed() {
    var snapshot = waiting(3 * 3600)
    snapshot.worker.running = [worker]
    snapshot.worker.running[0].startedAt = now - .seconds(2)
    snapshot.worker.lastRun = now - .seconds(3 * 3600)
    #expect(find(.noProgress, in: snapshot) == nil)
    // Others were about until it came, and got nothing done.
    snapshot.worker.lastRun = now - .seconds(600)
    #expect(find(.noProgress, in: snapshot) != nil)
    // It has had its time.
    snapshot.worker.lastRun = now - .seconds(3 * 3600)
    snapshot.worker.running[0].startedAt = now - .seconds(1300)
    #expect(find(.noProgress, in: snapshot) != nil)
  }

  /// A log without stamps says that something left at some time; the files say that it was long ago.
  @Test(arguments: [(7200, true), (60, false)])
  func whatLeftAFileChangedIt(age: Int, isStanding: Bool) {
    var snapshot = waiting(7200)
    let written = now - .seconds(age)
    snapshot.queue.modifiedAt = written
    snapshot.deadLetters.modifiedAt = now - .seconds(7200)
    let lines = ["✅ Synced: p (ID: 12345678...)", "✨ Worker done:", "sh: 1: worker.py: not found"]
    snapshot.log = log(lines, lastAge: 5, isDated: false)
    snapshot.worker.lastActivity = now - .seconds(5)
    #expect((find(.noProgress, in: snapshot) != nil) == isStanding)
  }

  /// It is said when the worker was last about, not when a run last ended.
  @Test func theWorkerRanWhenItWasLastSeen() throws {
    var snapshot = waiting(7200)
    snapshot.worker.lastRun = now - .seconds(1799)
    snapshot.worker.lastActivity = now - .seconds(20)
    let finding = try #require(find(.noProgress, in: snapshot))
    #expect(finding.summary.contains("a worker ran 20s ago"))
  }

  @Test func aServerThatIsDownOrALockThatIsInTheWaySaysWhy() {
    var snapshot = waiting()
    snapshot.worker.running = [worker]
    #expect(find(.noProgress, in: snapshot) != nil)
    var down = snapshot
    var endpoint = EndpointStatus(name: "e", url: "http://127.0.0.1/")
    endpoint.error = "connect: refused"
    endpoint.consecutiveFailures = 3
    endpoint.probedAt = now
    down.server = ServerStatus(endpoints: [endpoint])
    #expect(find(.noProgress, in: down) == nil)
    snapshot.lock = LockStatus(state: .hung)
    #expect(find(.noProgress, in: snapshot) == nil)
    #expect(find(.lockHung, in: snapshot) != nil)
  }

  /// A log without times: the order of its lines says that whole runs have brought nothing.
  @Test func runsThatDeliverNothingAreCounted() throws {
    var snapshot = waiting()
    let runs = ["✅ Synced: p (ID: 12345678...)", "✨ Worker done:"]
    snapshot.log = log(runs + ["⏳ Retry 1/5: p", "✨ Worker done:"], isDated: false)
    snapshot.worker.lastRun = now - .seconds(10)
    #expect(find(.noProgress, in: snapshot) == nil)
    snapshot.log = log(runs + Array(repeating: "✨ Worker done:", count: 2), isDated: false)
    let finding = try #require(find(.noProgress, in: snapshot))
    #expect(
      finding.summary.contains("none of the last 2 runs has delivered anything"),
      "\(finding.summary)"
    )
  }

  @Test func itemsThatFailAreNamedByProjectAndCause() throws {
    var snapshot = waiting(60)
    var group = FailingItems(project: "web", cause: nil)
    group.add(2, now - .seconds(60))
    group.add(4, now - .seconds(50))
    snapshot.queue.content?.failing = [group]
    snapshot.log = log(["⚠️ Upload failed: HTTP 502", "⏳ Retry 4/5: web"])
    let finding = try #require(find(.failing, in: snapshot))
    #expect(
      finding.summary
        == "2 items of web have failed up to 4 times (HTTP 502): after 5 failures an item becomes a dead letter"
    )
    #expect(finding.since == now - .seconds(60))
    snapshot.queue.content?.failing = []
    #expect(find(.failing, in: snapshot) == nil)
  }

  private func deadLetter(due seconds: Int) -> FileReading<DeadLetters> {
    var letters = DeadLetters()
    letters.items = [
      DeadLetter(
        key: ItemKey(id: "a"),
        project: "p",
        retryCount: 0,
        lastAttempt: now - .seconds(30 + seconds)
      )
    ]
    return FileReading(state: .ok, content: letters, modifiedAt: now)
  }

  @Test func deadLettersThatNobodyTriesAreFoundWhileAWorkerRuns() throws {
    var snapshot = waiting(60)
    snapshot.deadLetters = deadLetter(due: 1201)
    #expect(find(.dueNotTried, in: snapshot) == nil)
    snapshot.worker.running = [worker]
    let finding = try #require(find(.dueNotTried, in: snapshot))
    #expect(finding.since == now - .seconds(1201))
    snapshot.deadLetters = deadLetter(due: 1199)
    #expect(find(.dueNotTried, in: snapshot) == nil)
  }

  @Test func aLockThatOthersAreRefusedTwiceIsContended() throws {
    var snapshot = waiting(60)
    snapshot.lock = LockStatus(state: .held)
    snapshot.lock.holders = [worker]
    snapshot.lock.heldSince = now - .seconds(200)
    let refusal = "Could not acquire lock (timeout)"
    snapshot.log = log([refusal, refusal])
    let finding = try #require(find(.lockContended, in: snapshot))
    #expect(finding.since == now - .seconds(200))
    #expect(finding.summary.contains("2 times"))
    snapshot.log = log(["x", refusal])
    #expect(find(.lockContended, in: snapshot) == nil)
    snapshot.log = log([refusal, refusal], lastAge: 300)
    #expect(find(.lockContended, in: snapshot) == nil)
  }

  @Test func aLockThatCannotBeJudgedIsCriticalOnceSomebodyIsLongRefused() {
    var snapshot = waiting(60)
    snapshot.lock = LockStatus(state: .unknown, reason: .badPID)
    snapshot.lock.modifiedAt = now - .seconds(3000)
    #expect(find(.lockUnknown, in: snapshot)?.severity == .warning)
    snapshot.lock.refusedSomebody = true
    let refusal = "Could not acquire lock (timeout)"
    snapshot.log = log([refusal], lastAge: 599)
    #expect(find(.lockUnknown, in: snapshot)?.severity == .warning)
    snapshot.log = log([refusal], lastAge: 600)
    #expect(find(.lockUnknown, in: snapshot)?.severity == .critical)
    #expect(find(.lockUnknown, in: snapshot)?.since == now - .seconds(600))
  }

  @Test func aStaleLockIsAFindingOnceItDoesHarm() {
    var snapshot = waiting(1199)
    snapshot.lock = LockStatus(state: .stale, reason: .deadPID)
    snapshot.lock.modifiedAt = now - .seconds(60)
    #expect(find(.staleLock, in: snapshot) == nil)
    snapshot.queue.content?.oldest = now - .seconds(1200)
    #expect(find(.staleLock, in: snapshot)?.severity == .critical)
    snapshot.queue.content?.oldest = now
    snapshot.lock.refusedSomebody = true
    #expect(find(.staleLock, in: snapshot)?.severity == .critical)
    #expect(find(.staleLock, in: snapshot)?.since == now - .seconds(60))
  }

  @Test func aSettlingLockDoesNotHideThatNobodyWorks() {
    var snapshot = waiting()
    snapshot.lock = LockStatus(state: .settling)
    #expect(find(.workerNotRunning, in: snapshot)?.since == now - .seconds(1800))
    snapshot.worker.lastActivity = now - .seconds(1000)
    #expect(find(.workerNotRunning, in: snapshot) == nil)
  }

  @Test func aHungLockIsAFindingOnlyWhereItIsInTheWay() {
    var snapshot = waiting(60)
    snapshot.lock = LockStatus(state: .hung)
    snapshot.lock.holders = [worker]
    snapshot.lock.heldSince = now - .seconds(5000)
    snapshot.lock.progressedAt = now - .seconds(400)
    snapshot.lock.stopped = [7]
    #expect(find(.lockHung, in: snapshot)?.severity == .warning)
    #expect(find(.lockHung, in: snapshot)?.summary.contains("kill -CONT 7") == true)
    snapshot.lock.progressedAt = now - .seconds(600)
    #expect(find(.lockHung, in: snapshot)?.severity == .critical)
    snapshot.queue = FileReading(state: .ok, content: QueueContents(), modifiedAt: now)
    #expect(find(.lockHung, in: snapshot) == nil)
  }

  @Test func anEmptyDirectoryIsPerhapsTheWrongOne() {
    var snapshot = Snapshot(generatedAt: now, directory: "/queue")
    #expect(find(.nothingHere, in: snapshot) != nil)
    snapshot.log.state = .ok
    #expect(find(.nothingHere, in: snapshot) == nil)
  }

  @Test func toRetryAllIsAdvisedOnlyWhereThatChangesSomething() {
    var snapshot = waiting(60)
    snapshot.deadLetters = deadLetter(due: 0)
    let letter = snapshot.deadLetters.content?.items.first
    snapshot.deadLetters.content?.items = (0..<12).compactMap { _ in letter }
    #expect(find(.deadLetterAlert, in: snapshot)?.suggestion == nil)
    snapshot.deadLetters.content?.items[3].lastAttempt = now
    #expect(find(.deadLetterAlert, in: snapshot)?.suggestion?.action == .retryAll)
  }
}
