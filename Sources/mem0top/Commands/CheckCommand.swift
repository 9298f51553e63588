internal import ArgumentParser
internal import QueueEngine

/// `check`: the verdict as a monitoring plugin tells it, one line and an exit code.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Prints a line for Nagios and the like, with the same verdicts.",
    discussion: """
      Status 0: all is well. 1: a warning. 2: critical. 3: unknown, or the directory is \
      missing or has none of the files. A server that does \
      not answer is asked three times before it is down, which takes 10 seconds at most.

      Example: mem0top check --warn-dlq 5 --crit-dlq 10
      Example: mem0top check --only lock,queue
      """
  )

  /// What a plugin ends with where it could not check.
  private static let unknown: Int32 = 3

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Option(help: ArgumentHelp("Warn above this many dead letters ([dlq] warn).", valueName: "count"))
  var warnDlq: Int?

  @Option(
    help: ArgumentHelp(
      "Be critical above this many dead letters ([dlq] alert).",
      valueName: "count"
    )
  )
  var critDlq: Int?

  @Option(
    help: ArgumentHelp(
      "Only these, with commas between: \(TopicChoice.names(Set(FindingTopic.allCases))).",
      valueName: "topics"
    ),
    transform: Self.topics
  )
  var only: Set<FindingTopic>?

  @Option(help: ArgumentHelp("All but these.", valueName: "topics"), transform: Self.topics)
  var except: Set<FindingTopic>?

  func validate() throws {
    if only != nil, except != nil {
      throw ValidationError("--only and --except cannot be used together.")
    }
  }

  func run() async throws {
    let configuration: Configuration
    do {
      configuration = try limited(directory.load().configuration)
    } catch {
      throw try Self.cannotTell(error)
    }
    var observer = Observer(configuration)
    let choice = only.map(TopicChoice.only) ?? except.map(TopicChoice.except) ?? .all
    let line = CheckLine(await observer.look(), about: choice, settings: configuration.engine)
    if quiet.isOn, line.severity == .ok { return }
    try Self.tell(line.text)
    if line.isBlind { throw ExitCode(Self.unknown) }
    switch line.severity {
    case .ok: break
    case .warning: throw ExitCode(1)
    case .critical: throw ExitCode(2)
    }
  }

  /// Prints why there is no verdict, and returns what the process ends with.
  static func cannotTell(_ error: any Error) throws -> ExitCode {
    try tell("MEM0TOP UNKNOWN - \(CheckLine.plain(String(describing: error)))")
    return ExitCode(unknown)
  }

  /// Prints the line; what cannot be printed cannot be told, and that has a status of its own.
  private static func tell(_ line: String) throws {
    do throws(OutputFailure) {
      try Output.send(line + "\n")
    } catch  where !error.isClosedPipe {
      Output.complain("mem0top: \(error)")
      throw ExitCode(unknown)
    } catch {
      // Nobody reads the line; the status still has the verdict.
    }
  }

  private static func topics(_ text: String) throws -> Set<FindingTopic> {
    do throws(UnknownTopic) {
      return try TopicChoice.topics(in: text)
    } catch {
      throw ValidationError(error.description)
    }
  }

  /// The configuration with the limits of the command line.
  private func limited(_ configuration: Configuration) throws(CommandFailure) -> Configuration {
    var configuration = configuration
    let warning = warnDlq ?? configuration.engine.deadLetterWarning
    let alert = critDlq ?? configuration.engine.deadLetterAlert
    guard warning >= 0, alert >= warning else {
      throw .refused("--warn-dlq must be 0 or more, and --crit-dlq no less than it.")
    }
    configuration.engine.deadLetterWarning = warning
    configuration.engine.deadLetterAlert = alert
    return configuration
  }
}
