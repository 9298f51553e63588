/// Looks at the lock at the moment of acting, with nothing believed that was seen before.
///
/// It gathers for itself what else the verdict needs: what the log says of the runs.
struct LockExamination: ~Copyable {
  private let settings: EngineSettings
  private var observer: LockObserver
  private var log: LogFollower
  private let knownRefusal: Timestamp?
  /// When the queue was last worked on by its own figures, and the file that said so.
  private var (queueStamp, lastSync): (FileStamp?, Timestamp?)

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
  ///
  /// `former` is what a lock that we have taken over to clear it held before.
  mutating func look(
    forceScan: Bool = true,
    readsMaps: Bool = false,
    former: [UInt8]? = nil
  ) -> LockStatus {
    let now = SystemClock.now
    log.refresh(now: now)
    // A large queue takes long to read, and who waits for the lock looks again and again.
    let stamp = try? FileStamp.at(settings.path(of: \.queue))
    if stamp != queueStamp {
      (queueStamp, lastSync) = (stamp, QueueDecoder.lastSync(settings, now: now))
    }
    var history = RunHistory(log: log.reading, lastSync: lastSync, now: now)
    if let knownRefusal { history.date(refusal: knownRefusal) }
    return observer.observe(
      now: now,
      history: history,
      forceScan: forceScan,
      readsMaps: readsMaps,
      former: former
    )
  }
}
