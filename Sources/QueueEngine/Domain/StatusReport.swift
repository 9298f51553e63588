/// What `status --json` prints: schema 1, made from a snapshot and its findings.
///
/// Programs depend on it: fields may be added, never renamed, and what is not known is an explicit
/// `null`. Lists and maps are empty where nothing is known.
package struct StatusReport: Encodable, Sendable {
  /// How many of the log's last lines the report holds.
  private static let mostLogLines = 20

  let schema = 1
  let generatedAt: String
  let directory: String
  let findings: [FindingEntry]
  let server: ServerSection
  let queue: QueueSection
  let lock: LockSection
  let deadLetters: DeadLetterSection
  let emergency: EmergencySection
  let strays: [StrayEntry]
  let metrics: MetricsSection
  let worker: WorkerSection
  let log: LogSection

  enum CodingKeys: String, CodingKey {
    case schema, directory, findings, queue, lock, emergency, metrics, worker, log
    case generatedAt = "generated_at"
    case server = "vps"
    case deadLetters = "dlq"
    case strays = "stray_copies"
  }

  /// Makes the report of a snapshot as it stands at `now`.
  ///
  /// - Parameters:
  ///   - snapshot: What was seen.
  ///   - findings: What is wrong in it.
  ///   - now: The moment.
  ///   - key: The key of an action on the dashboard; `nil` where none is bound to it.
  package init(
    _ snapshot: Snapshot,
    findings: [Finding],
    at now: Timestamp,
    key: (ActionKind) -> String?
  ) {
    generatedAt = now.iso8601
    directory = Scrubber.scrub(snapshot.directory)
    self.findings = findings.map { FindingEntry($0, key: key) }
    server = ServerSection(snapshot.server, metrics: snapshot.metrics.content)
    queue = QueueSection(snapshot.queue, at: now)
    lock = LockSection(snapshot.lock, at: now)
    let causes = CauseIndex(snapshot.log.content?.lines ?? [])
    deadLetters = DeadLetterSection(snapshot.deadLetters, causes: causes, at: now)
    emergency = EmergencySection(snapshot.emergency)
    strays = snapshot.strays.map { StrayEntry(file: Scrubber.scrub($0.path), items: $0.items) }
    metrics = MetricsSection(snapshot.metrics)
    worker = WorkerSection(snapshot.worker)
    log = LogSection(snapshot.log, mostLines: Self.mostLogLines)
  }
}

/// A value that is written as `null` where it is absent; synthesized encoding would leave it out.
@propertyWrapper
package struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
  private var value: Value?

  package var wrappedValue: Value? {
    get { value }
    set { value = newValue }
  }

  package init(wrappedValue: Value?) {
    value = wrappedValue
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value {
      try container.encode(value)
    } else {
      try container.encodeNil()
    }
  }
}

extension StatusReport {
  package struct FindingEntry: Encodable, Sendable {
    struct Way: Encodable, Sendable {
      let action: ActionKind
      @Nullable var key: String?
      @Nullable var command: String?
    }

    let severity: Severity
    let code: FindingCode
    let summary: String
    let evidence: [String]
    /// Whole seconds since 1970.
    @Nullable var since: Int?
    @Nullable var suggestion: Way?

    package init(_ finding: Finding, key: (ActionKind) -> String?) {
      severity = finding.severity
      code = finding.code
      summary = finding.summary
      evidence = finding.evidence
      since = finding.since.flatMap { Int(exactly: $0.secondsSinceEpoch.rounded(.down)) }
      suggestion = finding.suggestion.map {
        Way(action: $0.action, key: key($0.action), command: $0.command)
      }
    }
  }

  /// The server, by our own probe.
  package struct ServerSection: Encodable, Sendable {
    let state: ServerState
    @Nullable var reported: String?
    @Nullable var reportedAt: String?
    let endpoints: [Endpoint]

    /// One endpoint, as it answered last.
    package struct Endpoint: Encodable, Sendable {
      let name: String
      let url: String
      @Nullable var httpStatus: Int?
      @Nullable var latencyMilliseconds: Int?
      @Nullable var error: String?

      enum CodingKeys: String, CodingKey {
        case name, url, error
        case httpStatus = "http_status"
        case latencyMilliseconds = "latency_ms"
      }

      /// What is known of an endpoint.
      package init(_ endpoint: EndpointStatus) {
        name = endpoint.name
        url = endpoint.url
        httpStatus = endpoint.httpStatus
        latencyMilliseconds = endpoint.latency?.wholeMilliseconds
        error = endpoint.error
      }
    }

    enum CodingKeys: String, CodingKey {
      case state, reported, endpoints
      case reportedAt = "reported_at"
    }

    init(_ status: ServerStatus, metrics: Metrics?) {
      state = status.state
      reported = metrics?.vpsStatus
      reportedAt = metrics?.lastUpdate?.iso8601
      endpoints = status.endpoints.map(Endpoint.init)
    }
  }

  /// The lock; `unlock --json` tells it, too.
  package struct LockSection: Encodable, Sendable {
    let state: LockState
    @Nullable var reason: LockReason?
    let clearable: Bool
    @Nullable var age: Int?
    @Nullable var pid: Int32?
    @Nullable var process: ProcessEntry?
    let holders: [ProcessEntry]

    enum CodingKeys: String, CodingKey {
      case state, reason, clearable, pid, process, holders
      case age = "age_s"
    }

    /// The lock as it stands at `now`.
    package init(_ lock: LockStatus, at now: Timestamp) {
      state = lock.state
      reason = lock.reason
      clearable = lock.isClearable
      age = lock.since.map { (now - $0).wholeSeconds }
      pid = lock.pid
      process = lock.process.map(ProcessEntry.init)
      holders = lock.holders.map(ProcessEntry.init)
    }
  }

  struct ProcessEntry: Encodable, Sendable {
    let pid: Int32
    let command: String

    init(_ process: RunningProcess) {
      pid = process.pid
      command = process.command
    }
  }

  struct WorkerSection: Encodable, Sendable {
    let running: [ProcessEntry]
    @Nullable var lastActivity: String?
    @Nullable var lastLine: String?

    enum CodingKeys: String, CodingKey {
      case running
      case lastActivity = "last_activity"
      case lastLine = "last_line"
    }

    init(_ worker: WorkerStatus) {
      running = worker.running.map(ProcessEntry.init)
      lastActivity = worker.lastActivity?.iso8601
      lastLine = worker.lastLine
    }
  }
}
