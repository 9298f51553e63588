internal import ArgumentParser
internal import Dashboard
internal import Mem0Client
internal import QueueEngine

/// `status`: one snapshot for people, programs or tmux.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says what is wrong and why, and shows the whole pipeline once.",
    discussion: """
      --format says who shows the one line: tmux (with its styles), or claude (a status line with the way \
      out; the server then has a tenth of a second to answer).

      --host and --hosts say it of other machines, over ssh: one in full, several in a table.

      Example: mem0top status --host dev-1 --host dev-2
      Example: mem0top status --json | jq -r '.findings[0].summary'
      In tmux: set -g status-right '#(mem0top status --format tmux)'
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var hosts: HostOptions

  @Flag(help: "Print one JSON object (schema 1).")
  var json = false

  @Flag(help: "Print one short line, for tmux's status-right.")
  var oneline = false

  @Option(
    help: ArgumentHelp("The form of that line: plain, tmux or claude.", valueName: "form")
  )
  var format: OneLineStatus.Format?

  @Flag(help: "Print again every second, until Ctrl-C.")
  var watch = false

  func validate() throws {
    try hosts.check(directory)
    if json, oneline || format != nil {
      throw ValidationError("--json and a line (--oneline, --format) cannot be used together.")
    }
  }

  func run() async throws {
    if hosts.isGiven { return try await showMachines() }
    if format == .claude, !watch { return try await showForAssistant() }
    let configuration = try directory.load().configuration
    let keymap = json ? try configuration.keymap : .standard
    var observer = Observer(configuration)
    if watch {
      try await WatchLoop(interval: configuration.interface.refresh).run(&observer) {
        try show($0, keymap)
      }
    }
    try show(await observer.look(), keymap)
  }

  /// Prints the line of this machine; `directoryFlag` is what `--dir` says.
  ///
  /// Without a server there is nothing to wait for, and no thread is started.
  @MainActor static func showLine(
    _ form: OneLineStatus.Format,
    directoryFlag: String?
  ) async throws {
    let environment = ProcessEnvironment.variables
    let loader = ConfigurationLoader(environment: environment, directoryFlag: directoryFlag)
    let configuration = try loader.load().configuration
    var observer = Observer(configuration)
    guard !configuration.server.endpoints.isEmpty else {
      return show(observer.look(server: ServerStatus()), as: form)
    }
    try ThreadLimit.check()
    show(await observer.look(), as: form)
  }

  private static func show(_ observation: Observation, as form: OneLineStatus.Format) {
    Output.print(OneLineStatus(observation).text(form, isColoured: !Ink.isRefused))
  }

  /// A status line is asked for often and given up when it is late, so the server has little time; what
  /// fails is said in the line, because without one the row would go.
  private func showForAssistant() async throws {
    StandardInput.discardWhatIsThere()
    do {
      var observer = Observer(
        try directory.load().configuration,
        deadline: .milliseconds(100)
      )
      try show(await observer.lookQuickly(), .standard)
    } catch let error as ConfigurationError {
      Output.print(String("▲ mem0top: \(Scrubber.scrub(error.description))".prefix(80)))
    }
  }

  /// Says it of other machines; each may take as long as a server that does not answer.
  private func showMachines() async throws {
    let configuration = try directory.load().configuration
    let environment = ProcessEnvironment.variables
    let keymap = json ? try configuration.keymap : .standard
    let observer = try FleetObserver(
      try hosts.machines(configuration),
      rsh: try configuration.rsh(environment),
      environment: environment
    )
    defer { observer.end() }
    let mayClear = watch && Output.isTerminal && Ink.knowsSequences
    repeat {
      let report = FleetReport(sights: observer.look(timeout: Self.timeout), now: SystemClock.now)
      if mayClear { Output.write("\u{1B}[H\u{1B}[2J") }
      if json {
        try Output.printJSON(report.document(keymap))
      } else if oneline || format != nil {
        Output.print(report.oneLine)
      } else {
        Output.write(LocaleText.shown(report.text(.forOutput)))
      }
      if watch { try await Task.sleep(for: configuration.interface.refresh) }
    } while watch
  }

  private static let timeout = Duration.seconds(20)

  private func show(_ observation: Observation, _ keymap: Keymap) throws(CommandFailure) {
    if json {
      try Output.printJSON(observation.report(keymap))
    } else if oneline || format != nil {
      Self.show(observation, as: format ?? .plain)
    } else {
      Output.write(LocaleText.shown(StatusText(observation, ink: Ink.forOutput).text))
    }
  }
}
