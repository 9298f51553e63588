internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `dlq list`: one line for each dead letter, the next retry first.
struct DeadLetterListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the dead letters, the next retry first.",
    discussion: "Example: mem0top dlq list --json | jq -r '.items[] | select(.due_in_s == 0).id'"
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try ItemShelf(settings: directory.load().configuration.engine)
    let letters = shelf.items.sorted { $0.dueAt < $1.dueAt }
    if json {
      return try Output.printJSON(
        Listing(items: letters.map { shelf.entry(of: $0) })
      )
    }
    guard !letters.isEmpty else { return Output.print("No dead letters.") }
    let table = TextTable(letters, of: .deadLetters, causes: shelf.causes, now: shelf.now)
    Output.write(table.text)
  }

  private struct Listing: Encodable {
    let schema = 1
    let items: [StatusReport.DeadLetterEntry]
  }
}
