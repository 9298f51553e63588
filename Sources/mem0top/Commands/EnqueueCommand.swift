internal import ArgumentParser
internal import QueueEngine

/// `enqueue`: adds memories to the queue and prints their ids once they are on disk.
struct EnqueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Adds a memory to the queue and prints its id once it is on disk.",
    discussion: """
      Without --content the memory is read from standard input, in UTF-8; one trailing line end is \
      dropped. With --lines each line that is not empty is a memory. It is safe beside a running worker \
      and other producers. Where the lock cannot be had in time, or the queue cannot be changed, the \
      memory goes to the emergency file, a line on standard error says so, and sync or \
      absorb takes it in.

      Status 0: all of it is on disk, even if its id could not be printed. 1: nothing was added.
      --json prints {"schema":1, "action", "result", "changed", "summary", "evidence", "ids"}, and \
      "notice" where it is in the emergency file.

      Example: git log -1 --format=%B | mem0top enqueue --project site
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Option(
    help: "The project that it belongs to, a name without blanks.",
    completion: LiveNames.projects
  )
  var project: String

  @Option(help: "The text of the memory; without it, standard input is read.")
  var content: String?

  @Option(
    help: ArgumentHelp(
      "How long to wait for the lock (0s, 250ms, 30s; default 5s).",
      valueName: "duration"
    ),
    transform: Self.duration
  )
  var wait = EnqueueMemories.timeout

  @Flag(help: "Each line of standard input is one memory.")
  var lines = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if content != nil, lines { throw ValidationError("Give either --content or --lines.") }
  }

  func run() throws {
    let settings = try directory.load().configuration.engine
    try settings.requireDirectory()
    let contents = try contents()
    let action = EnqueueMemories(
      memories: contents.map { NewMemory(project: project, content: $0) }
    )
    var report = ActionReport(
      running: action,
      settings: settings,
      waiting: LockWait(timeout: wait)
    )
    if report.result == .done { report.ids = action.ids }
    try report.show(asJSON: json)
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = DurationSetting.parse(text) else {
      throw ValidationError("\(Scrubber.scrub(text)) is not a duration (0s, 250ms, 30s).")
    }
    return duration
  }

  private func contents() throws(CommandFailure) -> [String] {
    if let content { return [content] }
    let text = try StandardInput.text()
    if lines {
      return text.split(whereSeparator: \.isLineEnd).map(String.init)
    }
    return [text.last?.isLineEnd == true ? String(text.dropLast()) : text]
  }
}

extension Character {
  /// Whether it ends a line of a file; other separators are part of what is to be remembered.
  fileprivate var isLineEnd: Bool { self == "\n" || self == "\r\n" }
}
