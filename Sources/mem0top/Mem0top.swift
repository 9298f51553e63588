internal import ArgumentParser

/// The program: without a subcommand, the dashboard.
struct Mem0top: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mem0top",
    abstract: "Shows a memory sync queue live, says what is wrong and why, and fixes it.",
    discussion: """
      Without a subcommand it opens the dashboard.

      Example: mem0top --dir ~/.claude
      """,
    version: "mem0top 0.1.0",
    subcommands: [
      DashboardCommand.self, StatusCommand.self, CheckCommand.self, UnlockCommand.self,
      RetryCommand.self, SyncCommand.self, DeadLetterCommand.self, EnqueueCommand.self,
      UndoCommand.self, HistoryCommand.self, ProbeCommand.self, LogCommand.self,
      MetricsCommand.self, ConfigCommand.self, DemoCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self
  )
}

/// Runs the command and is the one place where the process ends.
@main enum Program {
  static func main() async {
    do {
      try OpenFileLimit.makeRoom()
      var command = try Mem0top.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      ExitStatus.end(with: error)
    }
  }
}
