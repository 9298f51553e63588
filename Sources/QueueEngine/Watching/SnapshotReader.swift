internal import CLibrary
internal import LosslessJSON

/// Reads one directory into snapshots, and only what changed since the last one.
///
/// One reader belongs to one thread of control. The server is not its business: the caller sets
/// `Snapshot.server` from a health probe.
public struct SnapshotReader: ~Copyable {
  private let settings: EngineSettings
  private var queue: WatchedFile<QueueContents>
  private var deadLetters: WatchedFile<DeadLetters>
  /// The queue item by item, while somebody looks at it so.
  private var queuedItems: WatchedFile<[QueuedItem]>?
  private var metrics: WatchedFile<Metrics>
  private var log: LogFollower
  private var lock: LockObserver
  private var traffic = QueueTrafficCounter()
  private var copies: [CopyKeeper] = []
  private var sources: SourceReader
  private var deadLetterCount: Int?
  private var lastDelivery: Timestamp?
  private var acknowledgement: AcknowledgementReader
  /// Since when there is nothing to see at the path, as far as we know.
  private var trouble: (problem: DirectoryProblem, since: Timestamp)?

  /// Makes a reader of the directory in `settings`; nothing is read yet.
  ///
  /// With `keepsCopies`, the last valid versions of queue and dead letters are copied into our state
  /// directory, at most once a minute, so that a file that is destroyed can be recovered.
  public init(settings: EngineSettings, keepsCopies: Bool = false) {
    self.settings = settings
    if keepsCopies { copies = ListFile.allCases.map { CopyKeeper($0, settings: settings) } }
    queue = WatchedFile(path: settings.path(of: \.queue)) {
      bytes,
      name,
      now,
      writtenAt throws(DecodingProblem) in
      try QueueDecoder.decode(bytes, file: name, now: now, writtenAt: writtenAt)
    }
    deadLetters = WatchedFile(path: settings.path(of: \.deadLetters)) {
      bytes,
      name,
      now,
      writtenAt throws(DecodingProblem) in
      var letters = try DeadLetterDecoder.decode(bytes, file: name, now: now, writtenAt: writtenAt)
      FirstSights.of(letters, in: settings).date(&letters)
      return letters
    }
    metrics = WatchedFile(path: settings.path(of: \.metrics)) {
      bytes,
      name,
      _,
      writtenAt throws(DecodingProblem) in
      try MetricsDecoder.decode(bytes, file: name, writtenAt: writtenAt)
    }
    log = LogFollower(path: settings.path(of: \.log))
    lock = LockObserver(settings: settings)
    acknowledgement = AcknowledgementReader(settings: settings)
    sources = SourceReader(settings: settings)
  }

  /// Whether a file looked torn, as if it were being rewritten, and should be read again in 20 ms.
  public var wantsAnotherTry: Bool {
    queue.wantsAnotherTry || deadLetters.wantsAnotherTry || metrics.wantsAnotherTry
  }

  /// When all processes were last looked at.
  package var surveyedAt: Timestamp? { lock.surveyedAt }

  /// Looks at what a first frame shows: the files, of the log its last lines, and not the lock, which
  /// the snapshot says is awaited.
  ///
  /// The kernel's table of locks keeps who reads it alone waiting for 8 to 36 ms, and a whole log takes
  /// some milliseconds.
  public mutating func readForFirstFrame(now: Timestamp) -> Snapshot {
    var snapshot = readFiles(now: now)
    var end = LogFollower(path: settings.path(of: \.log), window: LogFollower.firstFrameWindow)
    end.refresh(now: now)
    snapshot.log = end.reading
    snapshot.isLockAwaited = true
    return snapshot
  }

  private mutating func readFiles(now: Timestamp) -> Snapshot {
    queue.refresh(now: now)
    deadLetters.refresh(now: now)
    noteDeliveries()
    metrics.refresh(now: now)

    var snapshot = Snapshot(generatedAt: now, directory: settings.directory)
    snapshot.files = settings.files
    (snapshot.directoryProblem, snapshot.directoryChangedAt) = directory(now)
    snapshot.queue = explained(queue.reading, .queue)
    snapshot.traffic = traffic.traffic
    snapshot.deadLetters = explained(deadLetters.reading, .deadLetters)
    if let exposure = queue.exposure { snapshot.queue.content?.remarks.append(exposure) }
    if let exposure = deadLetters.exposure {
      snapshot.deadLetters.content?.remarks.append(exposure)
    }
    snapshot.metrics = metrics.reading
    return snapshot
  }

  /// Looks at everything; a file that did not change costs one `stat`.
  public mutating func read(now: Timestamp) -> Snapshot {
    var snapshot = readFiles(now: now)
    log.refresh(now: now)
    snapshot.log = log.reading
    snapshot.lock = lock.observe(
      now: now,
      history: RunHistory(
        log: log.reading,
        lastSync: queue.reading.content?.lastSync,
        now: now
      ),
      lastDelivery: lastDelivery
    )
    snapshot.worker = workerStatus
    for index in copies.indices {
      let stamp = copies[index].list == .queue ? queue.contentStamp : deadLetters.contentStamp
      copies[index].keep(stamp, now: now)
    }
    snapshot.acknowledgement = acknowledgement.read(now: now)
    (snapshot.emergency, snapshot.strays) = sources.read(now: now)
    snapshot.remarks = copies.compactMap(\.problem)
    return snapshot
  }

