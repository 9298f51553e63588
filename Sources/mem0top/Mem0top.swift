internal import ArgumentParser
internal import QueueEngine

/// The program: without a subcommand, the dashboard.
struct Mem0top: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mem0top",
    abstract: "Shows a memory sync queue live, says what is wrong and why, and fixes it.",
    discussion: """
      Without a subcommand it opens the dashboard. Every command takes --dir DIRECTORY, the directory \
      with the queue (else MEM0TOP_DIR, else ~/.claude); --host and --hosts show other machines, over \
      ssh, as do status and check. Nothing is contacted until a server is set: \
      "mem0top config" says where the settings are, "mem0top config --example" prints them all with \
      comments.

      Example: mem0top --dir ~/.claude
      """,
    version: "mem0top \(Version.text)",
    subcommands: [
      DashboardCommand.self, StatusCommand.self, CheckCommand.self, LockCommand.self,
      UnlockCommand.self,
      RetryCommand.self, DeadLetterCommand.self, QueueCommand.self, EnqueueCommand.self,
      SyncCommand.self,
      AbsorbCommand.self,
      UndoCommand.self, HistoryCommand.self, IncidentsCommand.self, ReplayCommand.self,
      RecoverCommand.self,
      ProbeCommand.self,
      LogCommand.self, MetricsCommand.self, ConfigCommand.self, McpCommand.self,
      HookCommand.self, ServeCommand.self, CompletionsCommand.self, ManualCommand.self,
      DoctorCommand.self,
      DemoCommand.self,
      KeepOutputCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self
  )
}

/// Runs the command and is the one place where the process ends.
@main enum Program {
  @MainActor static func main() async {
    ProcessSetup.prepare()
    do {
      if let obstacle = ProcessSetup.obstacle { throw try refusal(obstacle) }
      try OpenFileLimit.makeRoom()
      try ArgumentCheck.run()
      let arguments = Array(ProcessArguments.texts.dropFirst())
      switch PlainCall(arguments) {
      case .dashboard(let directory):
        return try await DashboardCommand.run(directoryFlag: directory)
      case .line(let form, let directory):
        return try await StatusCommand.showLine(form, directoryFlag: directory)
      case nil: break
      }
      var command = try CommandChoice.parse(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        if command is CheckCommand, let refusal = ThreadLimit.refusal {
          throw try CheckCommand.cannotTell(CommandFailure.system(refusal + "."))
        }
        try ThreadLimit.check()
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      ExitStatus.end(with: error)
    }
  }
}

extension Program {
  /// Why no command can run, as `check` says it and as all others do.
  private static func refusal(_ obstacle: String) throws -> any Error {
    let failure = CommandFailure.system(obstacle)
    guard ProcessArguments.texts.dropFirst().first == "check" else { return failure }
    return try CheckCommand.cannotTell(failure)
  }
}
