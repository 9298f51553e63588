internal import ArgumentParser
internal import QueueEngine

/// `undo`: takes back the last retry or drop.
struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes back the last retry or drop, as far as the file still allows it.",
    discussion: """
      A dead letter gets its last_attempt back unless a worker has tried it since; a dropped one \
      comes back unless it is there. An undo cannot be undone: the next one goes a step further back.

      Status 0: taken back. 1: refused, with the reason.

      Example: mem0top undo
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let settings = try directory.load().configuration.engine
    try settings.requireDirectory()
    try ActionReport(running: UndoChange(), settings: settings).show(
      asJSON: json,
      isQuiet: quiet.isOn
    )
  }
}
