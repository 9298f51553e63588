internal import ArgumentParser
internal import Dashboard
internal import FoundationEssentials
internal import QueueEngine
internal import Terminal

/// The dashboard; what `mem0top` does without a subcommand.
struct DashboardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Opens the dashboard (the default).",
    discussion: "Example: mem0top --dir ~/.claude"
  )

  @OptionGroup var directory: DirectoryOptions

  func run() async throws {
    try await Self.open(directory.load().configuration).exitProcess()
  }

  /// Opens the dashboard on a configuration until the person quits; `demo` uses it, too.
  ///
  /// - Returns: why it ended, the terminal restored.
  static func open(_ configuration: Configuration) async throws -> ExitReason {
    let inbox = try Inbox()
    let source = LiveSource(configuration, inbox: inbox)
    // The first look is made before the screen opens, so that its first frame is complete.
    await source.look()
    let watching = Task.detached { await source.watch() }
    defer { watching.cancel() }
    return try await runDashboard(model: model(of: configuration), inbox: inbox) { effect in
      Task.detached { await source.perform(effect) }
    }
  }

  private static func model(of configuration: Configuration) -> Model {
    let now = Timestamp.current
    return Model(
      size: Size(columns: 80, rows: 24),
      now: now,
      zoneOffset: LocalTime.offset(at: now),
      home: ProcessInfo.processInfo.environment["HOME"] ?? "",
      settings: configuration.engine
    )
  }
}
