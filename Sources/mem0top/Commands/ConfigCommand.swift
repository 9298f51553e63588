internal import ArgumentParser
internal import QueueEngine

/// `config`: the effective settings and where each comes from, or a commented example.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints the effective settings and where each comes from.",
    discussion: """
      A flag wins over the environment (MEM0TOP_DIR, MEM0TOP_SERVER_URL, MEM0TOP_LOCK_STYLE: one \
      variable for each key), which wins over $XDG_CONFIG_HOME/mem0top/config.toml.

      Example: mem0top config --example > ~/.config/mem0top/config.toml
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print a commented configuration file instead.")
  var example = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard !example || !json else {
      throw ValidationError("--example prints TOML; leave out --json.")
    }
  }

  func run() throws {
    if example { return Output.write(ConfigurationText.example) }
    let loaded = try directory.load()
    if json {
      try Output.printJSON(ConfigurationReport(loaded))
    } else {
      Output.write(ConfigurationText.effective(loaded))
    }
  }
}
