internal import ArgumentParser
internal import QueueEngine

/// `retry`: makes dead letters due, so that the worker's next run tries them.
struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Makes dead letters due now, so that the worker's next run tries them.",
    discussion: """
      Only last_attempt changes; retry_count, and with it the backoff, stays as it is. While a worker \
      holds the lock it waits, for up to 5 s.

      Status 0: they are due. 1: refused, or there is no such item.
      --json prints {"schema":1, "action", "result", "changed", "summary", "evidence"}; result is \
      done, refused or failed. With --now, "sync" is what mem0top sync --json prints.

      Example: mem0top retry 3f2a91c0 9b1c
      Example: mem0top retry --all --now
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
    let shelf: DeadLetterShelf
    do {
      shelf = try DeadLetterShelf(settings: settings, acts: true)
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
