internal import ArgumentParser
internal import QueueEngine
internal import SyncWorker

/// `retry`: makes dead letters due, so that the worker's next run tries them.
struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Makes dead letters due now, so that the worker's next run tries them.",
    discussion: """
      Only last_attempt changes; retry_count, and with it the backoff, stays as it is. While a worker \
      holds the lock it waits, for up to 5 s.

      With --pace a few become due at a time, and with --canary one first: the others follow once it has left \
      the dead letters, and if it fails again they stay as they are. It goes on until all are due; Ctrl-C \
      ends it at any moment, and what is not due by then stays as it is.

      Status 0: they are due. 1: refused, or there is no such item.
      --json prints {"schema":1, "action", "result", "changed", "summary", "evidence"}; result is \
      done, refused or failed. With --now, "sync" is what mem0top sync --json prints.

      Example: mem0top retry 3f2a91c0 9b1c
      Example: mem0top retry --all --now
      Example: mem0top retry --all --canary --pace 30/min
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Argument(
    help: "Ids of items, or unique beginnings of them.",
    completion: LiveNames.deadLetters
  )
  var id: [String] = []

  @Flag(help: "All dead letters.")
  var all = false

  @Option(help: "All dead letters of this project.", completion: LiveNames.projects)
  var project: String?

  @Flag(help: "Then run the worker once, as sync does.")
  var now = false

  @Flag(help: "With --now, run the built-in worker even where worker.command names another.")
  var builtin = false

  @Option(
    help: ArgumentHelp(
      "Make a few due at a time, like 30/min; with --canary alone dlq.pace says how many.",
      valueName: "number/min"
    )
  )
  var pace: RetryPace?

  @Flag(help: "Make one due first, and the others only once it has been delivered.")
  var canary = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    let ways = [!id.isEmpty, all, project != nil]
    guard ways.count(where: \.self) == 1 else {
      throw ValidationError("Give either ids, or --all, or --project.")
    }
  }

  func run() async throws {
    let configuration = try directory.load().configuration
    if canary || pace != nil { return try await runAtPace(configuration) }
    guard now else {
      return try report(configuration.engine).show(asJSON: json, isQuiet: quiet.isOn)
    }
    if let worker = ConfiguredWorker(configuration, isBuiltIn: builtin) {
      return try await run(worker)
    }
    // First of all: where nothing can be sent, nothing need be due.
    let session = try WorkerSession(configuration)
    var report = report(configuration.engine)
    if !json || report.result != .done { try report.show(asJSON: json, isQuiet: quiet.isOn) }
    let form = SyncDisplay.form(isJSON: json, settings: configuration.engine)
    let run = await session.run(SyncDisplay(form))
    let outcome = SyncOutcome(run)
    if json {
      report.sync = outcome
      try report.show(asJSON: true)
    } else {
      try outcome.show(asJSON: false, isCounted: form == .counter)
    }
    try session.conclude(run)
  }

  private func run(_ worker: ConfiguredWorker) async throws {
    var report = report(worker.configuration.engine)
    guard report.result == .done else { return try report.show(asJSON: json, isQuiet: quiet.isOn) }
    if !json { try report.show(asJSON: false, isQuiet: quiet.isOn) }
    let outcome = try await worker.run(showsLines: !json)
    if json {
      report.sync = outcome
      try report.show(asJSON: true)
    }
    if outcome.result != .done { throw CommandFailure.refused(outcome.summary) }
  }

  /// Makes them due a few at a time, and runs the worker after each step where that is wanted.
  private func runAtPace(_ configuration: Configuration) async throws {
    let settings = configuration.engine
    let plan: PacedRetry
    do throws(ActionError) {
      plan = try self.plan(settings)
    } catch {
      return try ActionReport(action: RetryItems(keys: []).name, error: error).show(asJSON: json)
    }
    guard plan.total > 0 else {
      return try report(settings).show(asJSON: json, isQuiet: quiet.isOn)
    }
    let worker = now ? ConfiguredWorker(configuration, isBuiltIn: builtin) : nil
    let session = now && worker == nil ? try WorkerSession(configuration) : nil
    let stop = session?.stop ?? StopRequest()
    let signals = session?.signals ?? StopSignals(making: stop)
    let showsLines = !json && !quiet.isOn
    var runWorker: (() async throws -> Void)?
    if let worker { runWorker = { _ = try await worker.run(showsLines: showsLines) } }
    if let session {
      let form = showsLines ? SyncDisplay.form(isJSON: false, settings: settings) : .nothing
      runWorker = { _ = await session.run(isRoutine: true, SyncDisplay(form)) }
    }
    let run = PacedRetryRun(settings: settings, stop: stop, runWorker: runWorker) { sentence in
      if showsLines { Output.print(sentence) }
    }
    let report = try await run.run(plan)
    if let signal = signals.received {
      _ = json ? Output.offer(try Output.json(report) + "\n") : Output.offer(report.summary + "\n")
      throw ExitCode(128 + signal)
    }
    try report.show(asJSON: json, isQuiet: quiet.isOn)
  }

  private func plan(_ settings: EngineSettings) throws(ActionError) -> PacedRetry {
    let keys = try selection(settings)
    var first: DeadLetter?
    if canary {
      let letters: [DeadLetter]
      do throws(CommandFailure) {
        letters = try ItemShelf(settings: settings).items
      } catch {
        throw .refused(error.description, evidence: [])
      }
      first = PacedRetry.candidate(among: keys, preferring: nil, in: letters)
    }
    return PacedRetry(keys, first: first, perMinute: pace?.perMinute ?? settings.retriesPerMinute)
  }

  private func report(_ settings: EngineSettings) -> ActionReport {
    // A file that is not there, or that nobody may look at, is left to the reading, which says so.
    if all, (try? FileStamp.at(settings.path(of: \.deadLetters))) != nil {
      return ActionReport(running: RetryAll(), settings: settings)
    }
    do throws(ActionError) {
      let keys = try selection(settings)
      guard !keys.isEmpty else {
        return ActionReport(
          action: RetryItems(keys: []).name,
          summary: "There are no dead letters, so there is nothing to retry."
        )
      }
      return ActionReport(running: RetryItems(keys: keys), settings: settings)
    } catch {
      return ActionReport(action: RetryItems(keys: []).name, error: error)
    }
  }

  /// The items that are meant; none only where there are none at all.
  private func selection(_ settings: EngineSettings) throws(ActionError) -> [ItemKey] {
    let shelf: ItemShelf
    do {
      shelf = try ItemShelf(settings: settings, acts: true)
    } catch {
      throw .refused(error.description, evidence: [])
    }
    do {
      if all { return shelf.items.map(\.key) }
      if let project { return try RetryItems.resolve(project: project, in: shelf.items) }
      return try RetryItems.resolve(ids: id, in: shelf.items)
    } catch {
      throw .refused(error.description, evidence: [])
    }
  }
}