  /// A reading that says so where a cut write of ours is why the file does not parse.
  private func explained<Content>(
    _ reading: FileReading<Content>,
    _ list: ListFile
  ) -> FileReading<Content> {
    guard reading.state == .corrupt, InPlaceWrite.isWaiting(list, settings) else { return reading }
    var reading = reading
    let name = PathText(settings.path(of: list.file)).shownName
    reading.problem = ReadProblem(
      "\(name) was cut while mem0top wrote it; the whole new version lies beside it, and the next"
        + " change or \"mem0top recover\" puts it in place",
      byteOffset: reading.problem?.byteOffset
    )
    reading.problem?.cause = .cutWrite
    return reading
  }

  /// Notes when something leaves queue or dead letters: a holder that acknowledges deliveries gets on.
  private mutating func noteDeliveries() {
    let (left, size) = (traffic.traffic.left, deadLetterCount)
    traffic.note(queue.reading, deadLetters.reading)
    deadLetterCount = deadLetters.reading.content?.items.count ?? deadLetterCount
    if traffic.traffic.left > left {
      lastDelivery = queue.reading.modifiedAt
    } else if let size, let now = deadLetterCount, now < size {
      lastDelivery = deadLetters.reading.modifiedAt
    }
  }

  /// When something last left queue or dead letters: as we saw, or as `stats` say.
  private var lastDeparture: Timestamp? {
    [lastDelivery, queue.reading.content?.lastSync].compactMap { $0 }.max()
  }

  /// Reads until no file looks torn, for two seconds at most, with a pause between the tries.
  public mutating func readSettled(clock: () -> Timestamp) -> Snapshot {
    var snapshot = read(now: clock())
    let timeout = clock() + .seconds(2)
    while wantsAnotherTry, clock() < timeout {
      TornFile.rest()
      snapshot = read(now: clock())
    }
    return snapshot
  }

  /// The items of the queue, as its file has them now; they are kept until `forgetQueuedItems`.
  package mutating func readQueuedItems(now: Timestamp) -> FileReading<[QueuedItem]> {
    var file =
      queuedItems
      ?? WatchedFile(path: settings.path(of: \.queue)) {
        bytes,
        name,
        now,
        _ throws(DecodingProblem) in
        try QueuedItemDecoder.decode(bytes, file: name, now: now)
      }
    file.refresh(now: now)
    queuedItems = file
    return file.reading
  }

  /// Keeps no items of the queue any more.
  package mutating func forgetQueuedItems() { queuedItems = nil }

  /// One item whole, read from where it stood in its list's file.
  public func detail(of item: DeadLetter, in list: ListFile = .deadLetters) -> ItemDetail {
    do {
      let file = try OpenFile(path: settings.path(of: list.file))
      let known = list == .queue ? queuedItems?.contentStamp : deadLetters.contentStamp
      guard file.stamp == known else {
        return ItemDetail(key: item.key, problem: "The file has just changed; open the item again.")
      }
      let bytes = try file.read(at: item.byteRange.lowerBound, count: item.byteRange.count)
      return ItemDecoder.detail(of: item, bytes: bytes)
    } catch {
      return ItemDetail(key: item.key, problem: "\(error).")
    }
  }

  /// Reads the contents of items in one pass; of none where the file has changed since they were read.
  package func forEachContent(
    of items: [DeadLetter],
    in list: ListFile,
    _ take: (ItemKey, String) -> Void
  ) throws(SystemError) {
    let file = try OpenFile(path: settings.path(of: list.file))
    let known = list == .queue ? queuedItems?.contentStamp : deadLetters.contentStamp
    guard file.stamp == known else { return }
    let text = JSONText(try file.readAll())
    for item in items {
      let content = ItemMembers.read(text, at: item.byteRange.lowerBound) { members, cursor in
        members[.content].map { cursor.string(of: $0) }
      }
      if let content { take(item.key, content) }
    }
  }

  private var workerStatus: WorkerStatus {
    var status = WorkerStatus()
    status.running = lock.workers
    status.lastActivity = [
      metrics.reading.content?.lastUpdate, log.reading.content?.lastActivity,
      queue.reading.content?.lastSync,
    ]
    .compactMap { $0 }.max()
    status.lastDeparture = lastDeparture
    status.lastRun = log.reading.content?.history.lastEnd?.latest
    status.lastLine = log.reading.content?.lines.last?.text
    return status
  }

  /// What is wrong with the directory, and since when it is as it is.
  private mutating func directory(_ now: Timestamp) -> (DirectoryProblem?, Timestamp?) {
    guard let problem = directoryProblem() else {
      trouble = nil
      return (nil, (try? FileStamp.at(settings.directory)).map { min($0.modifiedAt, now) })
    }
    if trouble?.problem != problem {
      trouble = (problem, FileStamp.changeMoment(at: settings.directory, now: now) ?? now)
    }
    return (problem, trouble?.since)
  }

  private func directoryProblem() -> DirectoryProblem? {
    do {
      guard try FileStamp.at(settings.directory).isDirectory else { return .notADirectory }
      guard access(settings.directory, R_OK | X_OK) == 0 else {
        let error = SystemError(code: errno, attempt: "read", path: settings.directory)
        return .unreadable(error.reason)
      }
      return nil
    } catch {
      return error.isMissing ? .missing : .unreadable(error.reason)
    }
  }
}
