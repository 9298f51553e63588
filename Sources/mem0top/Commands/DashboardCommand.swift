internal import ArgumentParser
internal import Dashboard
internal import Fleet
internal import QueueEngine
internal import Terminal

/// The dashboard; what `mem0top` does without a subcommand.
struct DashboardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Opens the dashboard (the default).",
    discussion: """
      With --host or --hosts it shows many machines in one pane, and the dashboard of each with the \
      key for opening. mem0top must be installed there; docs/fleet.md in the repository says more.

      Example: mem0top --dir ~/.claude
      Example: mem0top --host dev-1 --host me@dev-2:/home/me/.claude
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var hosts: HostOptions

  func validate() throws { try hosts.check(directory) }

  @MainActor func run() async throws {
    guard hosts.isGiven else { return try await Self.run(directoryFlag: directory.directory) }
    let configuration = try directory.load().configuration
    try Self.watch(
      try hosts.machines(configuration),
      configuration,
      environment: ProcessEnvironment.variables
    ).exitProcess()
  }

  /// Shows many machines until the person quits.
  @MainActor static func watch(
    _ hosts: [RemoteHost],
    _ configuration: Configuration,
    environment: [String: String]
  ) throws -> ExitReason {
    let inbox = try Inbox()
    let world = try FleetWorld(
      hosts,
      rsh: try configuration.rsh(environment),
      interval: configuration.interface.refresh,
      environment: environment,
      inbox: inbox
    )
    defer { world.end() }
    var model = try model(of: configuration, home: environment["HOME"] ?? "")
    model.watch(world.rows)
    do {
      return try runDashboard(
        model: model,
        wish: ScreenWish(configuration.interface),
        inbox: inbox,
        world: world
      )
    } catch {
      throw CommandFailure.system(
        "\(error); \"mem0top status --hosts\" and \"--host\" say the same without a screen."
      )
    }
  }

  /// Opens the dashboard and ends the process with it.
  @MainActor static func run(directoryFlag: String?) async throws {
    let environment = ProcessEnvironment.variables
    let loader = ConfigurationLoader(environment: environment, directoryFlag: directoryFlag)
    try await open(loader.load().configuration, environment: environment).exitProcess()
  }

  /// Opens the dashboard on a configuration until the person quits; `demo` uses it, too.
  ///
  /// The files are read before the terminal is opened; all else waits for the first frame, threads
  /// included. A terminal that cannot show it gets the plain status instead, once.
  ///
  /// - Parameters:
  ///   - configuration: What is watched, and how.
  ///   - environment: The variables of a worker that is started, and those that may hold a key.
  ///   - meanwhile: Runs from the first frame on as long as the dashboard is open, and may post to it.
  /// - Returns: why it ended, the terminal restored.
  /// - Throws: `ConfigurationError` where keys are bound twice, `CommandFailure` where nothing can be shown.
  @MainActor static func open(
    _ configuration: Configuration,
    environment: [String: String],
    meanwhile: @escaping @Sendable (_ post: @escaping @Sendable (Message) -> Void) async -> Void = {
      _ in
    }
  ) async throws -> ExitReason {
    let inbox = try Inbox()
    let world = try LiveWorld(configuration, environment: environment, inbox: inbox) {
      await meanwhile { inbox.post($0) }
    }
    defer {
      world.end()
      ExitBarrier.close()
    }
    let model = try model(of: configuration, home: environment["HOME"] ?? "")
    do {
      return try runDashboard(
        model: model,
        wish: ScreenWish(configuration.interface),
        inbox: inbox,
        world: world
      )
    } catch {
      guard error.isAboutThisTerminal else { throw CommandFailure.system("\(error).") }
      Output.complain("mem0top: \(Scrubber.scrub("\(error)")).")
      var observer = Observer(configuration)
      let text = StatusText(await observer.look(), ink: Ink(isColoured: false)).text
      Output.write(LocaleText.shown(text))
      return .quit
    }
  }

  private static func model(of configuration: Configuration, home: String) throws -> Model {
    let now = SystemClock.now
    var model = Model(
      size: Size(columns: 80, rows: 24),
      now: now,
      zoneOffset: LocalTime.offset(at: now),
      home: home,
      settings: configuration.engine
    )
    model.workerCommand = configuration.runnableWorker
    model.isReadOnly = configuration.interface.isReadOnly
    model.refreshInterval = configuration.interface.refresh
    model.themes = configuration.interface.themes
    model.keymap = try configuration.keymap
    let seen = LastVisit(settings: configuration.engine).read()
    if !seen.isEmpty { model.absence = Absence(words: seen) }
    return model
  }
}

extension TerminalError {
  /// Whether there is a terminal, but one that can do no more than print lines.
  fileprivate var isAboutThisTerminal: Bool {
    switch self {
    case .unknownTerminal, .tooSimple: true
    case .notATerminal, .noPipe: false
    }
  }
}

extension ScreenWish {
  /// What the configuration says of the terminal.
  init(_ settings: InterfaceSettings) {
    // The configuration was refused where it names another one.
    let appearance = Appearance(named: settings.theme, among: settings.themes) ?? .auto
    let borders: Borders =
      switch settings.borders {
      case .auto: .auto
      case .unicode: .unicode
      case .ascii: .ascii
      }
    self.init(
      appearance: appearance,
      borders: borders,
      isAmbiguousWide: settings.ambiguous == .wide,
      hasMouse: settings.hasMouse
    )
  }
}
