internal import ArgumentParser

/// `dlq`: what failed five deliveries.
struct DeadLetterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dlq",
    abstract: "Shows the dead letters, drops them and brings them back.",
    discussion: "Example: mem0top dlq stats",
    subcommands: [
      DeadLetterListCommand.self, DeadLetterShowCommand.self, DeadLetterStatsCommand.self,
      DeadLetterDropCommand.self, DeadLetterRestoreCommand.self, DeadLetterExportCommand.self,
    ],
    defaultSubcommand: DeadLetterListCommand.self
  )
}
