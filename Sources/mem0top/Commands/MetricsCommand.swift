internal import ArgumentParser
internal import Dashboard
internal import Mem0Client
internal import QueueEngine
internal import SyncWorker

/// `metrics`: what the worker last wrote about itself, beside what the files hold now.
struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Shows the worker's own figures beside what the files hold now.",
    discussion: """
      For Prometheus: --prometheus prints its text format (0.0.4). --textfile replaces a file in one \
      step, for node_exporter's collector; a line in a crontab keeps it fresh. --listen answers \
      scrapes at /metrics until a signal comes, and asks the server every server.probe_interval. \
      Alert rules: contrib/prometheus in the repository, PREFIX/share/mem0top/prometheus when installed.

      Example: mem0top metrics --json | jq .worker.total_synced
      Example: mem0top metrics --listen 127.0.0.1:9464
      In a crontab: * * * * * mem0top metrics --textfile /var/lib/prometheus/node-exporter/mem0top.prom
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print Prometheus's text format.")
  var prometheus = false

  @Option(
    help: ArgumentHelp(
      "Replace this file, whose name ends in .prom, by that.",
      valueName: "path"
    ),
    completion: .file(extensions: ["prom"])
  )
  var textfile: String?

  @Option(
    help: ArgumentHelp(
      "Answer scrapes there, at /metrics, until a signal comes.",
      valueName: "address:port"
    ),
    transform: Self.address
  )
  var listen: ListenAddress?

  @Flag(help: "Let --listen take an address that other machines reach, too.")
  var remote = false

  func validate() throws {
    let forms = [json, textfile != nil, listen != nil]
    if forms.count(where: \.self) > 1 || (json && prometheus) {
      throw ValidationError("Give one of --json, --prometheus, --textfile and --listen.")
    }
    if let listen, !listen.isLoopback, !remote {
      throw ValidationError(
        "\(listen.host) is reached from other machines, which would see the names of projects;"
          + " add --remote if that is meant, or listen at 127.0.0.1."
      )
    }
    if remote, listen == nil { throw ValidationError("--remote goes with --listen.") }
  }

  private static func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
      throw ValidationError(
        "\(Scrubber.scrub(text)) is no address with a port (127.0.0.1:9464, [::1]:9464)."
      )
    }
    return address
  }

  func run() async throws {
    if let listen { return try await serve(at: listen) }
    let textfile = try textfile.map { (path) throws(CommandFailure) in try Textfile(path) }
    let configuration = try directory.load().configuration
    var observer = Observer(configuration)
    let observation = await observer.look()
    if let textfile {
      return try textfile.replace(with: PrometheusFigures(observation).text)
    }
    if prometheus { return Output.write(PrometheusFigures(observation).text) }
    try observation.snapshot.requireDirectory()
    if json {
      let keymap = try configuration.keymap
      try Output.printJSON(Figures(observation) { keymap.label(for: $0) })
    } else {
      Output.write(try text(observation))
    }
  }

  /// Answers scrapes until a signal comes.
  private func serve(at address: ListenAddress) async throws {
    let configuration = try directory.load().configuration
    let stop = StopRequest()
    let signals = StopSignals(making: stop)
    let probe = HealthProbe(
      settings: configuration.server,
      environment: ProcessEnvironment.variables
    )
    let server = try ScrapeServer(
      at: address,
      configuration,
      server: await probe.probe(now: SystemClock.now)
    )
    let host = address.isIPv6 ? "[\(address.host)]" : address.host
    Output.complain("mem0top: the figures are at http://\(host):\(server.port)/metrics")
    let interval = configuration.server.probeInterval
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // Cut short by the signal.
        while (try? await Task.sleep(for: interval)) != nil {
          server.note(await probe.probe(now: SystemClock.now))
        }
      }
      group.addTask { await stop.wait() }
      await group.next()
      // The probe ends with the sleep or with the answer, whichever it waits for.
      if stop.isMade { group.cancelAll() }
    }
    withExtendedLifetime((signals, server)) {}
  }

  private func text(_ observation: Observation) throws(CommandFailure) -> String {
    let (snapshot, now) = (observation.snapshot, observation.now)
    let reading = snapshot.metrics
    guard let metrics = reading.content, reading.state != .missing else {
      throw .refused(
        reading.problem?.message ?? "There are no metrics yet; a worker writes them when it runs."
      )
    }
    var table = TextTable(headings: ["FIGURE", "WORKER", "NOW"], rightAligned: [1, 2])
    let figures = Figures(observation) { _ in nil }
    let present = ["queue_size": figures.pending, "dlq_size": figures.deadLetters]
    for field in MetricsField.all {
      guard let label = field.label else { continue }
      let now = present[field.name.description].map { $0.map(String.init) ?? "–" } ?? ""
      table.rows.append([label, field.text(in: metrics) ?? "–", now])
    }
    let written = metrics.lastUpdate ?? reading.modifiedAt
    let age = written.map { (now - $0).ageText + " ago" } ?? "at an unknown time"
    let problem = reading.state == .ok ? "" : (reading.problem?.message ?? "") + "\n"
    let verdict = StatusText(observation, ink: .forOutput).headline
    return "\(verdict)\n\n" + problem + "The worker wrote this \(age).\n" + table.text
  }

  /// What `metrics --json` prints: schema 1; what is not known is an explicit `null`.
  private struct Figures: Encodable {
    let schema = 1
    let findings: [StatusReport.FindingEntry]
    let state: FileState
    @Nullable var error: String?
    let worker: MetricsFields
    @Nullable var pending: Int?
    @Nullable var deadLetters: Int?

    enum CodingKeys: String, CodingKey {
      case schema, findings, state, error, worker, pending
      case deadLetters = "dlq"
    }

    init(_ observation: Observation, key: (ActionKind) -> String?) {
      let snapshot = observation.snapshot
      findings = observation.findings.map { StatusReport.FindingEntry($0, key: key) }
      state = snapshot.metrics.state
      error = snapshot.metrics.problem?.message
      worker = MetricsFields(snapshot.metrics.content)
      pending = snapshot.queue.state == .missing ? nil : snapshot.queue.content?.pending
      deadLetters =
        snapshot.deadLetters.state == .missing ? nil : snapshot.deadLetters.content?.items.count
    }
  }
}
