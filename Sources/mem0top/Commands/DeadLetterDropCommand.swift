internal import ArgumentParser
internal import CLibrary
internal import QueueEngine

/// `dlq drop`: takes dead letters out of the queue, with a copy kept of each.
struct DeadLetterDropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Takes dead letters out of the queue; a copy of each is kept.",
    discussion: """
      On a terminal it asks: type the first 8 characters of the id, or the number of items if there \
      are several. Without a terminal --yes is required. "mem0top undo" or "dlq restore" brings them back.

      Status 0: dropped. 1: refused, or there is no such item.

      Example: mem0top dlq drop 3f2a91c0
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Argument(
    help: "Ids of items, or unique beginnings of them.",
    completion: LiveNames.deadLetters
  )
  var id: [String]

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let settings = try directory.load().configuration.engine
    try report(settings).show(asJSON: json, isQuiet: quiet.isOn)
  }

  private func report(_ settings: EngineSettings) -> ActionReport {
    do throws(CommandFailure) {
      let shelf = try DeadLetterShelf(settings: settings, acts: true)
      let action = DropItems(keys: try shelf.keys(named: id))
      if !yes { try confirm(action) }
      return ActionReport(running: action, settings: settings)
    } catch {
      return ActionReport(
        action: DropItems(keys: []).name,
        error: .refused(error.description, evidence: [])
      )
    }
  }

  /// Has the person type what only somebody types who means these items.
  private func confirm(_ action: DropItems) throws(CommandFailure) {
    guard isatty(STDIN_FILENO) == 1, !json else {
      throw .refused(
        "Nothing was dropped: there is no terminal to ask on; pass --yes to drop them."
      )
    }
    for key in action.keys.prefix(20) { Output.complain("  \(key.id)") }
    let what = action.keys.count == 1 ? "it" : "these \(action.keys.count)"
    Output.complain("To drop \(what), type \(action.confirmation) and press Enter:")
    guard readLine() == action.confirmation else {
      throw .refused("Nothing was dropped: the answer was not \(action.confirmation).")
    }
  }
}
