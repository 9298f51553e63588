internal import Dashboard
internal import Dispatch
internal import FoundationEssentials
internal import Mem0Client
internal import QueueEngine
internal import Terminal

/// Reads the directory and asks the server while the dashboard is open, and posts what it sees.
actor LiveSource {
  /// For how long the end of the dashboard waits for an action in the middle of a change: a terminal
  /// that went away is left within a second.
  private static let gracePeriod = Duration.milliseconds(800)
  /// So many entries of the audit log stand in the history.
  private static let entriesInHistory = 200
  /// How often the audit log is looked at for an undo that the journal has, and how long between.
  private static let auditTries = 20
  private static let auditRest = Duration.milliseconds(50)
  private static let longestPast = Duration.seconds(8 * 86_400)
  /// Twice in each slot of the finest ring, so that none is missed.
  private static let recordingInterval = Duration.seconds(5)
  /// Between two tries at a file that looks torn.
  private static let retryInterval = Duration.milliseconds(20)

  private let settings: EngineSettings
  private let probeInterval: Duration
  private let worker: WorkerProcess
  private let actions: ActionRunner
  let inbox: Inbox
  private let probe: HealthProbe
  /// What it and the loop's thread tell each other.
  nonisolated let signs = LookSigns()
  /// Where it is kept how the panels stand: a disk may take its time.
  private let looks = DispatchQueue(label: "mem0top.looks")
  private let unfinishedLooks = DispatchGroup()
  var reader: SnapshotReader
  private var kernelLocks: KernelLockSentinel
  private var server: ServerStatus
  private var history: ProbeHistory
  private let chronicle: Chronicle
  private let recorder: SnapshotRecorder
  private let alertDispatcher: AlertDispatcher
  /// The last snapshot; what nothing has changed since is recorded again.
  private var seen: Snapshot?
  var deadLetters: [DeadLetter] = []
  /// The items of the queue, while the dashboard lists them, and the reading that they are from.
  var queued: (items: [QueuedItem], revision: Int)?
  private var isPaused = false
  /// How far local time was ahead of UTC when it was told last.
  private var zoneOffset: Duration?
  /// Whether what is seen is recorded; not before the first frame.
  private var isRecording = false

  /// Looks at the files for the first time before it returns, unless that may take for ever.
  ///
  /// The first frame waits for them, and to wake another thread takes as long as to read them. It does
  /// not wait for the lock.
  init(
    _ configuration: Configuration,
    environment: [String: String],
    inbox: Inbox,
    isRemote: Bool
  ) {
    settings = configuration.engine
    probeInterval = configuration.server.probeInterval
    let state = StateDirectory(settings: settings)
    worker = WorkerProcess(
      command: configuration.runnableWorker,
      environment: environment,
      directory: settings.directory,
      state: state
    )
    actions = ActionRunner(settings: settings)
    self.inbox = inbox
    probe = HealthProbe(
      settings: configuration.server,
      environment: environment
    )
    reader = SnapshotReader(settings: settings, keepsCopies: true)
    history = ProbeHistory(settings: settings)
    chronicle = Chronicle(configuration, channels: Set(AlertChannel.allCases))
    alertDispatcher = AlertDispatcher(configuration)
    recorder = SnapshotRecorder(settings: settings)
    server = probe.firstStatus
    kernelLocks = KernelLockSentinel(settings: settings)
    guard !isRemote else { return }
    var snapshot = reader.glimpse(now: .current)
    snapshot.server = server
    deadLetters = snapshot.deadLetters.content?.items ?? []
    inbox.post(.snapshot(snapshot))
  }

  /// Has the files looked at soon; requests that wait are one request.
  nonisolated func requestLook() {
    guard signs.requestLook() else { return }
    Task.detached { await self.lookUntilWhole() }
  }

  /// Has the files looked at soon if somebody has locked the lock or let go of it; requests that wait
  /// are one request.
  nonisolated func requestGlance() {
    guard signs.requestGlance() else { return }
    Task.detached { await self.glance() }
  }

  private func glance() async {
    signs.takeGlance()
    guard !isPaused, kernelLocks.noticesChange() else { return }
    await lookUntilWhole()
  }

  /// Looks at the files, and again while one of them is being rewritten.
  private func lookUntilWhole() async {
    signs.takeLook()
    look()
    while reader.wantsAnotherTry, !Task.isCancelled {
      await pause(Self.retryInterval)
      look()
    }
  }

  /// Looks at the files and posts what they hold.
  private func look() {
    guard !isPaused else { return }
    signs.beginLook()
    var snapshot = reader.read(now: .current)
    snapshot.server = server
    deadLetters = snapshot.deadLetters.content?.items ?? []
    signs.endLook(isRestless: snapshot.lock.state.isPassing, surveyedAt: reader.surveyedAt)
    if isRecording { record(snapshot) }
    seen = snapshot
    snapshot.remarks += chronicle.remarks
    if let problem = recorder.problem {
      snapshot.remarks.append("No replay is recorded. \(problem).")
    }
    inbox.post(.snapshot(snapshot))
    listQueue()
  }

  /// Records a snapshot as it is now, and tells of what has begun or ended.
  private func record(_ snapshot: Snapshot) {
    let news = chronicle.note(snapshot, at: .current)
    if let incidents = news.incidents { inbox.post(.incidents(incidents)) }
    recorder.note(snapshot, findings: chronicle.findings, at: .current)
    guard !news.alerts.isEmpty else { return }
    Task.detached { [alertDispatcher, inbox] in
      await alertDispatcher.tell(news.alerts, of: snapshot) {
        inbox.post(.alertFailed($0))
      } show: {
        inbox.post(.alert($0))
      }
    }
  }

  /// Runs an effect of the dashboard.
  func perform(_ effect: Effect) {
    switch effect {
    case .loadItem, .loadPreviews, .findContents, .listQueue:
      readItems(for: effect)
    case .setPaused(let shouldPause):
      isPaused = shouldPause
      look()
    case .run(let request):
      run(request)
    case .cancelWaits:
      actions.cancelWaits()
    case .loadHistory:
      inbox.post(.historyLoaded(AuditLog(settings: settings).entries(last: Self.entriesInHistory)))
    case .explainReturn(let keys):
      Task.detached { [self] in inbox.post(.returnExplained(keys, await reversals(of: keys))) }
    case .runWorker:
      runWorker()
    case .quit, .copy, .page, .redraw, .look, .setRefresh, .openMachine, .alert, .replay,
      .keepLook:
      break  // The loop's own business.
    }
  }

  private func run(_ request: ActionRequest) {
    actions.run(
      request,
      tell: { [inbox] standing in inbox.post(.actionWaits(request, standing)) },
      finish: { result in Task { await self.finish(request, result) } }
    )
  }

  /// Posts what an action came to, between the looks before it and those after it.
  private func finish(_ request: ActionRequest, _ result: Result<ActionOutcome, ActionError>) {
    inbox.post(.actionFinished(request, result))
    look()
  }

  /// Keeps how the panels stand; where that cannot be, nothing is marked as new the next time.
  nonisolated func keepLook(_ seen: [String: String]) {
    looks.async(group: unfinishedLooks) { [settings] in
      try? LastLook(settings: settings).write(seen)
    }
  }

  /// Gives up what waits for the lock, and lets what has it come to its end.
  nonisolated func endActions() {
    _ = unfinishedLooks.wait(timeout: .now() + Self.gracePeriod.seconds / 4)
    actions.close(within: Self.gracePeriod)
  }

  /// The undos that gave dead letters their old times back; the audit log is waited for, but not long.
  private nonisolated func reversals(of keys: [ItemKey]) async -> [RetryReversal] {
    for _ in 0..<Self.auditTries {
      let found = RetryReversal.find(of: keys, settings: settings)
      guard found.contains(where: { $0.origin == nil }) else { return found }
      await pause(Self.auditRest)
    }
    return RetryReversal.find(of: keys, settings: settings)
  }

  private func runWorker() {
    Task.detached { [self, worker, inbox, settings] in
      do {
        let status = try await worker.run(on: .key, settings) { inbox.post(.workerOutput($0)) }
        inbox.post(.workerEnded(status: status))
        await lookUntilWhole()
      } catch {
        let reason =
          FileManager.default.fileExists(atPath: worker.directory)
          ? "\(error)" : "there is no directory \(worker.directory)"
        // Some of the system's sentences end like one.
        let end = reason.hasSuffix(".") ? "" : "."
        inbox.post(.workerNotStarted("The worker did not start: \(reason)\(end)"))
      }
    }
  }

  /// Looks again where a file was being rewritten, and asks the server until the task is cancelled.
  func watch() async {
    if reader.wantsAnotherTry { await lookUntilWhole() }
    let (figures, incidents) = chronicle.load(now: .current)
    inbox.post(.recorded(figures))
    inbox.post(.incidents(incidents))
    tellZones()
    isRecording = true
    look()
    async let recording: Void = keepRecording()
    await watchServer()
    await recording
  }

  /// Records what nothing has changed, in each slot.
  private func keepRecording() async {
    while !Task.isCancelled {
      await pause(Self.recordingInterval)
      if !isPaused, let seen { record(seen) }
      if LocalTime.offset(at: .current) != zoneOffset { tellZones() }
    }
    chronicle.close()
  }

  /// Tells how local time was over the days that charts show; a change of it may lie in them.
  private func tellZones() {
    let now = Timestamp.current
    zoneOffset = LocalTime.offset(at: now)
    inbox.post(.zones(ZoneHistory(Self.longestPast, before: now, offset: LocalTime.offset)))
  }

  private func watchServer() async {
    history.load()
    defer { history.save(now: .current) }
    while !Task.isCancelled {
      if !isPaused {
        let status = await probe.probe(now: .current)
        guard !status.endpoints.isEmpty || status.rejection != nil else { return }
        server = history.append(status, now: .current)
        look()
      }
      await pause(probeInterval)
    }
  }

  /// Sleeps, or returns at once where the task is cancelled.
  private nonisolated func pause(_ duration: Duration) async {
    do {
      try await Task.sleep(for: duration)
    } catch {
      // Cancelled: whoever called looks at that itself.
    }
  }
}

extension LockState {
  /// Whether the next second may judge otherwise of the same files.
  fileprivate var isPassing: Bool {
    switch self {
    case .free, .idle, .stale: false
    case .held, .hung, .settling, .unknown: true
    }
  }
}
