package import QueueEngine

/// One cycle of the worker: claim, deliver, acknowledge, until nothing is left that can be sent now.
///
/// The lock is held only while the files are read and written, never while the network is waited
/// for, and no item counts as done before its removal is on disk. Killed at any point, a run leaves
/// every memory in a file or on the server; what it had claimed, the next run knows as perhaps stored.
package struct SyncRun: Sendable {
  /// What a run tells while it goes on.
  package enum News: Sendable {
    /// Lines as they stand in the log, without the time before them.
    case lines([String])
    /// How far it has come.
    case progress(SyncProgress)
  }

  private let settings: EngineSettings
  private let receiver: any MemoryReceiver
  private let concurrency: Int
  private let stop: StopRequest
  private let tell: @Sendable (News) -> Void

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - settings: The directory and how its files are named.
  ///   - receiver: Where memories go.
  ///   - concurrency: How many deliveries may be under way at once.
  ///   - stop: Made from outside, ends the run after what is under way.
  ///   - tell: Called with what happens, from the run's own task.
  package init(
    settings: EngineSettings,
    receiver: any MemoryReceiver,
    concurrency: Int = 8,
    stop: StopRequest = StopRequest(),
    tell: @escaping @Sendable (News) -> Void = { _ in }
  ) {
    self.settings = settings
    self.receiver = receiver
    self.concurrency = concurrency
    self.stop = stop
    self.tell = tell
  }

  /// Runs to the end; where another worker of ours runs already, it is refused.
  ///
  /// - Parameter isRoutine: Whether a run with nothing to do is worth no line in the logs.
  /// - Returns: what it came to, also where it could do nothing.
  package func run(isRoutine: Bool = false) async -> SyncReport {
    guard !isNothingHere else { return withoutQueue(isRoutine: isRoutine) }
    var record = RunRecord(settings: settings)
    do throws(ActionError) {
      let instanceLock = try WorkerInstanceLock.acquire(settings: settings)
      let takenIn = await EmergencyIntake.takeIn(settings: settings)
      for news in record.note(takenIn: takenIn) { tell(news) }
      let ledger = LedgerWriter(settings: settings)
      await deliver(by: ledger, &record)
      let state = await serverState(after: record.report)
      let lines = record.close(ledger.totals, serverState: state, isRoutine: isRoutine)
      tell(.lines(lines))
      instanceLock.release()
    } catch {
      // That another worker runs is nothing for the log, which is that one's.
      if case .failed = error {
        for news in record.end(.filesRefused(error), unacknowledged: 0) { tell(news) }
      }
      record.report.ending = .filesRefused(error)
      record.audit()
    }
    return record.report
  }

  /// Whether the directory has none of the files: a log and figures of ours would make a wrong one look
  /// like one in which all is well.
  private var isNothingHere: Bool {
    settings.filePaths.allSatisfy { path in
      do throws(SystemError) {
        _ = try FileStamp.at(path)
        return false
      } catch {
        return error.isMissing
      }
    }
  }

  private func withoutQueue(isRoutine: Bool) -> SyncReport {
    var report = SyncReport()
    let sentence = "There is no queue in \(settings.directory) yet, so nothing was done."
    report.obstacle = sentence
    if !isRoutine { tell(.lines([sentence])) }
    return report
  }

  /// What the metrics say of the server: `up` where any endpoint answered, `down` where each failed three
  /// times; `nil` where neither is known, and what they say stays.
  private func serverState(after report: SyncReport) async -> String? {
    if report.syncedCount + report.recoveredCount > 0 { return "up" }
    switch report.ending {
    case .interrupted, .lockRefused, .filesRefused: return nil
    case .finished, .serverAtFault, .storageAtFault, .receiptMissing: break
    }
    let server = await receiver.status()
    if server.isAnswering { return "up" }
    return server.state == .down ? "down" : nil
  }

  /// Plans and carries out, one event after the other, until nothing is left to do.
  private func deliver(by ledger: LedgerWriter, _ record: inout RunRecord) async {
    var plan = RunPlan(concurrency: concurrency)
    await withTaskGroup(of: RunPlan.Event.self) { group in
      group.addTask { [stop] in
        await stop.wait()
        return .stopRequested
      }
      begin(plan.steps(), by: ledger, in: &group)
      while !plan.isDone, let event = await group.next() {
        for news in record.note(event) { tell(news) }
        plan.take(event)
        begin(plan.steps(), by: ledger, in: &group)
      }
      group.cancelAll()
    }
    let left = ledger.unreported
    let unacknowledged = plan.unacknowledgedCount - left.count { $0.isDelivery }
    for news in record.note(unreported: left) { tell(news) }
    for news in record.end(plan.finalEnding, unacknowledged: unacknowledged) { tell(news) }
  }

  /// Begins what the plan wants, beside everything else that is under way.
  private func begin(
    _ steps: [RunPlan.Step],
    by ledger: LedgerWriter,
    in group: inout TaskGroup<RunPlan.Event>
  ) {
    for step in steps {
      if let work = work(for: step, ledger) {
        group.addTask(operation: work)
      } else {
        group.cancelAll()
      }
    }
  }

  /// What a step makes the run do; `nil` where it is to break off what is under way.
  private func work(
    for step: RunPlan.Step,
    _ ledger: LedgerWriter
  ) -> (@Sendable () async -> RunPlan.Event)? {
    switch step {
    case .turn(let results, let count):
      return { await ledger.turn(settling: results, claiming: count) }
    case .send(let item):
      return { [receiver] in .attempted(await Attempt.made(with: item, to: receiver)) }
    case .wait(let wait, let duration):
      return {
        // A wait that is broken off is over, too.
        try? await Task.sleep(for: duration)
        return .waited(wait)
      }
    case .abandon: return nil
    }
  }
}

extension WorkTurn.Event {
  /// Whether an item left its file because the server has it.
  fileprivate var isDelivery: Bool {
    switch self {
    case .synced, .recovered: true
    case .retried, .movedToDeadLetters, .deadLetterRetried, .vanished: false
    }
  }
}
