/// How many items of a project wait.
public struct ProjectCount: Hashable, Codable, Sendable {
  /// The project, scrubbed for display.
  public var project: String
  /// The number of its items.
  public var count: Int

  /// Makes a count.
  public init(project: String, count: Int) {
    self.project = project
    self.count = count
  }
}

/// An item of the queue with an oddity.
public struct FlaggedItem: Hashable, Codable, Sendable {
  /// The item's id, scrubbed; empty where it has none.
  public var id: String
  /// Its oddities.
  public var flags: ItemFlags
  /// Offset into the file of the item's first byte, or of the byte that is wrong.
  public var byteOffset: Int

  /// Makes a flagged item.
  public init(id: String, flags: ItemFlags, byteOffset: Int) {
    self.id = id
    self.flags = flags
    self.byteOffset = byteOffset
  }
}

/// Items of one project that have failed twice or more for one cause.
public struct FailingItems: Hashable, Codable, Sendable {
  /// The project, scrubbed for display; empty where it has none.
  public var project: String
  /// Why they failed last, as the file says; `nil` where it does not.
  public var cause: String?
  /// How many there are.
  public var count = 0
  /// How often the one has failed that has failed most.
  public var mostFailures = 0
  /// The time stamp of the oldest of them.
  public var oldest: Timestamp?

  /// Makes a group without items.
  public init(project: String, cause: String?) {
    self.project = project
    self.cause = cause
  }

  /// Counts an item.
  package mutating func add(_ failures: Int, _ time: Timestamp?) {
    count += 1
    mostFailures = max(mostFailures, failures)
    if let time { oldest = min(oldest ?? time, time) }
  }
}

/// The items that wait for their first delivery.
public struct QueueContents: Codable, Sendable, Hashable {
  /// How many items wait.
  public var pending = 0
  /// The time stamp of the oldest item.
  public var oldest: Timestamp?
  /// The projects with the number of their items, most first.
  public var projects: [ProjectCount] = []
  /// How many items an older worker has given up, in `failed`: they do not wait.
  public var failedCount = 0
  /// Items that have failed twice or more, by project and cause, most first.
  public var failing: [FailingItems] = []
  /// When something was last delivered, as `stats` say.
  public var lastSync: Timestamp?
  /// How many items have an oddity.
  public var flaggedCount = 0
  /// The first 100 items with an oddity.
  public var flagged: [FlaggedItem] = []
  /// Remarks on the file as a whole (a byte order mark, a mode that lets others read), one sentence each.
  public var remarks: [String] = []
  /// A trace of each item, sorted, by which two readings are compared; not part of JSON.
  package var traces: [ItemTrace] = []

  enum CodingKeys: String, CodingKey {
    case pending, oldest, projects, failing, failedCount, lastSync, flaggedCount, flagged, remarks
  }

  /// Makes an empty queue.
  public init() {}
}

/// How many items came into the queue and left it, and how many deliveries failed, since its reader began to
/// watch.
///
/// They are told by their ids, so an item that comes while another goes counts as both; one that came
/// and went between two readings was never seen and is not counted.
public struct QueueTraffic: Codable, Sendable, Hashable {
  /// Items that came.
  public var arrived = 0
  /// Items that left the queue: delivered, moved to the dead letters, or removed.
  public var left = 0
  /// Items that left queue or dead letters and are in neither: delivered, or removed by hand.
  public var delivered = 0
  /// Deliveries that failed, of items in the queue and of dead letters.
  public var failed = 0
  /// Items that left the queue for the dead letters.
  public var moved = 0

  /// Makes the traffic of a queue that was read once.
  public init() {}
}

/// The items that failed five deliveries.
public struct DeadLetters: Codable, Sendable, Hashable {
  /// The items, in the order of the file.
  public var items: [DeadLetter] = [] {
    didSet { suspects = items.indices.filter { items[$0].isSuspect } }
  }

  /// Indices of the items that a finding may be about, noted once so that each second is cheap.
  package private(set) var suspects: [Int] = []
  /// When the file says that it was last written, read as local time where no zone is given.
  public var lastUpdate: Timestamp?
  /// Remarks on the file as a whole, one sentence each.
  public var remarks: [String] = []

