internal import Dashboard
internal import QueueEngine
internal import Terminal

/// The watched directory, as the loop meets it: it hears of changes on the loop's own thread, and has
/// everything looked at and read elsewhere.
@MainActor
final class LiveWorld: World {
  /// The longest time without a whole look: what nothing tells, such as a worker that has started,
  /// is seen by then.
  private static let longestRest = Duration.seconds(10)

  private let source: LiveSource
  /// What runs beside the loop, and may post to it.
  private let meanwhile: @Sendable () async -> Void
  private var tasks: [Task<Void, Never>] = []
  private let watch: DirectoryWatch
  private var files: ChangeSentinel
  private var lookedAt = ContinuousClock.now
  private var isStartOver = false

  private(set) var interval: Duration

  /// Looks at the files for the first time, unless that may take for ever, and has a whole look begun.
  init(
    _ configuration: Configuration,
    environment: [String: String],
    inbox: Inbox,
    meanwhile: @escaping @Sendable () async -> Void
  ) throws(CommandFailure) {
    self.meanwhile = meanwhile
    interval = configuration.interface.refresh
    watch = DirectoryWatch(
      configuration.engine.directoriesOfFiles,
      openingsOf: configuration.engine.path(of: \.lock)
    )
    files = ChangeSentinel(settings: configuration.engine)
    source = LiveSource(
      configuration,
      environment: environment,
      inbox: inbox,
      isRemote: files.isRemote
    )
    try ThreadLimit.check()
    source.requestLook()
  }

  func begin() {
    tasks.append(Task.detached { [source] in await source.watch() })
    tasks.append(Task.detached { [meanwhile] in await meanwhile() })
  }

  /// Ends what runs beside the loop; actions come to their end.
  func end() {
    for task in tasks { task.cancel() }
    source.endActions()
  }

  var changes: Int32? { watch.descriptor }

  func takeNews() {
    let news = watch.drain()
    if news.contains(.opening) { source.lookState.noteOpening() }
    if news.contains(.change) { look() }
  }

  func refresh() {
    endStart()
    watch.renew()
    if source.lookState.isRestless || files.isRemote || lookedAt + Self.longestRest <= .now
      || files.noticesChange()
    {
      look()
    } else if !watch.tellsOpenings || source.lookState.isLockSuspected {
      // The kernel's table of locks may keep whoever reads it waiting: never here, before a key.
      source.requestLockCheck()
    }
  }

  func zoneOffset(at moment: Timestamp) -> Duration { LocalTime.offset(at: moment) }

  func perform(_ effect: Effect) {
    switch effect {
    case .setRefresh(let interval): self.interval = interval
    case .look: look()
    case .keepVisit(let seen): source.keepVisit(seen)
    default: Task.detached { [source] in await source.perform(effect) }
    }
  }

  private func endStart() {
    guard !isStartOver else { return }
    isStartOver = true
    ProgramCode.releaseUnused()
  }

  private func look() {
    lookedAt = .now
    source.requestLook()
  }
}
