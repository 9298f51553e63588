internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `dlq stats`: the dead letters grouped by project, cause and retries.
struct DeadLetterStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Groups the dead letters by project, cause and retries.",
    discussion: "Example: mem0top dlq stats --json | jq .causes"
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try ItemShelf(settings: directory.load().configuration.engine)
    let groups = Groups(shelf.items, shelf.causes, at: shelf.now)
    if json { try Output.printJSON(groups) } else { Output.write(text(groups)) }
  }

  private func text(_ groups: Groups) -> String {
    var sections = [
      "\(groups.size) dead letter\(groups.size == 1 ? "" : "s"), \(groups.due) due\n"
    ]
    let parts = [("PROJECT", groups.projects), ("CAUSE", groups.causes)]
    for (heading, counts) in parts where !counts.isEmpty {
      var table = TextTable(headings: [heading, "ITEMS"], rightAligned: [1])
      let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      table.rows = order.map { [$0.key.isEmpty ? "–" : $0.key, String($0.value)] }
      sections.append(table.text)
    }
    if !groups.retries.isEmpty {
      var table = TextTable(headings: ["TRIES", "ITEMS", "DELAY"], rightAligned: [0, 1, 2])
      table.rows = groups.retries.map { entry in (Int(entry.key) ?? 0, entry.value) }
        .sorted { $0.0 < $1.0 }
        .map { [String($0.0), String($0.1), Backoff.delay(retryCount: $0.0).ageText] }
      sections.append(table.text)
    }
    return sections.joined(separator: "\n")
  }

  private struct Groups: Encodable {
    let schema = 1
    let size: Int
    let due: Int
    let projects: [String: Int]
    let causes: [String: Int]
    let retries: [String: Int]

    init(_ items: [DeadLetter], _ index: CauseIndex, at now: Timestamp) {
      size = items.count
      due = items.count { $0.isDue(at: now) }
      projects = items.reduce(into: [:]) { $0[$1.project, default: 0] += 1 }
      causes = items.reduce(into: [:]) { $0[index.cause(of: $1) ?? "–", default: 0] += 1 }
      retries = items.reduce(into: [:]) { $0[String($1.retryCount), default: 0] += 1 }
    }
  }
}
