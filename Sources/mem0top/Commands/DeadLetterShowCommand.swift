internal import ArgumentParser
internal import QueueEngine

/// `dlq show`: one dead letter whole.
struct DeadLetterShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one dead letter whole.",
    discussion: "Example: mem0top dlq show 3f2a91c0"
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(
    help: "The item's id, or a unique beginning of it.",
    completion: LiveNames.deadLetters
  )
  var id: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try ItemShelf(settings: directory.load().configuration.engine)
    let item = try shelf.item(named: id)
    let sheet = ItemSheet(entry: shelf.entry(of: item), detail: shelf.detail(of: item))
    if json { return try Output.printJSON(sheet) }
    let next =
      item.isDue(at: shelf.now) ? "due now" : "in \((item.dueAt - shelf.now).countdownText)"
    Output.write(sheet.text(of: item, [("next retry", next), ("tries", "\(item.retryCount)")]))
  }
}
