/// The verdict on any lock file, those of other programs too, from one look.
///
/// Nothing is learned from it, unless it is the lock of the directory that is watched.
package struct LockInspection: Sendable {
  /// The verdict and its evidence.
  package let status: LockStatus
  /// What can be done about it, in one sentence; `nil` where nothing need be.
  package let nextStep: String?

  /// Looks at the lock file at an absolute path.
  ///
  /// Beside a queue it is judged as that queue's lock: with its log and its workers. Anywhere else nobody
  /// is known by name, and an empty file that nobody holds is one that programs lock and leave in place.
  ///
  /// - Parameters:
  ///   - path: The lock file.
  ///   - settings: The directory that is watched, and how locks are judged.
  package init(lockAt path: String, like settings: EngineSettings) {
    let isWatched = Self.areSame(path, settings.path(of: \.lock))
    let settings = isWatched ? settings : Self.settings(forLockAt: path, like: settings)
    let now = SystemClock.now
    var log = LogFollower(path: settings.path(of: \.log))
    log.refresh(now: now)
    var observer = LockObserver(settings: settings, remembers: isWatched)
    let lastSync = QueueDecoder.lastSync(settings, now: now)
    status = observer.observe(
      now: now,
      history: RunHistory(log: log.reading, lastSync: lastSync, now: now),
      forceScan: true,
      readsMaps: true
    )
    nextStep =
      switch status.state {
      case .stale: "nobody holds it: its program, or you, may remove \(Scrubber.scrub(path))"
      case .hung: "look at its holder: nothing has moved for too long"
      case .unknown: status.reasonRow?.nextStep
      case .free, .idle, .held, .settling: nil
      }
  }

  /// The settings of the directory in which a lock lies.
  private static func settings(
    forLockAt path: String,
    like settings: EngineSettings
  ) -> EngineSettings {
    var settings = settings
    settings.directory = PathText(path).parent
    settings.files = FileNames()
    settings.files.lock = String(PathText(path).name)
    let lists = [settings.files.queue, settings.files.deadLetters]
    guard !lists.contains(where: { stamp(settings.directory + "/" + $0) != nil }) else {
      return settings
    }
    settings.workerMatch = []
    if settings.lockStyle == .auto, stamp(path)?.size == 0 { settings.lockStyle = .flock }
    return settings
  }

  private static func areSame(_ one: String, _ other: String) -> Bool {
    guard one != other else { return true }
    guard let left = stamp(one), let right = stamp(other) else { return false }
    return left.device == right.device && left.inode == right.inode
  }

  /// The stamp of a file; none where there is no file, or none that we may look at: the verdict says so.
  private static func stamp(_ path: String) -> FileStamp? { try? FileStamp.at(path) }
}
