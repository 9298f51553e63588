internal import Dashboard
internal import FoundationEssentials
internal import Mem0Client
internal import QueueEngine

/// Puts the configuration together: flag, then environment, then file, then default.
struct ConfigurationLoader {
  /// The variables of the process.
  let environment: [String: String]
  /// The value of `--dir`.
  var directoryFlag: String?
  /// Looks up the home directory that the system's table of users has, for where `HOME` is not set.
  var accountHome: () -> String? = { UserAccount.homeDirectory }

  /// A configuration and where each of its values comes from, by the setting's key.
  struct Loaded: Sendable {
    var configuration: Configuration
    var directorySource: ValueSource
    var sources: [String: ValueSource] = [:]
    /// The path of the file, whether it is there or not.
    var path: String
    /// Whether the file is there.
    var isFileThere = false
  }

  /// Reads every layer; the first value that does not fit is the error.
  func load() throws(ConfigurationError) -> Loaded {
    let (directory, directorySource) = try directoryChoice()
    let path = try path
    var loaded = Loaded(
      configuration: Configuration(
        engine: EngineSettings(directory: directory, stateDirectory: try stateDirectory)
      ),
      directorySource: directorySource,
      path: path
    )
    if case .flag = directorySource { loaded.configuration.namedDirectory = directoryFlag }
    // An error may quote what stands where a key was pasted by mistake.
    conceal(variable: "MEM0_API_KEY")
    conceal(variable: environment["MEM0TOP_SERVER_KEY_ENV"])
    if let file = try ConfigurationFile.read(path, shownPath: shown(path)) {
      loaded.isFileThere = true
      conceal(variable: file.text(of: "key_env", in: "server"))
      try file.forEachValue { (setting, value, source) throws(ConfigurationError) in
        try Self.assign(value, to: setting, from: source, in: &loaded)
      }
      loaded.configuration.interface.themes = try file.userThemes()
    }
    try readEnvironment(into: &loaded)
    try checkKeys(of: loaded)
    try checkTheme(of: loaded)
    try expandPaths(in: &loaded.configuration)
    // Before anything is read that may repeat it.
    loaded.configuration.server.concealKey(environment: environment)
    try checkServer(of: loaded)
    // A log that is one of these would be written behind it, and a lock emptied.
    loaded.configuration.engine.reservedFiles["the settings file"] = path
    loaded.configuration.engine.reservedFiles["server.key_file"] =
      loaded.configuration.server.keyFile
    if let problem = FileConflict.problem(in: loaded.configuration.engine) {
      throw ConfigurationError(problem)
    }
    return loaded
  }

  /// From now on nobody sees what a variable says that names a key.
  private func conceal(variable name: String?) {
    if let name, let key = environment[name] { Scrubber.conceal(key) }
  }

  /// Where the file lies: `$XDG_CONFIG_HOME/mem0top/config.toml`.
  private var path: String {
    get throws(ConfigurationError) {
      try baseDirectory("XDG_CONFIG_HOME", default: ".config") + "/config.toml"
    }
  }

  private var stateDirectory: String {
    get throws(ConfigurationError) {
      try baseDirectory("XDG_STATE_HOME", default: ".local/state")
    }
  }

  /// The home directory; needed only where a path is not given otherwise.
  private var home: String {
    get throws(ConfigurationError) {
      if let home = environment["HOME"], home.hasPrefix("/") { return home }
      if let home = accountHome(), home.hasPrefix("/") { return home }
      throw ConfigurationError(
        "HOME is not set and this user has no home directory, so the settings cannot be found;"
          + " set HOME, or else MEM0TOP_DIR, XDG_CONFIG_HOME and XDG_STATE_HOME."
      )
    }
  }

  private func baseDirectory(
    _ variable: String,
    default name: String
  ) throws(ConfigurationError) -> String {
    // The XDG specification ignores relative paths.
    if let base = environment[variable], base.hasPrefix("/") { return base + "/mem0top" }
    return "\(try home)/\(name)/mem0top"
  }

  private func directoryChoice() throws(ConfigurationError) -> (String, ValueSource) {
    if let directoryFlag, !directoryFlag.isEmpty {
      return (try absolute(directoryFlag), .flag("--dir"))
    }
    if let directory = environment["MEM0TOP_DIR"], !directory.isEmpty {
      return (try absolute(directory), .environment("MEM0TOP_DIR"))
    }
    return (try absolute(home + "/.claude"), .builtIn)
  }

