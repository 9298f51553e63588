/// Looks at the lock at the moment of acting, with nothing believed that was seen before.
///
/// It gathers for itself what else the verdict needs: when a worker was refused and when something
/// last moved.
struct LockExamination: ~Copyable {
  private let settings: EngineSettings
  private var observer: LockObserver
  private var log: LogFollower
  private let knownRefusal: Timestamp?

  /// Makes an examination; nothing is looked at yet.
  ///
  /// `knownRefusal` is when a worker was refused, as the person saw it: a line of the log without a
  /// time can be dated only by those who saw it come.
  init(settings: EngineSettings, knownRefusal: Timestamp? = nil) {
    self.settings = settings
    self.knownRefusal = knownRefusal
    observer = LockObserver(settings: settings)
    log = LogFollower(path: settings.path(of: \.log))
  }

  /// The evidence behind the last verdict.
  var evidence: LockEvidence { observer.lastEvidence }

  /// The verdict now, by default with a new pass over all processes.
  mutating func look(forceScan: Bool = true) -> LockStatus {
    let now = SystemClock.now
    log.refresh(now: now)
    let refusals = [log.reading.content?.lastRefusal, knownRefusal].compactMap { $0 }
    return observer.observe(
      now: now,
      lastRefusal: refusals.max(),
      lastProgress: lastProgress,
      forceScan: forceScan
    )
  }

  /// Makes all looks from now on expect that we write into the lock ourselves.
  mutating func expectOwnChange() {
    observer.expectOwnChange()
  }

  private var lastProgress: Timestamp? {
    let moved = [settings.path(of: \.queue), settings.path(of: \.deadLetters)].compactMap { path in
      // A file that cannot be seen proves no progress; the snapshot says so where it matters.
      try? FileStamp.at(path).modifiedAt
    }
    return (moved + [log.reading.modifiedAt].compactMap { $0 }).max()
  }
}
