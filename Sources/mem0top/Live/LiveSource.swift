internal import Dashboard
internal import Dispatch
internal import FoundationEssentials
internal import Mem0Client
internal import QueueEngine
internal import Terminal

/// Watches the directory and the server while the dashboard is open, and posts what it sees.
actor LiveSource {
  /// Between two looks that changes on disk ask for; a file that is rewritten without end costs no more.
  private static let breath = Duration.milliseconds(15)

  /// Between two tries at a file that looks torn.
  private static let retryInterval = Duration.milliseconds(20)

  private let settings: EngineSettings
  private let refresh: Duration
  private let probeInterval: Duration
  private let worker: WorkerProcess
  /// Actions wait for locks and for time to pass, which neither the screen nor a look may do.
  private let actions = DispatchQueue(label: "mem0top.actions")
  private let inbox: Inbox
  private let probe: HealthProbe
  private var reader: SnapshotReader
  private var server = ServerStatus()
  private var deadLetters: [DeadLetter] = []
  private var isPaused = false

  init(_ configuration: Configuration, environment: [String: String], inbox: Inbox) {
    settings = configuration.engine
    refresh = configuration.interface.refresh
    probeInterval = configuration.server.probeInterval
    let state = StateDirectory(root: settings.stateDirectory, watching: settings.directory)
    worker = WorkerProcess(
      command: configuration.workerCommand,
      environment: environment,
      directory: settings.directory,
      state: state
    )
    self.inbox = inbox
    probe = HealthProbe(
      settings: configuration.server,
      environment: environment
    )
    reader = SnapshotReader(settings: settings)
  }

  /// Looks at the files and posts what they hold.
  func look() {
    guard !isPaused else { return }
    var snapshot = reader.read(now: .current)
    snapshot.server = server
    deadLetters = snapshot.deadLetters.content?.items ?? []
    inbox.post(.snapshot(snapshot))
  }

  /// Watches until the task is cancelled.
  func watch() async {
    server = await probe.lastStatus
    await withDiscardingTaskGroup { group in
      group.addTask { await self.watchFiles() }
      group.addTask { await self.watchServer() }
    }
  }

  /// Runs an effect of the dashboard.
  func perform(_ effect: Effect) {
    switch effect {
    case .loadItem(let key):
      let detail =
        deadLetters.first { $0.key == key }.map { reader.detail(of: $0) }
        ?? ItemDetail(key: key, problem: "The item has left the dead letters.")
      inbox.post(.itemLoaded(key, detail))
    case .setPaused(let shouldPause):
      isPaused = shouldPause
      look()
    case .run(let request):
      run(request)
    case .runWorker:
      runWorker()
    case .quit:
      break  // The loop's own business.
    }
  }

  private func run(_ request: ActionRequest) {
    actions.async { [settings, inbox] in
      let result = Result { () throws(ActionError) in
        try request.action.run(settings: settings, origin: .key)
      }
      inbox.post(.actionFinished(request, result))
      Task { await self.look() }
    }
  }

  private func runWorker() {
    Task.detached { [worker, inbox] in
      do {
        let status = try await worker.run { inbox.post(.workerOutput($0)) }
        inbox.post(.workerEnded(status: status))
      } catch {
        inbox.post(.workerNotStarted("The worker did not start: \(error)."))
      }
    }
  }

  private func watchFiles() async {
    let notices = ChangeNotices(directories: watchedDirectories, interval: refresh)
    for await _ in notices.stream {
      look()
      while reader.wantsAnotherTry, !Task.isCancelled {
        await pause(Self.retryInterval)
        look()
      }
      await pause(Self.breath)
    }
  }

  private func watchServer() async {
    while !Task.isCancelled {
      if !isPaused {
        let status = await probe.probe(now: .current)
        guard !status.endpoints.isEmpty || status.rejection != nil else { return }
        server = status
        look()
      }
      await pause(probeInterval)
    }
  }

  /// Sleeps, or returns at once where the task is cancelled.
  private func pause(_ duration: Duration) async {
    do {
      try await Task.sleep(for: duration)
    } catch {
      // Cancelled: whoever called looks at that itself.
    }
  }

  private var watchedDirectories: Set<String> {
    let files: [KeyPath<FileNames, String>] = [\.queue, \.deadLetters, \.metrics, \.lock, \.log]
    let parents = files.map { file in
      let path = settings.path(of: file)
      return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }
    return Set(parents).union([settings.directory])
  }
}
