internal import ArgumentParser
internal import CLibrary

/// The options of a command that shows what it would do and then asks.
struct ConsentOptions: ParsableArguments {
  @Flag(help: "Say what would be done, and change nothing.")
  var dryRun = false

  @Flag(help: "Do not ask.")
  var yes = false

  func validate() throws {
    if dryRun, yes { throw ValidationError("--dry-run and --yes cannot be used together.") }
  }

  /// Asks, where there is a terminal to ask on.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - nothing: What is said where the answer is no: `Nothing was recovered`.
  ///   - mayAsk: False where the output is for a program.
  /// - Returns: Why it may not be done; `nil` once the person has agreed.
  func refusal(_ question: String, nothing: String, mayAsk: Bool) -> String? {
    if yes { return nil }
    guard isatty(STDIN_FILENO) == 1, mayAsk else {
      return "\(nothing): there is no terminal to ask on; pass --yes to do it."
    }
    Output.complain("\(question) Type yes and press Enter:")
    return readLine() == "yes" ? nil : "\(nothing): the answer was not yes."
  }
}
