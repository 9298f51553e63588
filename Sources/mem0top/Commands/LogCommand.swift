internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `log`: the end of the worker's log, scrubbed, what is added to it, and what is looked for in all of it.
struct LogCommand: AsyncParsableCommand {
  /// So many matches are shown where nobody says how many.
  private static let usualMatches = 1000
  private static let mostMatches = 100_000
  private static let usualLines = 20

  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows the end of the worker's log, or what is looked for in all of it.",
    discussion: """
      With --grep or --since all of the log is searched, from its end, and -n bounds the matches. \
      --json prints {"schema":1, "lines"}; with --follow one such object a line, each with one line of the \
      log.

      Example: mem0top log -n 50 --follow
      Example: mem0top log --grep "HTTP 502" --since 2h
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Option(
    name: .customShort("n"),
    help: ArgumentHelp("Show this many of the last lines, 20 if not given.", valueName: "lines")
  )
  var count: Int?

  @Flag(
    name: [.customShort("f"), .long],
    help: "Go on with what is added, through rotations, until Ctrl-C."
  )
  var follow = false

  @Option(
    help: ArgumentHelp("Only lines that hold this text, in capitals or not.", valueName: "text")
  )
  var grep: String?

  @Option(
    help: ArgumentHelp(
      "Only lines of the last 2h, say, or since a time like 02:15 or \"yesterday 22:10\".",
      valueName: "time"
    )
  )
  var since: String?

  @Flag(help: "Print JSON.")
  var json = false

  /// Whether all of the log is searched.
  private var searches: Bool { grep != nil || since != nil }

  func validate() throws {
    let most = searches ? Self.mostMatches : LogFollower.keptLines
    guard (0...most).contains(count ?? 0) else {
      throw ValidationError("-n takes 0 to \(most) lines.")
    }
    guard since == nil || Self.moment(since ?? "") != nil else {
      throw ValidationError("--since takes a time like 2h, 02:15 or \"yesterday 22:10\".")
    }
  }

  func run() async throws {
    let configuration = try directory.load().configuration
    let path = configuration.engine.path(of: \.log)
    var log = LogFollower(path: path)
    log.refresh(now: SystemClock.now)
    guard follow || log.reading.state == .ok else { throw failure(of: log.reading, at: path) }
    var told = LogPosition()
    try tellBeginning(of: log, at: path, &told)
    guard follow else { return }
    let notices = ChangeNotices(
      directories: [PathText(path).parent],
      interval: configuration.interface.refresh
    )
    for await _ in notices.stream {
      log.refresh(now: SystemClock.now)
      told.tellNewLines(of: log, isOver: false) { line in if isWanted(line) { tell(line) } }
    }
  }

  /// Tells what is there already.
  private func tellBeginning(
    of log: LogFollower,
    at path: String,
    _ told: inout LogPosition
  ) throws {
    var lines: [LogLine] = []
    if searches, log.reading.state == .ok {
      lines = try matches(in: log, at: path)
      // A last line that has no end yet is told once it has one.
      told.skip(to: log.hasUnfinishedLine ? 1 : 0, in: log.reading.content)
    } else if !searches {
      told.skip(to: count ?? Self.usualLines, in: log.reading.content)
      told.tellNewLines(of: log, isOver: !follow) { lines.append($0) }
    }
    guard json, !follow else {
      for line in lines { tell(line) }
      return
    }
    try Output.printJSON(Listing(lines: lines))
  }

  private func matches(in log: LogFollower, at path: String) throws(CommandFailure) -> [LogLine] {
    do throws(SystemError) {
      return try LogSearch.lines(
        holding: grep ?? "",
        since: since.flatMap(Self.moment),
        limit: count ?? Self.usualMatches,
        in: path,
        before: follow ? log.finishedBytes : nil,
        now: SystemClock.now
      )
    } catch {
      throw .refused("\(error).")
    }
  }

  private func isWanted(_ line: LogLine) -> Bool {
    grep.map { FoldedText($0).isContained(in: line.text) } ?? true
  }

  private func tell(_ line: LogLine) {
    guard json else { return Output.print(line.text) }
    // A line of text always makes an object.
    if let object = try? Output.json(Listing(lines: [line])) { Output.print(object) }
  }

  /// A time back from now, or one of the clock.
  private static func moment(_ text: String) -> Timestamp? {
    let now = SystemClock.now
    if let age = DurationSetting.parse(text) { return now + .seconds(-age.seconds) }
    return LogMoment.parse(text, now: now, zoneOffset: LocalTime.offset(at: now))
  }

  private func failure(of reading: FileReading<LogTail>, at path: String) -> CommandFailure {
    .refused(
      reading.problem?.message
        ?? "There is no log \(Scrubber.scrub(path)) yet; a worker writes it when it first runs."
    )
  }

  /// Lines of the log for programs.
  private struct Listing: Encodable {
    struct Entry: Encodable {
      let line: LogLine

      enum CodingKeys: String, CodingKey {
        case time, kind, project, id, cause, text
      }

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(line.time?.iso8601, forKey: .time)
        try container.encode(line.kind, forKey: .kind)
        try container.encode(line.project, forKey: .project)
        try container.encode(line.idPrefix, forKey: .id)
        try container.encode(line.cause, forKey: .cause)
        try container.encode(line.text, forKey: .text)
      }
    }

    let schema = 1
    let lines: [Entry]

    init(lines: [LogLine]) { self.lines = lines.map(Entry.init) }

    enum CodingKeys: String, CodingKey {
      case schema, lines
    }
  }
}
