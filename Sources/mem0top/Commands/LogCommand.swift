internal import ArgumentParser
internal import QueueEngine

/// `log`: the end of the worker's log, scrubbed, and what is added to it.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows the end of the worker's log.",
    discussion: "Example: mem0top log -n 50 --follow"
  )

  @OptionGroup var directory: DirectoryOptions

  @Option(
    name: .customShort("n"),
    help: ArgumentHelp("Show this many of the last lines, 1000 at most.", valueName: "lines")
  )
  var count = 20

  @Flag(help: "Go on with what is added, through rotations, until Ctrl-C.")
  var follow = false

  func validate() throws {
    guard (0...LogFollower.keptLines).contains(count) else {
      throw ValidationError("-n takes 0 to \(LogFollower.keptLines) lines.")
    }
  }

  func run() async throws {
    let configuration = try directory.load().configuration
    let path = configuration.engine.path(of: \.log)
    var log = LogFollower(path: path)
    log.refresh(now: .current)
    var told = LogPosition()
    told.skip(to: count, in: log.reading.content)
    told.tellNewLines(of: log, isOver: !follow, Output.print)
    guard follow else {
      guard log.reading.state == .ok else { throw failure(of: log.reading, at: path) }
      return
    }
    let notices = ChangeNotices(
      directories: [PathText(path).parent],
      interval: configuration.interface.refresh
    )
    for await _ in notices.stream {
      log.refresh(now: .current)
      told.tellNewLines(of: log, isOver: false, Output.print)
    }
  }

  private func failure(of reading: FileReading<LogTail>, at path: String) -> CommandFailure {
    .refused(
      reading.problem?.message
        ?? "There is no log \(Scrubber.scrub(path)) yet; a worker writes it when it first runs."
    )
  }
}
