internal import ArgumentParser
internal import CLibrary
internal import DemoWorld
internal import QueueEngine

/// Why a command could not do what it was asked, as the sentence that the person reads.
enum CommandFailure: Error, CustomStringConvertible {
  /// The request was understood and is refused, or there is nothing of that name.
  case refused(String)
  /// The system did not let us do it.
  case system(String)

  var description: String {
    switch self {
    case .refused(let sentence), .system(let sentence): sentence
    }
  }
}

/// How errors become exit codes: 1 refused or failed, 64 wrong usage, 78 wrong configuration.
///
/// Two commands have callers with rules of their own: for a monitoring system whatever keeps `check` from
/// its verdict is 3, and an assistant's session goes on whatever its `hook` meets.
enum ExitStatus {
  private static let failed: Int32 = 1
  private static let wrongUsage: Int32 = 64
  private static let wrongConfiguration: Int32 = 78

  /// Says what went wrong in one sentence on standard error, and ends the process.
  static func end(with error: any Error) -> Never {
    obeyCaller(error)
    let status: Int32
    switch error {
    case let failure as OutputFailure where failure.isClosedPipe: exit(EXIT_SUCCESS)
    case is CommandFailure, is DemoError, is OutputFailure: status = failed
    case is ConfigurationError: status = wrongConfiguration
    case is UnknownOption: status = wrongUsage
    default: endUsage(with: error)
    }
    Output.complain("mem0top: \(Scrubber.scrub(String(describing: error)))")
    exit(status)
  }

  /// Has the configured key concealed: it may stand among arguments that are wrong, before which no
  /// command has read the configuration.
  private static func concealKey() {
    // What is wrong in the configuration is not what the person asked about.
    _ = try? ConfigurationLoader(environment: ProcessEnvironment.variables).load()
  }

  /// Ends the process by the caller's rules, where the command has such.
  private static func obeyCaller(_ error: any Error) {
    guard !Mem0top.exitCode(for: error).isSuccess, !(error is ExitCode) else { return }
    switch ProcessArguments.texts.dropFirst().first {
    case "hook":
      // The session goes on, and who wrote the hook finds what is wrong with it.
      concealKey()
      Output.complain("mem0top: \(Scrubber.scrub(Mem0top.message(for: error)))")
      exit(EXIT_SUCCESS)
    // A shell asks while a person types.
    case "---completion": exit(EXIT_FAILURE)
    case "check":
      concealKey()
      _ = Output.offer(CheckLine.unknown(Mem0top.message(for: error)) + "\n")
      exit(CheckLine.unknownStatus)
    default: break
    }
  }

  /// Prints what the parser of arguments has to say: help, or what was wrong.
  ///
  /// A complaint quotes the arguments as they came, so it is made safe to show; what was asked for is
  /// ours, and a completion script has its tabs.
  private static func endUsage(with error: any Error) -> Never {
    let code = Mem0top.exitCode(for: error)
    guard !code.isSuccess else { Mem0top.exit(withError: error) }
    concealKey()
    // A status alone, of `check` say, has nothing to say.
    if error is ExitCode { exit(code.rawValue) }
    let lines = Mem0top.fullMessage(for: error).split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    Output.complain(lines.map { Scrubber.scrub(String($0)) }.joined(separator: "\n"))
    exit(code.rawValue)
  }
}
