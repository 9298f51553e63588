internal import ArgumentParser
internal import QueueEngine
internal import SyncWorker

/// `sync`: the built-in worker, once or as a daemon.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Delivers what waits in the queue, and the dead letters that are due.",
    discussion: """
      It first takes the memories of the emergency file into the queue. Then it runs what the \
      dashboard's sync key runs: worker.command where one is set, else the built-in worker, which \
      waits up to 5 s for the lock and holds it only while it reads and writes files. What fails \
      five times becomes a dead letter; failures that are the server's fault are not counted.

      Status 0: it ran to its end. 1: the lock or the server stopped it, with the reason. 130, 143: \
      a signal ended it, after acknowledging what was under way (0 with --watch).
      --json prints {"schema":1, "result", "taken_in", "synced", "recovered", "failed", "moved", "pending", \
      "dlq", "undeliverable", "summary", "remarks"}, with --watch one for each run that did \
      something; result is done, interrupted, server_at_fault, storage_at_fault, lock_refused or failed.

      Example: mem0top sync
      With --watch it tells systemd how it is (Type=notify: the first thing that is wrong as its status, \
      and signs of life for a watchdog).

      As a daemon: mem0top sync --watch --interval 60s
      In a crontab: */10 * * * * mem0top sync
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Go on until a signal comes: at each interval, and whenever the files change.")
  var watch = false

  @Option(
    help: ArgumentHelp("How often --watch runs in any case (60s, 5m).", valueName: "duration"),
    transform: Self.duration
  )
  var interval = Duration.seconds(60)

  @Option(
    help: ArgumentHelp(
      "Concurrent deliveries, 1 to 64 (worker.concurrency; default 8).",
      valueName: "count"
    )
  )
  var concurrency: Int?

  @Flag(help: "Run the built-in worker even where worker.command names another.")
  var builtin = false

  @Flag(help: "Print JSON objects.")
  var json = false

  @Flag(help: "Print nothing but what goes wrong; the log has the lines.")
  var quiet = false

  @Flag(help: "Print one sentence at the end; the log has the lines.")
  var summary = false

  func validate() throws {
    if let concurrency, !(1...64).contains(concurrency) {
      throw ValidationError("--concurrency takes a number from 1 to 64, not \(concurrency).")
    }
  }

  func run() async throws {
    let configuration = try directory.load().configuration
    try configuration.engine.requireDirectory()
    if let worker = ConfiguredWorker(configuration, isBuiltIn: builtin) {
      return try await run(worker)
    }
    let session = try WorkerSession(configuration, concurrency: concurrency)
    let isBrief = quiet || summary
    let form = isBrief ? .nothing : SyncDisplay.form(isJSON: json, settings: session.settings)
    if watch {
      let service = ServiceLink(environment: ProcessEnvironment.variables)
      let display = SyncDisplay(form, moved: service.heartbeat.runMoves)
      let daemon = SyncDaemon(session: session, interval: interval, service: service)
      let watching = Self.watchInBackground(configuration)
      defer { watching.cancel() }
      return try await daemon.run(display) { report in
        try SyncOutcome(report).show(asJSON: json, isCounted: form == .counter || summary)
        complain(of: report)
      }
    }
    let report = await session.run(SyncDisplay(form))
    try SyncOutcome(report).show(
      asJSON: json,
      isCounted: form == .counter || summary && report.isSuccess
    )
    try session.conclude(report)
  }

  private func run(_ worker: ConfiguredWorker) async throws {
    guard concurrency == nil else {
      throw CommandFailure.refused(
        "--concurrency is for the built-in worker, but worker.command names another; add --builtin."
      )
    }
    if let problem = worker.configuration.clearStaleLock() {
      Output.complain("mem0top: \(Scrubber.scrub(problem))")
    }
    let form =
      quiet ? .nothing : SyncDisplay.form(isJSON: json, settings: worker.configuration.engine)
    let showsLines = form != .nothing
    if watch {
      let watching = Self.watchInBackground(worker.configuration)
      defer { watching.cancel() }
      return try await worker.run(
        every: interval,
        { outcome in
          try outcome.show(asJSON: json, isCounted: false)
          if outcome.result != .done { Output.complain("mem0top: \(outcome.summary)") }
        },
        showsLines: showsLines
      )
    }
    let outcome = try await worker.run(showsLines: showsLines)
    try outcome.show(asJSON: json, isCounted: form == .counter && outcome.result == .done)
    if outcome.result != .done { throw CommandFailure.refused(outcome.summary) }
  }

  /// Records the past and tells of incidents as long as the daemon runs.
  private static func watchInBackground(_ configuration: Configuration) -> Task<Void, Never> {
    Task.detached {
      await BackgroundWatch.run(configuration) { Output.complain("mem0top: \($0)") }
    }
  }

  /// A daemon goes on where a single run would end.
  private func complain(of report: SyncReport) {
    guard !report.isSuccess, let reason = report.reason else { return }
    Output.complain("mem0top: \(Scrubber.scrub(reason))")
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = DurationSetting.parse(text), duration >= .seconds(1) else {
      throw ValidationError("\(Scrubber.scrub(text)) is not a duration of 1s or more (60s, 5m).")
    }
    return duration
  }
}
