internal import Dashboard
internal import Mem0Client
internal import QueueEngine

/// A snapshot with what is wrong in it, as the commands show it.
struct Observation: Sendable {
  let snapshot: Snapshot
  let findings: [Finding]
  let now: Timestamp

  /// The report for programs, with the keys as they are bound.
  func report(_ keymap: Keymap) -> StatusReport {
    StatusReport(snapshot, findings: findings, at: now) { keymap.label(for: $0) }
  }
}

/// Looks at a directory and its server again and again.
struct Observer: ~Copyable {
  private let settings: EngineSettings
  private let namedDirectory: String?
  private let probe: HealthProbe
  private var history: ProbeHistory
  private var reader: SnapshotReader

  /// Makes it ready; an answer of the server is waited for no longer than `deadline`.
  init(_ configuration: Configuration, deadline: Duration = .seconds(5)) {
    settings = configuration.engine
    namedDirectory = configuration.namedDirectory
    probe = HealthProbe(
      settings: configuration.server,
      environment: ProcessEnvironment.variables,
      deadline: deadline
    )
    history = ProbeHistory(settings: settings)
    reader = SnapshotReader(settings: settings)
  }

  /// Looks once, asking the server and reading the files at the same time.
  mutating func look() async -> Observation {
    let probe = probe
    async let server = probe.probeUntilCertain(now: SystemClock.now)
    var snapshot = reader.readSettled { SystemClock.now }
    snapshot.server = history.complete(await server, now: SystemClock.now)
    return observation(of: snapshot)
  }

  /// Looks once, asking the server once, for who cannot wait until it is certain.
  mutating func lookQuickly() async -> Observation {
    let probe = probe
    async let server = probe.probe(now: SystemClock.now)
    var snapshot = reader.read(now: SystemClock.now)
    snapshot.server = history.completeUnkept(await server, now: SystemClock.now)
    return observation(of: snapshot)
  }

  /// Looks at the files alone; what is known of the server is given.
  mutating func look(server: ServerStatus) -> Observation {
    var snapshot = reader.readSettled { SystemClock.now }
    snapshot.server = server
    return observation(of: snapshot)
  }

  /// One dead letter whole.
  func detail(of item: DeadLetter) -> ItemDetail { reader.detail(of: item) }

  private func observation(of snapshot: Snapshot) -> Observation {
    let now = SystemClock.now
    return Observation(
      snapshot: snapshot,
      findings: named(findings(in: snapshot, at: now, settings: settings)),
      now: now
    )
  }

  /// The findings with commands that act on the directory that was looked at.
  private func named(_ findings: [Finding]) -> [Finding] {
    guard let namedDirectory else { return findings }
    var findings = findings
    for index in findings.indices {
      guard let command = findings[index].suggestion?.command, command.hasPrefix("mem0top "),
        !command.hasPrefix("mem0top config")
      else { continue }
      let directory = ShellText.quoted(namedDirectory)
      findings[index].suggestion?.command = "\(command) --dir \(directory)"
    }
    return findings
  }
}
