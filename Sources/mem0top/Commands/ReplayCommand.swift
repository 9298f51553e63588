internal import ArgumentParser
internal import Dashboard
internal import Fleet
internal import QueueEngine
internal import Terminal

/// `replay`: the dashboard on what was recorded.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Opens the dashboard on what was recorded: the same screen, at any moment of it.",
    discussion: """
      A dashboard records what it sees where something changes; the last 16 MB of it are kept. Space plays \
      and stops, the arrows step from change to change, comma and full stop go ten minutes back and on, + and - change \
      the speed. Nothing can be changed. A file may be any that mem0top recorded, or what "mem0top serve" wrote.

      Example: mem0top replay --since 2h
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(help: "A recording; without it, that of the directory.", completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("Begin so long ago (2h, 1d).", valueName: "duration"),
    transform: Self.duration
  )
  var since: Duration?

  @MainActor func run() async throws {
    try ThreadLimit.check()
    let environment = ProcessEnvironment.variables
    let configuration = try directory.load().configuration
    var recording = Recording(
      try bytes(configuration.engine),
      since: since.map { SystemClock.now - $0 }
    )
    guard recording.count > recording.skipped, let end = recording.end else {
      throw CommandFailure.refused(
        file == nil
          ? "Nothing was recorded\(since == nil ? "" : " since then"): a dashboard that is open records."
          : "\(Scrubber.scrub(file ?? "")) holds no recording."
      )
    }
    let first = recording.skipped
    var settings = configuration.engine
    if file != nil, let told = recording.settings {
      settings = told.engineSettings(directory: recording.directory ?? settings.directory)
    }
    let start = recording.moment(of: first)
    let inbox = try Inbox()
    let world = ReplayWorld(recording, settings: settings, isOwn: file == nil, inbox: inbox)
    var model = Model(
      size: Size(columns: 80, rows: 24),
      now: start,
      zoneOffset: LocalTime.offset(at: start),
      home: environment["HOME"] ?? "",
      settings: settings
    )
    model.isReadOnly = true
    model.keymap = try configuration.keymap
    model.replay = Replay(start: start, end: end, count: recording.count)
    if let snapshot = recording.snapshot(at: first) {
      inbox.post(.replayed(Replay.Frame(snapshot: snapshot, moment: start, place: first)))
    }
    do {
      try runDashboard(
        model: model,
        wish: ScreenWish(configuration.interface),
        inbox: inbox,
        world: world
      ).exitProcess()
    } catch {
      throw CommandFailure.system("\(error).")
    }
  }

  /// The recording: that of a file, or the two parts of the directory's own.
  private func bytes(_ settings: EngineSettings) throws -> [UInt8] {
    let state = StateDirectory(settings: settings)
    guard let file else {
      // A part that is not there has nothing to add.
      return SnapshotRecorder.fileNames.flatMap {
        (try? OpenFile(path: state.path(of: $0)).readAll()) ?? []
      }
    }
    do throws(SystemError) {
      return try OpenFile(path: file).readAll()
    } catch {
      throw CommandFailure.refused("\(error).")
    }
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = DurationSetting.parse(text) else {
      throw ValidationError("\(Scrubber.scrub(text)) is not a duration (2h, 1d).")
    }
    return duration
  }
}
