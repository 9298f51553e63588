extension StatusReport {
  /// The queue; an assistant is told it, too.
  package struct QueueSection: Encodable, Sendable {
    let state: FileState
    @Nullable var pending: Int?
    @Nullable var oldestAge: Int?
    let projects: [String: Int]
    @Nullable var flagged: Int?
    /// How many items an older worker has given up, in the list `failed`.
    @Nullable var failed: Int?
    @Nullable var error: String?
    /// What is odd about the file as a whole.
    let remarks: [String]

    enum CodingKeys: String, CodingKey {
      case state, pending, projects, flagged, failed, error, remarks
      case oldestAge = "oldest_age_s"
    }

    /// The queue as it stands at `now`.
    package init(_ reading: FileReading<QueueContents>, at now: Timestamp) {
      let content = reading.content
      state = reading.state
      pending = content?.pending
      oldestAge = content?.oldest.map { (now - $0).wholeSeconds }
      projects = (content?.projects ?? []).reduce(into: [:]) {
        $0[$1.project, default: 0] += $1.count
      }
      flagged = content?.flaggedCount
      failed = content?.failedCount
      error = reading.problem?.message
      remarks = content?.remarks ?? []
    }
  }

  struct DeadLetterSection: Encodable, Sendable {
    let state: FileState
    @Nullable var size: Int?
    @Nullable var due: Int?
    @Nullable var nextDueIn: Int?
    let projects: [String: Int]
    let retries: [String: Int]
    @Nullable var flagged: Int?
    @Nullable var error: String?
    /// What is odd about the file as a whole.
    let remarks: [String]
    let items: [DeadLetterEntry]

    enum CodingKeys: String, CodingKey {
      case state, size, due, projects, retries, flagged, error, remarks, items
      case nextDueIn = "next_due_in_s"
    }

    init(_ reading: FileReading<DeadLetters>, causes: CauseIndex, at now: Timestamp) {
      let letters = reading.content?.items ?? []
      let isKnown = reading.content != nil
      state = reading.state
      items = letters.map { DeadLetterEntry($0, cause: causes.cause(of: $0), at: now) }
      size = isKnown ? letters.count : nil
      due = isKnown ? items.count { $0.dueIn == 0 } : nil
      nextDueIn = items.lazy.map(\.dueIn).filter { $0 > 0 }.min()
      projects = letters.reduce(into: [:]) { $0[$1.project, default: 0] += 1 }
      retries = letters.reduce(into: [:]) { $0[String($1.retryCount), default: 0] += 1 }
      flagged = isKnown ? letters.count { !$0.flags.isEmpty } : nil
      error = reading.problem?.message
      remarks = reading.content?.remarks ?? []
    }
  }

  /// A dead letter as `status --json` and `dlq list --json` show it.
  package struct DeadLetterEntry: Encodable, Sendable {
    let id: String
    let project: String
    let retryCount: Int
    @Nullable var lastAttempt: Double?
    let delay: Int
    /// Whole seconds until it is due, rounded up, so that it is 0 exactly if it is due.
    package let dueIn: Int
    @Nullable var movedAt: Double?
    /// Why it failed last: as the item says, else as the log does.
    @Nullable var lastError: String?
    let contentBytes: Int
    let flags: [String]

    enum CodingKeys: String, CodingKey {
      case id, flags
      case project = "project_id"
      case retryCount = "retry_count"
      case lastAttempt = "last_attempt"
      case delay = "delay_s"
      case dueIn = "due_in_s"
      case movedAt = "moved_to_dlq_at"
      case lastError = "last_error"
      case contentBytes = "content_bytes"
    }

    package init(_ letter: DeadLetter, cause: String?, at now: Timestamp) {
      id = letter.key.id
      project = letter.project
      retryCount = letter.retryCount
      lastAttempt = Self.finite(letter.lastAttempt)
      delay = Backoff.delay(retryCount: letter.retryCount).wholeSeconds
      let wait = letter.dueAt - now
      dueIn = wait <= .zero ? 0 : Int(wait.seconds.rounded(.up))
      movedAt = letter.movedAt.flatMap(Self.finite)
      lastError = cause
      contentBytes = letter.contentBytes
      flags = letter.flags.names
    }

    /// The seconds of a moment, which JSON can only hold where they are finite (a file may say `1e400`).
    fileprivate static func finite(_ moment: Timestamp) -> Double? {
      moment.secondsSinceEpoch.isFinite ? moment.secondsSinceEpoch : nil
    }
  }

  /// A memory of the queue as `queue list --json` shows it.
  package struct QueuedEntry: Encodable, Sendable {
    let id: String
    let project: String
    let retries: Int
    @Nullable var queuedAt: Double?
    @Nullable var age: Int?
    /// Why it failed last: as the item says, else as the log does.
    @Nullable var lastError: String?
    let contentBytes: Int
    let flags: [String]

    enum CodingKeys: String, CodingKey {
      case id, retries, flags
      case project = "project_id"
      case queuedAt = "timestamp"
      case age = "age_s"
      case lastError = "last_error"
      case contentBytes = "content_bytes"
    }

    package init(_ item: QueuedItem, cause: String?, at now: Timestamp) {
      id = item.key.id
      project = item.project
      retries = item.retryCount
      let moment = item.movedAt.flatMap { DeadLetterEntry.finite($0) == nil ? nil : $0 }
      queuedAt = moment?.secondsSinceEpoch
      age = moment.map { max((now - $0).wholeSeconds, 0) }
      lastError = cause
      contentBytes = item.contentBytes
      flags = item.flags.names
    }
  }

  /// What waits where no worker looks.
  struct EmergencySection: Encodable, Sendable {
    let items: Int
    /// How many lines are no items.
    let otherLines: Int
    let files: [String]
    @Nullable var error: String?

    enum CodingKeys: String, CodingKey {
      case items, files, error
      case otherLines = "other_lines"
    }

    init(_ status: EmergencyStatus) {
      items = status.items
      otherLines = status.otherLines
      files = status.files
      error = status.problems.first
    }
  }

  /// A backup or conflict copy that holds what no other file has.
  struct StrayEntry: Encodable, Sendable {
    let file: String
    let items: Int
  }

  struct MetricsSection: Encodable, Sendable {
    let state: FileState
    let fields: MetricsFields
    let error: String?

    enum CodingKeys: String, CodingKey {
      case state, error
    }

    init(_ reading: FileReading<Metrics>) {
      state = reading.state
      fields = MetricsFields(reading.content, fields: MetricsField.all.filter(\.isInStatus))
      error = reading.problem?.message
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(state, forKey: .state)
      try container.encode(error, forKey: .error)
      try fields.encode(to: encoder)
    }
  }

  struct LogSection: Encodable, Sendable {
    let state: FileState
    @Nullable var bytes: Int?
    let lastLines: [String]
    @Nullable var error: String?

    enum CodingKeys: String, CodingKey {
      case state, bytes, error
      case lastLines = "last_lines"
    }

    init(_ reading: FileReading<LogTail>, mostLines: Int) {
      state = reading.state
      bytes = reading.content?.bytes
      lastLines = (reading.content?.lines ?? []).suffix(mostLines).map(\.text)
      error = reading.problem?.message
    }
  }
}
