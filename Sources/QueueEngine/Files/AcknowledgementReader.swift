/// Finds out whether deliveries can be noted in the files: by looking, and by what our worker has found.
struct AcknowledgementReader {
  private let settings: EngineSettings
  private let path: String
  private var stamp: FileStamp?
  private var recorded = ClaimRecord.Content()

  init(settings: EngineSettings) {
    self.settings = settings
    path = ClaimRecord(settings: settings).path
  }

  /// Looks at both files, and reads our worker's record if that has changed; nothing is written.
  mutating func read() -> AcknowledgementStatus {
    refresh()
    var status = AcknowledgementStatus()
    status.unacknowledged = recorded.accepted.count
    status.obstacles = ListFile.allCases.compactMap { list in
      let visible = ReplacementTrial(list, settings: settings).visibleObstacle
      // What everybody can see is asked anew; what only a worker can try stands until it tries again.
      return visible ?? recorded.obstacles.first { $0.list == list && !$0.cause.isVisible }
    }
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
  fileprivate var isVisible: Bool { self == .mount || self == .flag }
}
