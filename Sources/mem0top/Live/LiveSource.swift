internal import Dashboard
internal import Dispatch
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
  private static let longestPast = Duration.seconds(8 * 86_400)
  /// Twice in each slot of the finest ring, so that none is missed.
  private static let recordingInterval = Duration.seconds(5)
  /// Between two tries at a file that looks torn.
  private static let retryInterval = Duration.milliseconds(20)

  private let settings: EngineSettings
  private let probeInterval: Duration
  private let worker: KeyWorker
  private let actions: ActionRunner
  let inbox: Inbox
  private let probe: HealthProbe
  /// What it and the loop's thread tell each other.
  nonisolated let lookState = LookState()
  /// Where it is kept how the panels stand: a disk may take its time.
  private let visits = DispatchQueue(label: "mem0top.visits")
  private let unfinishedVisits = DispatchGroup()
  var reader: SnapshotReader
  private var kernelLocks: KernelLockSentinel
  private var server: ServerStatus
  private let recorder: WatchRecorder
  var deadLetters: [DeadLetter] = []
  /// The items of the queue, while the dashboard lists them, and the reading that they are from.
  var queued: (items: [QueuedItem], revision: Int)?
  private var isPaused = false
  /// How far local time was ahead of UTC when it was told last.
  private var zoneOffset: Duration?

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
    worker = KeyWorker(configuration, environment: environment, inbox: inbox)
    actions = ActionRunner(settings: settings)
    self.inbox = inbox
    probe = HealthProbe(
      settings: configuration.server,
      environment: environment
    )
    reader = SnapshotReader(settings: settings, keepsCopies: true)
    recorder = WatchRecorder(configuration, inbox: inbox)
    server = probe.firstStatus
    kernelLocks = KernelLockSentinel(settings: settings)
    guard !isRemote else { return }
    var snapshot = reader.readForFirstFrame(now: SystemClock.now)
    snapshot.server = server
    deadLetters = snapshot.deadLetters.content?.items ?? []
    inbox.post(.snapshot(snapshot))
  }

  /// Has the files looked at soon; requests that wait are one request.
  nonisolated func requestLook() {
    guard lookState.requestLook() else { return }
    Task.detached { await self.lookUntilWhole() }
  }

  /// Has the files looked at soon if the kernel says that somebody has locked the lock or let go of it;
  /// requests that wait are one request.
  nonisolated func requestLockCheck() {
    guard lookState.requestLockCheck() else { return }
    Task.detached { await self.lookIfLocksChanged() }
  }

  private func lookIfLocksChanged() async {
    lookState.takeLockCheck()
    guard !isPaused, kernelLocks.noticesChange() else { return }
    await lookUntilWhole()
  }

  /// Looks at the files, and again while one of them is being rewritten.
  private func lookUntilWhole() async {
    lookState.takeLook()
    look()
    while reader.wantsAnotherTry, !Task.isCancelled {
      await pause(Self.retryInterval)
      look()
    }
  }

  /// Looks at the files and posts what they hold.
  private func look(evenIfPaused: Bool = false) {
    guard !isPaused || evenIfPaused else { return }
    lookState.beginLook()
    var snapshot = reader.read(now: SystemClock.now)
    snapshot.server = server
    deadLetters = snapshot.deadLetters.content?.items ?? []
    lookState.endLook(isRestless: snapshot.lock.state.isPassing, surveyedAt: reader.surveyedAt)
    recorder.note(snapshot)
    snapshot.remarks += recorder.remarks
    inbox.post(.snapshot(snapshot))
    listQueue()
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
      Task.detached { [inbox, settings] in
        let reversals = await RetryReversal.findWithOrigins(of: keys, settings: settings)
        inbox.post(.returnExplained(keys, reversals))
      }
    case .runWorker:
      Task.detached { [self, worker] in
        if await worker.run() { await look(evenIfPaused: true) }
      }
    case .quit, .copy, .page, .redraw, .look, .setRefresh, .openMachine, .alert, .replay,
      .keepVisit:
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
    look(evenIfPaused: true)
  }

  /// Keeps how the panels stand; where that cannot be, nothing is marked as new the next time.
  nonisolated func keepVisit(_ seen: [String: String]) {
    visits.async(group: unfinishedVisits) { [settings] in
      try? LastVisit(settings: settings).write(seen)
    }
  }

  /// Gives up what waits for the lock, and lets what has it come to its end.
  nonisolated func endActions() {
    _ = unfinishedVisits.wait(timeout: .now() + Self.gracePeriod.seconds / 4)
    actions.close(within: Self.gracePeriod)
  }

  /// Looks again where a file was being rewritten, and asks the server until the task is cancelled.
  func watch() async {
    if reader.wantsAnotherTry { await lookUntilWhole() }
    recorder.begin(now: SystemClock.now)
    tellZones()
    look()
    async let recording: Void = keepRecording()
    await watchServer()
    await recording
  }

  /// Records what nothing has changed, in each slot.
  private func keepRecording() async {
    while !Task.isCancelled {
      await pause(Self.recordingInterval)
      if !isPaused { recorder.record() }
      if LocalTime.offset(at: SystemClock.now) != zoneOffset { tellZones() }
    }
    recorder.close()
  }

  /// Tells how local time was over the days that charts show; a change of it may lie in them.
  private func tellZones() {
    let now = SystemClock.now
    zoneOffset = LocalTime.offset(at: now)
    inbox.post(.zones(ZoneHistory(Self.longestPast, before: now, offset: LocalTime.offset)))
  }

  private func watchServer() async {
    var history = ProbeHistory(settings: settings)
    history.load()
    defer { history.save(now: SystemClock.now) }
    while !Task.isCancelled {
      if !isPaused {
        let status = await probe.probe(now: SystemClock.now)
        guard !status.endpoints.isEmpty || status.rejection != nil else { return }
        server = history.append(status, now: SystemClock.now)
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
