internal import ArgumentParser
internal import QueueEngine

/// What every command takes: the directory to look at.
struct DirectoryOptions: ParsableArguments {
  @Option(
    name: .customLong("dir"),
    help: ArgumentHelp(
      "The directory with the queue (MEM0TOP_DIR; default ~/.claude).",
      valueName: "directory"
    ),
    completion: .directory
  )
  var directory: String?

  func validate() throws {
    if directory?.isEmpty == true {
      throw ValidationError("--dir takes the path of a directory; leave it out for the default.")
    }
  }

  /// The configuration with this directory.
  func load() throws(ConfigurationError) -> ConfigurationLoader.Loaded {
    try ConfigurationLoader(
      environment: ProcessEnvironment.variables,
      directoryFlag: directory
    ).load()
  }
}
