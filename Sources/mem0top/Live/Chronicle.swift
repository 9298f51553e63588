internal import QueueEngine

/// What a program that watches a directory keeps of it: the figures of the past, and the incidents.
///
/// Several programs may do so at once: one of them records, and of an incident each notes only what the
/// others have not.
final class Chronicle {
  /// What a look has brought.
  struct News: Sendable {
    /// All incidents, where they are others than before.
    var incidents: [Incident]?
    /// What is to be told of by the ways of this program.
    var alerts: [IncidentNews] = []
  }

  private static let leastRest = Duration.seconds(1)

  private let settings: EngineSettings
  private let alerts: AlertSettings
  private let channels: Set<AlertChannel>
  private var files: FigureRecorder
  private var server: FigureRecorder
  private var sampler = FigureSampler()
  private var incidents: IncidentLog
  private var watchedUntil: Timestamp?
  private var judgedAt: Timestamp?
  /// What was wrong when that was judged last.
  private(set) var findings: [Finding] = []

  /// Makes it ready; nothing is read or created yet.
  ///
  /// - Parameters:
  ///   - configuration: What is watched, and by which ways somebody is to be told.
  ///   - channels: The ways by which this program can tell somebody of an incident.
  init(_ configuration: Configuration, channels: Set<AlertChannel>) {
    settings = configuration.engine
    alerts = configuration.alerts
    self.channels = configuration.alerts.channels.intersection(channels)
    files = FigureRecorder(settings: configuration.engine, subject: .files)
    server = FigureRecorder(settings: configuration.engine, subject: .server)
    incidents = IncidentLog(settings: configuration.engine)
  }

  /// Reads what was recorded by now, and the incidents.
  func load(now: Timestamp) -> (figures: [FigureSeries], incidents: [Incident]) {
    let state = StateDirectory(settings: settings)
    let figures = FigureSubject.allCases.flatMap { subject in
      FigureGrain.allCases.map { FigureRing.series(subject, $0, in: state, now: now) }
    }
    watchedUntil = figures.compactMap(\.end).max().map { min($0, now) }
    _ = incidents.refresh()
    return (figures, incidents.book.incidents)
  }

  /// Takes a snapshot as it is now: its figures each time, its findings at most once a second.
  func note(_ snapshot: Snapshot, at now: Timestamp) -> News {
    files.note(sampler.files(snapshot, at: now), at: now)
    server.note(sampler.server(snapshot.server, at: now), at: now)
    if let judgedAt, now >= judgedAt, now - judgedAt < Self.leastRest { return News() }
    judgedAt = now
    findings = QueueEngine.findings(in: snapshot, at: now, settings: settings)
    return note(findings, of: snapshot, at: now)
  }

  /// Takes the findings of a snapshot.
  func note(_ findings: [Finding], of snapshot: Snapshot, at now: Timestamp) -> News {
    var news = News()
    let isOther = incidents.note(
      findings,
      knowsServer: snapshot.server.isCertain,
      watchedUntil: watchedUntil,
      now: now
    )
    if isOther { news.incidents = incidents.book.incidents }
    news.alerts = incidents.claim(channels, from: alerts.severity.least, at: now)
    return news
  }

  /// Writes what is under way; another program may record from then on.
  func close() {
    files.close()
    server.close()
  }

  /// What could not be kept, one sentence each.
  var remarks: [String] {
    let figures = [files.problem, server.problem].compactMap { $0 }.first
    return [
      figures.map { "The past is not recorded. \($0)." },
      incidents.problem.map { "Incidents are not kept. \($0)." },
    ].compactMap { $0 }
  }
}

extension ServerStatus {
  /// Whether more probes would not say anything else of it; also where none is set.
  fileprivate var isCertain: Bool {
    endpoints.isEmpty || rejection != nil || state != .unknown && !isUncertain
  }
}