  enum CodingKeys: String, CodingKey {
    case items, lastUpdate, remarks
  }

  /// Makes an empty dead-letter queue.
  public init() {}

  /// Reads what was written; which items a finding may be about is found out anew.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let items = try container.decode([DeadLetter].self, forKey: .items)
    self.items = items
    suspects = items.indices.filter { items[$0].isSuspect }
    lastUpdate = try container.decodeIfPresent(Timestamp.self, forKey: .lastUpdate)
    remarks = try container.decode([String].self, forKey: .remarks)
  }
}

/// The workers that run, and what was last seen of them.
public struct WorkerStatus: Codable, Sendable, Hashable {
  /// Running workers.
  public var running: [RunningProcess] = []
  /// When a worker last wrote its log or its metrics; what says only that it could not work does not count.
  public var lastActivity: Timestamp?
  /// When something last left the queue or the dead letters, as we saw or as `stats` say.
  public var lastDeparture: Timestamp?
  /// When a run last ended, that of one that failed as a whole among them.
  public var lastRun: Timestamp?
  /// The last line that a worker wrote, scrubbed.
  public var lastLine: String?

  /// Makes a status without a worker.
  public init() {}
}

/// The end of the worker's log.
public struct LogTail: Codable, Sendable, Hashable {
  /// The size of the whole log, in bytes.
  public var bytes = 0
  /// The last lines, oldest first, scrubbed, as many as the reader keeps.
  public var lines: [LogLine] = []
  /// Counts up with each line ever read, so that a view can stay where it was.
  public var lineNumberOfFirst = 0
  /// When a worker was last refused the lock, where that can be told.
  public var lastRefusal: Timestamp?
  /// When a worker last wrote a line that says more than that it could not work, as far as can be told.
  public var lastActivity: Timestamp?
  /// What it says of the runs that the lock was for.
  public var history = RunHistory()

  /// Makes an empty log.
  public init() {}
}

/// Everything that was seen of one directory at one moment.
///
/// It is plain data: findings, dashboard and command line are functions of it and of the clock.
public struct Snapshot: Codable, Sendable {
  /// When it was made.
  public var generatedAt: Timestamp
  /// The directory that was looked at, resolved.
  public var directory: String
  /// What the files are called.
  public var files = FileNames()
  /// Why there is nothing to see at `directory`; `nil` where it is a directory that we may read.
  public var directoryProblem: DirectoryProblem?
  /// When a name last came into the directory or left it, as its own time says.
  ///
  /// Where there is no directory or it may not be read, the time of what says so. At most `generatedAt`.
  public var directoryChangedAt: Timestamp?
  /// The server, by our own probe.
  public var server = ServerStatus()
  /// The queue file.
  public var queue = FileReading<QueueContents>()
  /// What came into the queue and left it.
  public var traffic = QueueTraffic()
  /// The lock.
  public var lock = LockStatus()
  /// Nobody has looked at the lock yet, so `lock` says nothing and nothing may be concluded from it.
  public var isLockAwaited = false
  /// The dead-letter file.
  public var deadLetters = FileReading<DeadLetters>()
  /// The metrics file.
  public var metrics = FileReading<Metrics>()
  /// The workers.
  public var worker = WorkerStatus()
  /// The worker's log.
  public var log = FileReading<LogTail>()
  /// What keeps deliveries from being noted in the files.
  public var acknowledgement = AcknowledgementStatus()
  /// What waits in the emergency file.
  public var emergency = EmergencyStatus()
  /// Copies of the files that hold memories which stand nowhere else.
  public var strays: [StrayCopy] = []
  /// Remarks on the directory as a whole, such as copies that could not be kept.
  public var remarks: [String] = []

  /// Makes a snapshot in which nothing was seen yet.
  public init(generatedAt: Timestamp, directory: String) {
    self.generatedAt = generatedAt
    self.directory = directory
  }
}

/// Why there is nothing to see in a directory.
public enum DirectoryProblem: Hashable, Codable, Sendable {
  /// There is nothing at the path.
  case missing
  /// What is at the path is no directory.
  case notADirectory
  /// The system refused to let us read it; the text says why.
  case unreadable(String)
}
