internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `metrics`: what the worker last wrote about itself, beside what the files hold now.
struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Shows the worker's own figures beside what the files hold now.",
    discussion: "Example: mem0top metrics --json | jq .worker.total_synced"
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let configuration = try directory.load().configuration
    var observer = Observer(configuration)
    let observation = await observer.look()
    try observation.snapshot.requireDirectory()
    if json {
      let keymap = try configuration.keymap
      try Output.printJSON(Figures(observation) { keymap.label(for: $0) })
    } else {
      Output.write(try text(observation))
    }
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
    table.rows = [
      ["vps", metrics.vpsStatus ?? "–", ""],
      ["queue", text(metrics.queueSize), text(figures.pending)],
      ["dead letters", text(metrics.deadLetterSize), text(figures.deadLetters)],
      ["queued in total", text(metrics.totalQueued), ""],
      ["synced in total", text(metrics.totalSynced), ""],
    ]
    let written = metrics.lastUpdate ?? reading.modifiedAt
    let age = written.map { (now - $0).ageText + " ago" } ?? "at an unknown time"
    let problem = reading.state == .ok ? "" : (reading.problem?.message ?? "") + "\n"
    let verdict = StatusText(observation, ink: .forOutput).headline
    return "\(verdict)\n\n" + problem + "The worker wrote this \(age).\n" + table.text
  }

  private func text(_ number: Int?) -> String { number.map(String.init) ?? "–" }

  /// What `metrics --json` prints: schema 1; what is not known is an explicit `null`.
  private struct Figures: Encodable {
    struct Worker: Encodable {
      @Nullable var vpsStatus: String?
      @Nullable var queueSize: Int?
      @Nullable var deadLetterSize: Int?
      @Nullable var totalSynced: Int?
      @Nullable var totalQueued: Int?
      @Nullable var lastUpdate: String?

      enum CodingKeys: String, CodingKey {
        case vpsStatus = "vps_status"
        case queueSize = "queue_size"
        case deadLetterSize = "dlq_size"
        case totalSynced = "total_synced"
        case totalQueued = "total_queued"
        case lastUpdate = "last_update"
      }
    }

    let schema = 1
    let findings: [StatusReport.FindingEntry]
    let state: FileState
    @Nullable var error: String?
    let worker: Worker
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
      let content = snapshot.metrics.content
      worker = Worker(
        vpsStatus: content?.vpsStatus,
        queueSize: content?.queueSize,
        deadLetterSize: content?.deadLetterSize,
        totalSynced: content?.totalSynced,
        totalQueued: content?.totalQueued,
        lastUpdate: content?.lastUpdate?.iso8601
      )
      pending = snapshot.queue.state == .missing ? nil : snapshot.queue.content?.pending
      deadLetters =
        snapshot.deadLetters.state == .missing ? nil : snapshot.deadLetters.content?.items.count
    }
  }
}
