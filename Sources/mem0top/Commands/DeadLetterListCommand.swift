internal import ArgumentParser
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
    Output.write(table(letters, shelf.causes, at: shelf.now).text)
  }

  private func table(_ letters: [DeadLetter], _ causes: CauseIndex, at now: Timestamp) -> TextTable
  {
    var table = TextTable(
      headings: ["ID", "PROJECT", "TRIES", "NEXT RETRY", "LAST TRY", "IN DLQ", "CAUSE"],
      rightAligned: [2, 3, 4, 5]
    )
    for letter in letters {
      let flags = letter.flags.names.joined(separator: ", ")
      table.rows.append([
        letter.key.id.isEmpty ? "–" : letter.key.shortID,
        letter.project.isEmpty ? "–" : letter.project,
        String(letter.retryCount),
        letter.isDue(at: now) ? "due now" : (letter.dueAt - now).countdownText,
        letter.lastAttempt.secondsSinceEpoch > 0 ? (now - letter.lastAttempt).ageText : "–",
        letter.movedAt.map { (now - $0).shortAgeText } ?? "–",
        [causes.cause(of: letter), flags.isEmpty ? nil : "(\(flags))"].compactMap { $0 }
          .joined(separator: " "),
      ])
    }
    return table
  }

  private struct Listing: Encodable {
    let schema = 1
    let items: [StatusReport.DeadLetterEntry]
  }
}
