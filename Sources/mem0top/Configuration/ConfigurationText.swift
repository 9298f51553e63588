internal import Dashboard
internal import QueueEngine

/// The configuration as TOML for people.
enum ConfigurationText {
  /// Every setting that has a value, and where that comes from.
  static func effective(_ loaded: ConfigurationLoader.Loaded) -> String {
    let absence = loaded.isFileThere ? "" : "  (not there; mem0top config --example prints one)"
    var lines = ["# File: \(Scrubber.scrub(loaded.path))\(absence)"]
    let directory = TOMLText.quoted(Scrubber.scrub(loaded.configuration.engine.directory))
    lines.append("# Directory: \(directory)  (\(loaded.directorySource))")
    let settings = SettingCatalog.all.compactMap { setting in
      setting.print(loaded.configuration).map { value in
        let text = "\(setting.name) = \(Scrubber.scrub(value))"
        return (setting, text, "\(loaded.sources[setting.key] ?? .builtIn)")
      }
    }
    return text(lines: lines, settings: settings)
  }

  /// A file with every setting, its default and what it means.
  static var example: String {
    let defaults = Configuration(engine: EngineSettings(directory: "", stateDirectory: ""))
    let settings = SettingCatalog.all.map { setting in
      let value = setting.print(defaults)
      let text =
        value.map { "\(setting.name) = \($0)" } ?? "# \(setting.name) = \(setting.example ?? "")"
      return (setting, text, setting.remark)
    }
    let head = "# mem0top: every setting with its default; what begins with # is not set."
    return text(lines: [head], settings: settings) + themeExample
  }

  /// A theme of one's own.
  private static var themeExample: String {
    let roles = Role.allCases.map(\.name)
    let pairs = [roles[..<9], roles[9...]].map { $0.joined(separator: ", ") }
    return """

      # [themes.mine]                             # ui.theme = "mine" takes it; the rest is as in base
      # base = "dark"                             # auto, dark or light
      # key = "bold #5fafff"                      # bold, dim, underline, reverse; COLOUR; on COLOUR
      # warning = 221                             # roles: \(pairs[0]),
      # banner_critical = "white on 88"           # \(pairs[1])

      """
  }

  /// The settings under their section headers, with comments aligned where they fit.
  private static func text(
    lines: [String],
    settings: [(setting: Setting, text: String, comment: String)]
  ) -> String {
    var lines = lines
    var section = ""
    for (setting, text, comment) in settings {
      if setting.section != section {
        section = setting.section
        lines += ["", "[\(section)]"]
      }
      let gap = String(repeating: " ", count: max(44 - text.count, 2))
      lines.append("\(text)\(gap)# \(comment)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The configuration for programs: each key with its value as TOML and its source.
struct ConfigurationReport: Encodable {
  struct Entry: Encodable {
    let value: ConfigurationValue?
    let source: String

    enum CodingKeys: String, CodingKey {
      case value, source
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(value, forKey: .value)
      try container.encode(source, forKey: .source)
    }
  }

  let schema = 1
  let directory: Entry
  let file: String
  let settings: [String: Entry]

  init(_ loaded: ConfigurationLoader.Loaded) {
    directory = Entry(
      value: .text(loaded.configuration.engine.directory),
      source: "\(loaded.directorySource)"
    )
    file = Scrubber.scrub(loaded.path)
    settings = Dictionary(
      uniqueKeysWithValues: SettingCatalog.all.map { setting in
        let value = setting.print(loaded.configuration).flatMap(ConfigurationValue.init(toml:))
        let source = loaded.sources[setting.key] ?? .builtIn
        return (setting.key, Entry(value: value, source: "\(source)"))
      }
    )
  }
}
