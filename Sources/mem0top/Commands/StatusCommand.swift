internal import ArgumentParser
internal import Dashboard
internal import QueueEngine

/// `status`: one snapshot for people, programs or tmux.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says what is wrong and why, and shows the whole pipeline once.",
    discussion: """
      Example: mem0top status --json | jq -r '.findings[0].summary'
      In tmux: set -g status-right '#(mem0top status --oneline)'
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object (schema 1).")
  var json = false

  @Flag(help: "Print one short line, for tmux's status-right.")
  var oneline = false

  @Flag(help: "Print again every second, until Ctrl-C.")
  var watch = false

  func validate() throws {
    if json, oneline { throw ValidationError("--json and --oneline cannot be used together.") }
  }

  func run() async throws {
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

  private func show(_ observation: Observation, _ keymap: Keymap) throws(CommandFailure) {
    if json {
      try Output.printJSON(observation.report(keymap))
    } else if oneline {
      Output.print(OneLineStatus(observation).text)
    } else {
      Output.write(LocaleText.shown(StatusText(observation, ink: Ink.forOutput).text))
    }
  }
}
