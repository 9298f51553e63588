internal import ArgumentParser
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
    try ItemDropping(list: .deadLetters, ids: id, isAgreed: yes, isForProgram: json).report(
      settings
    )
    .show(asJSON: json, isQuiet: quiet.isOn)
  }
}
