internal import ArgumentParser

/// `dlq`: what failed five deliveries.
struct DeadLetterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dlq",
    abstract: "Shows the dead letters.",
    discussion: "Example: mem0top dlq stats",
    subcommands: [
      DeadLetterListCommand.self, DeadLetterShowCommand.self, DeadLetterStatsCommand.self,
    ],
    defaultSubcommand: DeadLetterListCommand.self
  )
}
