internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `dlq restore`: brings dropped dead letters back.
struct DeadLetterRestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Brings dropped dead letters back, or lists the copies that are kept.",
    discussion: """
      They come back at the end of the list, byte for byte, and none twice.

      Status 0: they are back. 1: refused, or there is no copy.

      Example: mem0top dlq restore --list
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Argument(help: "Ids of dropped items, or unique beginnings of them.")
  var id: [String] = []

  @Flag(help: "List the copies, the last dropped first, and change nothing.")
  var list = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard list != !id.isEmpty else { throw ValidationError("Give either ids or --list.") }
  }

  func run() throws {
    let settings = try directory.load().configuration.engine
    guard list else {
      return try ActionReport(running: RestoreItems(ids: id), settings: settings).show(
        asJSON: json,
        isQuiet: quiet.isOn
      )
    }
    let kept: [DroppedItem]
    do throws(ActionError) {
      kept = try DroppedItem.kept(in: settings)
    } catch {
      throw CommandFailure.system(error.description)
    }
    if json { return try Output.printJSON(Listing(items: kept.map(Listing.Entry.init))) }
    guard !kept.isEmpty else { return Output.print("No copies of dropped items are kept.") }
    var table = TextTable(headings: ["ID", "PROJECT", "BYTES", "DROPPED"], rightAligned: [2])
    table.rows = kept.map { [$0.id, $0.project, "\($0.bytes.count)", $0.droppedAt] }
    Output.write(table.text)
  }

  private struct Listing: Encodable {
    struct Entry: Encodable {
      let id: String
      let projectID: String
      let bytes: Int
      let droppedAt: String

      init(_ item: DroppedItem) {
        id = item.id
        projectID = item.project
        bytes = item.bytes.count
        droppedAt = item.droppedAt
      }

      enum CodingKeys: String, CodingKey {
        case id, bytes
        case projectID = "project_id"
        case droppedAt = "dropped_at"
      }
    }

    let schema = 1
    let items: [Entry]

    enum CodingKeys: String, CodingKey {
      case schema, items
    }
  }
}