  private func readEnvironment(into loaded: inout Loaded) throws(ConfigurationError) {
    // Most people set none, and to make the catalog takes as long as to read a file.
    guard environment.keys.contains(where: { $0.hasPrefix("MEM0TOP_") }) else { return }
    let settings = Dictionary(
      uniqueKeysWithValues: SettingCatalog.all.map { ($0.environmentName, $0) }
    )
    let prefixes = SettingCatalog.sections.map { "MEM0TOP_\($0.uppercased())_" }
    for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
      guard prefixes.contains(where: name.hasPrefix) else { continue }
      guard let setting = settings[name] else {
        throw ConfigurationError(
          "\(Scrubber.scrub(name)) is set, but there is no such setting; see mem0top config --help."
        )
      }
      let value = ConfigurationValue(environment: text)
      try Self.assign(value, to: setting, from: .environment(name), in: &loaded)
    }
  }

  /// Keys must fit together, whichever command reads the configuration.
  private func checkKeys(of loaded: Loaded) throws(ConfigurationError) {
    let keys = loaded.configuration.interface.keys
    guard !keys.isEmpty else { return }
    do throws(KeymapConflict) {
      _ = try Keymap.standard.rebound(keys)
    } catch {
      let places = error.commands.compactMap { loaded.sources["keys.\($0)"]?.description }
      throw ConfigurationError((places.map { $0 + ": " }.first ?? "") + error.description)
    }
  }

  /// The theme must be one that there is.
  private func checkTheme(of loaded: Loaded) throws(ConfigurationError) {
    let interface = loaded.configuration.interface
    guard Appearance(named: interface.theme, among: interface.themes) == nil else { return }
    let place = loaded.sources["ui.theme"].map { "\($0): " } ?? ""
    let known = (Appearance.builtIn.map(\.name) + interface.themes.map(\.name)).joined(
      separator: ", "
    )
    throw ConfigurationError(
      "\(place)ui.theme must be one of \(Scrubber.scrub(known)), or the NAME of a section [themes.NAME],"
        + " not \(Scrubber.scrub(TOMLText.quoted(interface.theme)))"
    )
  }

  /// A custom receiver must be described before anything is sent to it.
  private func checkServer(of loaded: Loaded) throws(ConfigurationError) {
    guard !loaded.configuration.server.isSpoken else { return }
    let place = loaded.sources["server.api"].map { "\($0): " } ?? ""
    throw ConfigurationError(
      "\(place)server.api is \"custom\", but there is no section [server.custom] with health, add, body"
        + " and accept; mem0top config --example shows one."
    )
  }

  private static func assign(
    _ value: ConfigurationValue,
    to setting: Setting,
    from source: ValueSource,
    in loaded: inout Loaded
  ) throws(ConfigurationError) {
    do {
      try setting.assign(&loaded.configuration, value)
    } catch {
      // That a list is a list says nothing of what is wrong in it.
      let isSaid = error.expected.hasPrefix("\(value.quoted) ")
      let quoted = setting.isQuotable && !isSaid ? ", not \(Scrubber.scrub(value.quoted))" : ""
      let subject =
        switch source {
        case .environment(let name): name
        default: "\(source): \(setting.key)"
        }
      throw ConfigurationError("\(subject) must be \(error.expected)\(quoted)")
    }
    loaded.sources[setting.key] = source
  }

  /// Lets every path begin with `~`; no shell stands between a setting and us.
  private func expandPaths(in configuration: inout Configuration) throws(ConfigurationError) {
    if let keyFile = configuration.server.keyFile {
      configuration.server.keyFile = try expanded(keyFile)
    }
    for (_, file) in FileNames.all {
      configuration.engine.files[keyPath: file] = try expanded(
        configuration.engine.files[keyPath: file]
      )
    }
  }

  /// The path with a leading `~` made the home directory, as a person means it in a setting.
  private func expanded(_ path: String) throws(ConfigurationError) -> String {
    if path == "~" { return try home }
    return path.hasPrefix("~/") ? try home + path.dropFirst() : path
  }

  /// The directory as it is meant from anywhere, so that what is shown and kept names one place.
  ///
  /// A part `..` stays: behind a symbolic link it leads elsewhere than the text says.
  private func absolute(_ path: String) throws(ConfigurationError) -> String {
    let path = try expanded(path)
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var absolute = ""
    for part in whole.split(separator: "/") where part != "." {
      absolute += "/"
      absolute.append(contentsOf: part)
    }
    return absolute.isEmpty ? "/" : absolute
  }

  /// The path with the home directory as `~`, safe to show.
  private func shown(_ path: String) -> String {
    guard let home = try? home, home.count > 1, path.hasPrefix(home + "/") else {
      return Scrubber.scrub(path)
    }
    return Scrubber.scrub("~" + String(path.dropFirst(home.count)))
  }
}
