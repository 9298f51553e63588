internal import ArgumentParser
internal import QueueEngine

/// `history`: who did what to the files, when, and on what evidence.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Tells who did what to the files, when, and on what evidence.",
    discussion: """
      Keys of the dashboard, commands and the worker alike; refusals and failures too.

      Example: mem0top history -n 5
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Option(name: .shortAndLong, help: "How many of the last entries to show.")
  var number = 20

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if number < 1 { throw ValidationError("-n takes a number from 1 up, not \(number).") }
  }

  func run() throws {
    let settings = try directory.load().configuration.engine
    let entries = AuditLog(settings: settings).entries(last: number)
    if json { return try Output.printJSON(Listing(entries: entries.map(Listing.Entry.init))) }
    guard !entries.isEmpty else { return Output.print("Nothing has been done here yet.") }
    let ink = Ink.forOutput
    for entry in entries {
      let mark = entry.result == .done ? "" : " (\(entry.result.rawValue))"
      let time = ISOTime.moment(entry.time).map(LocalTime.text) ?? entry.time
      let head = "\(time)  \(entry.origin.rawValue)  \(entry.action)\(mark)"
      Output.print(ink.dim(Scrubber.scrub(head)))
      Output.write(ink.sentence(entry.summary, facts: entry.evidence))
    }
  }

  private struct Listing: Encodable {
    struct Entry: Encodable {
      let time: String
      let origin: String
      let action: String
      let result: String
      let changed: Int
      let summary: String
      let evidence: [String]

      init(_ entry: AuditEntry) {
        time = entry.time
        origin = entry.origin.rawValue
        action = entry.action
        result = entry.result.rawValue
        changed = entry.changed
        summary = entry.summary
        evidence = entry.evidence
      }
    }

    let schema = 1
    let entries: [Entry]

    enum CodingKeys: String, CodingKey {
      case schema, entries
    }
  }
}
