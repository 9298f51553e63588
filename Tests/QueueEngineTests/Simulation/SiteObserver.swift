@testable import QueueEngine

/// Looks at a simulated directory in some time zone, with what it has learned or for the first time.
struct SiteObserver {
  /// By what one thing it is fooled; the program by none.
  enum Way {
    case sound
    /// Stamps are local time.
    case localStamps
    /// A holder that writes nothing into its log for five minutes hangs.
    case logIsProgress
    /// A lock that somebody was refused is stale once it is ten minutes old.
    case oldIsStale
  }

  let zone: SimulatedZone
  var way = Way.sound
  /// Whether it remembers what it saw.
  var keepsState = true
  private var memory: LockMemory?
  private var tail: (revision: Int, tail: LogTail)?
  private var seen: (count: Int, at: Timestamp)?
  private var lastDelivery: Timestamp?
  private var lastUnheld: Timestamp?

  init(in zone: SimulatedZone, way: Way = .sound, keepsState: Bool = true) {
    self.zone = zone
    self.way = way
    self.keepsState = keepsState
  }

  mutating func look(at site: SimulatedSite) -> (lock: LockStatus, findings: [Finding]) {
    if !keepsState { (memory, seen, lastDelivery, lastUnheld) = (nil, nil, nil, nil) }
    let now = site.now
    if tail?.revision != site.log.revision {
      let read = site.log.tail(in: zone, at: now, isLocalOnly: way == .localStamps)
      tail = (site.log.revision, read)
    }
    let log = tail?.tail ?? LogTail()
    if let seen, site.contents.pending < seen.count { lastDelivery = now }
    seen = (site.contents.pending, now)
    let lock = judge(site, log)
    let snapshot = picture(of: site, log, lock)
    return (lock, findings(in: snapshot, at: now, settings: LockSamples.settings))
  }

  private mutating func judge(_ site: SimulatedSite, _ log: LogTail) -> LockStatus {
    let now = site.now
    var evidence = site.evidence
    evidence.history = log.history
    evidence.lastDelivery = lastDelivery
    evidence.lastSeenUnheld = lastUnheld
    if way == .logIsProgress { evidence.progress = [:] }
    evidence.memory = memory
    memory = LockMemory.learning(from: evidence, now: now)
    evidence.memory = memory
    var lock = LockVerdict.judge(evidence, settings: LockSamples.settings, now: now)
    if way == .oldIsStale, let written = lock.modifiedAt, now - written > .seconds(600) {
      lock.state = .stale
    }
    if [.idle, .settling, .stale].contains(lock.state) { lastUnheld = now }
    return lock
  }

  private func picture(of site: SimulatedSite, _ log: LogTail, _ lock: LockStatus) -> Snapshot {
    var snapshot = Snapshot(generatedAt: site.now, directory: "/d")
    snapshot.lock = lock
    snapshot.server = site.server
    snapshot.queue = FileReading(state: .ok, content: site.contents)
    snapshot.deadLetters = FileReading(state: .ok, content: DeadLetters())
    snapshot.log = FileReading(state: .ok, content: log, modifiedAt: site.log.modifiedAt)
    snapshot.worker.running = site.evidence.workers
    snapshot.worker.lastActivity = log.lastActivity
    snapshot.worker.lastDeparture = [lastDelivery, site.contents.lastSync].compactMap(\.self).max()
    snapshot.worker.lastRun = log.history.lastEnd?.latest
    snapshot.worker.lastLine = log.lines.last?.text
    return snapshot
  }
}
