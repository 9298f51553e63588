internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `queue`: what waits for its first delivery.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Shows what waits in the queue, and drops it.",
    discussion: "Example: mem0top queue list",
    subcommands: [QueueListCommand.self, QueueShowCommand.self, QueueDropCommand.self],
    defaultSubcommand: QueueListCommand.self
  )
}

/// `queue list`: one line for each memory that waits, the oldest first.
struct QueueListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists what waits in the queue, the oldest first.",
    discussion: "Example: mem0top queue list --json | jq -r '.items[] | select(.retries > 0).id'"
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try ItemShelf(.queue, settings: directory.load().configuration.engine)
    let items = ItemOrder.oldestFirst(shelf.items)
    if json {
      return try Output.printJSON(Listing(items: items.map { shelf.queuedEntry(of: $0) }))
    }
    guard !items.isEmpty else { return Output.print("Nothing waits in the queue.") }
    let table = TextTable(items, of: .queue, causes: shelf.causes, now: shelf.now)
    Output.write(table.text)
  }

  private struct Listing: Encodable {
    let schema = 1
    let items: [StatusReport.QueuedEntry]
  }
}

/// `queue show`: one memory of the queue whole.
struct QueueShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one memory of the queue whole.",
    discussion: "Example: mem0top queue show 3f2a91c0"
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(
    help: "The memory's id, or a unique beginning of it.",
    completion: LiveNames.queuedItems
  )
  var id: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try ItemShelf(.queue, settings: directory.load().configuration.engine)
    let item = try shelf.item(named: id)
    let sheet = ItemSheet(entry: shelf.queuedEntry(of: item), detail: shelf.detail(of: item))
    if json { return try Output.printJSON(sheet) }
    let age = item.movedAt.map { (shelf.now - $0).ageText } ?? "–"
    let cause = shelf.causes.cause(of: item).map { [("cause", $0)] } ?? []
    Output.write(sheet.text(of: item, [("age", age), ("tries", "\(item.retryCount)")] + cause))
  }
}

/// `queue drop`: takes memories out of the queue, with a copy kept of each.
struct QueueDropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Takes memories out of the queue; a copy of each is kept.",
    discussion: """
      On a terminal it asks: type the first 8 characters of the id, or the number of memories if there \
      are several. Without a terminal --yes is required. "mem0top undo" or "dlq restore" brings them back.

      Status 0: dropped. 1: refused, or there is no such memory.

      Example: mem0top queue drop 3f2a91c0
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Argument(
    help: "Ids of memories, or unique beginnings of them.",
    completion: LiveNames.queuedItems
  )
  var id: [String]

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let settings = try directory.load().configuration.engine
    try ItemDropping(list: .queue, ids: id, isAgreed: yes, isForProgram: json).report(settings)
      .show(asJSON: json, isQuiet: quiet.isOn)
  }
}

/// The order in which memories of the queue are listed.
private enum ItemOrder {
  /// By when they were queued; those that do not say it come last, in the order of the file.
  static func oldestFirst(_ items: [QueuedItem]) -> [QueuedItem] {
    items.enumerated().sorted { one, other in
      let times = (one.element.movedAt, other.element.movedAt)
      switch times {
      case (let first?, let second?): return (first, one.offset) < (second, other.offset)
      case (_?, nil): return true
      case (nil, _?): return false
      case (nil, nil): return one.offset < other.offset
      }
    }.map(\.element)
  }
}
