/// Finds out whether deliveries can be noted in the files: by looking, and by what our worker has found.
struct AcknowledgementReader {
  private let settings: EngineSettings
  private let path: String
  private var stamp: FileStamp?
  private var recorded = ClaimRecord.Content()
  /// What stood in the way at the last look.
  private var known: [ReplacementObstacle] = []

  init(settings: EngineSettings) {
    self.settings = settings
    path = ClaimRecord(settings: settings).path
  }

  /// Looks at both files, and reads our worker's record if that has changed; nothing is written.
  mutating func read(now: Timestamp) -> AcknowledgementStatus {
    refresh()
    var status = AcknowledgementStatus()
    status.unacknowledged = recorded.accepted.count
    status.unacknowledgedSince = recorded.accepted.compactMap(\.since).min()
    status.obstacles = ListFile.allCases.compactMap { list in
      let visible = ReplacementTrial(list, settings: settings).visibleObstacle
      // What everybody can see is asked anew; what only a worker can try stands until it tries again.
      return visible ?? recorded.obstacles.first { $0.list == list && !$0.cause.isVisible }
    }
    .map { obstacle in
      var obstacle = obstacle
      let before = (recorded.obstacles + known).filter { $0.isSame(as: obstacle) }
      obstacle.since = ([obstacle] + before).compactMap(\.since).min() ?? now
      return obstacle
    }
    known = status.obstacles
    return status
  }

  private mutating func refresh() {
    guard let found = try? FileStamp.at(path) else {
      (stamp, recorded) = (nil, ClaimRecord.Content())
      return
    }
    guard found != stamp else { return }
    var record = ClaimRecord(settings: settings)
    // One that cannot be read stops the worker, which says so.
    recorded = (try? record.load()) ?? ClaimRecord.Content()
    stamp = found
  }
}

extension ReplacementObstacle.Cause {
  /// Whether a look from outside tells it in full.
  fileprivate var isVisible: Bool { self == .mount || self == .flag || self == .links }
}
