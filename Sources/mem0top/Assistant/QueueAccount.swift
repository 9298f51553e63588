internal import QueueEngine

/// What an assistant is told of the queue: the findings with their evidence, and of the server only what
/// our own probe saw, never what the length of the queue or an old file may suggest.
struct QueueAccount: Encodable, Sendable {
  struct Server: Encodable, Sendable {
    let state: ServerState
    /// Whether it is up; `nil` where nobody knows.
    @Nullable var isUp: Bool?
    /// The same in one sentence that may be repeated to a person.
    let statement: String
    /// What the worker's metrics file says, quoted: `vps_status=down`.
    @Nullable var reported: String?
    @Nullable var reportedAt: String?
    let endpoints: [StatusReport.ServerSection.Endpoint]

    enum CodingKeys: String, CodingKey {
      case state, statement, reported, endpoints
      case isUp = "is_up"
      case reportedAt = "reported_at"
    }
  }

  struct Entry: Encodable, Sendable {
    let severity: Severity
    let code: FindingCode
    let summary: String
    let evidence: [String]
    @Nullable var since: String?
    /// The command that mends it, for the person to run or to allow.
    @Nullable var command: String?
  }

  struct DeadLetterCount: Encodable, Sendable {
    let state: FileState
    @Nullable var count: Int?
    @Nullable var due: Int?
  }

  let severity: Severity
  let verdict: String
  let vps: Server
  let findings: [Entry]
  let queue: StatusReport.QueueSection
  let lock: StatusReport.LockSection
  let deadLetters: DeadLetterCount
  @Nullable var nextStep: String?
  let directory: String

  enum CodingKeys: String, CodingKey {
    case severity, verdict, vps, findings, queue, lock, directory
    case deadLetters = "dead_letters"
    case nextStep = "next_step"
  }

  init(_ observation: Observation) {
    let (snapshot, now) = (observation.snapshot, observation.now)
    let first = observation.findings.first
    severity = first?.severity ?? .ok
    verdict = first?.summary ?? "Nothing is wrong"
    nextStep = first?.suggestion?.command
    vps = Server(snapshot)
    findings = observation.findings.map { finding in
      Entry(
        severity: finding.severity,
        code: finding.code,
        summary: finding.summary,
        evidence: finding.evidence,
        since: finding.since?.iso8601,
        command: finding.suggestion?.command
      )
    }
    queue = StatusReport.QueueSection(snapshot.queue, at: now)
    lock = StatusReport.LockSection(snapshot.lock, at: now)
    let letters =
      snapshot.deadLetters.state == .missing ? nil : snapshot.deadLetters.content?.items
    deadLetters = DeadLetterCount(
      state: snapshot.deadLetters.state,
      count: letters?.count,
      due: letters?.count { $0.isDue(at: now) }
    )
    directory = Scrubber.scrub(snapshot.directory)
  }
}

extension QueueAccount.Server {
  init(_ snapshot: Snapshot) {
    let server = snapshot.server
    state = server.state
    isUp =
      switch server.state {
      case .up: true
      case .down: false
      case .degraded, .unknown: nil
      }
    statement = Self.statement(of: server)
    reported = snapshot.metrics.content?.vpsStatus.map { "vps_status=\($0)" }
    reportedAt = snapshot.metrics.content?.lastUpdate?.iso8601
    endpoints = server.endpoints.map(StatusReport.ServerSection.Endpoint.init)
  }

  /// What is known of the server, in one sentence.
  static func statement(of server: ServerStatus) -> String {
    if let rejection = server.rejection {
      return "The VPS answers and refuses us: \(Scrubber.scrub(rejection))"
    }
    switch server.state {
    case .up: return "The VPS is up: it answered our own probe just now."
    case .down: return "The VPS is down: every endpoint failed three probes in a row just now."
    case .degraded:
      let names = server.endpoints.filter { $0.state == .down }.map(\.name)
      return
        "The VPS answers in part: \(names.joined(separator: ", ")) failed three probes in a row."
    case .unknown where server.endpoints.isEmpty:
      return
        "Whether the VPS is up is not known: no server is configured (server.url), so nobody asked."
        + " A long queue does not mean that it is down."
    case .unknown:
      return
        "Whether the VPS is up is not known: it did not answer at once, which alone does not mean"
        + " that it is down; \"mem0top probe\" asks again."
    }
  }
}
