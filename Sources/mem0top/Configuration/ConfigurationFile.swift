internal import Dashboard
internal import QueueEngine
internal import TOMLKit

/// A configuration file, parsed: its values by section and name, and their lines.
struct ConfigurationFile {
  /// A larger file is no configuration, in bytes.
  private static let largestSize = 1 << 20
  /// The bit of a mode by which others may write.
  private static let writableByAll: UInt32 = 0o002
  /// The section that holds a table for each theme.
  private static let themes = "themes"

  /// The path as messages name it.
  let shownPath: String
  private let sections: [String: ConfigurationValue]
  private let locator: TOMLKeyLocator

  /// Parses the text of a file.
  init(text: String, shownPath: String) throws(ConfigurationError) {
    self.shownPath = shownPath
    do {
      sections = ConfigurationValue.members(of: try TOMLTable(string: text))
    } catch let error as TOMLParseError {
      let line = error.source.begin.line
      throw ConfigurationError(
        "\(shownPath):\(line): not TOML: \(Self.sentence(error.description))"
      )
    } catch {
      throw ConfigurationError("\(shownPath): not TOML: \(error)")
    }
    locator = TOMLKeyLocator(text)
  }

  /// Reads the file; `nil` where there is none.
  static func read(_ path: String, shownPath: String) throws(ConfigurationError)
    -> ConfigurationFile?
  {
    guard let bytes = try bytes(of: path, shownPath: shownPath) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError("\(shownPath) is not UTF-8 text; save it as UTF-8.")
    }
    // The parser takes a NUL for the end of the text, and what follows would be ignored.
    if let end = bytes.firstIndex(of: 0) {
      let line = bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1
      throw ConfigurationError("\(shownPath):\(line): not TOML: a NUL byte; remove it.")
    }
    return try ConfigurationFile(text: text, shownPath: shownPath)
  }

  private static func bytes(of path: String, shownPath: String) throws(ConfigurationError)
    -> [UInt8]?
  {
    let problem: String
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      if file.stamp.mode & writableByAll != 0 {
        problem =
          " may be changed by every user of this machine, and commands in it run as you;"
          + " see what it says, and run \"chmod o-w \(shownPath)\"."
      } else if file.stamp.size > largestSize {
        problem = " is larger than 1 MiB; is it the right file?"
      } else {
        return try file.readAll()
      }
    } catch {
      if error.isMissing { return nil }
      problem = " cannot be read; check that the file is yours."
    }
    throw ConfigurationError(shownPath + problem)
  }

  /// A text as it stands in a section; `nil` where there is none.
  func text(of name: String, in section: String) -> String? {
    guard case .table(let members) = sections[section], case .text(let text) = members[name] else {
      return nil
    }
    return text
  }

  /// Hands every value to its setting; a key that no setting has is an error.
  func forEachValue(
    _ assign: (Setting, ConfigurationValue, ValueSource) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    for (section, value) in sections.sorted(by: inFileOrder([])) where section != Self.themes {
      if section == "hosts", case .list(let tables) = value {
        // Each by itself, so that an error names its own line; then how they fit together.
        for (index, table) in tables.enumerated() {
          let line = locator.line(of: [section], table: index)
          try assign(.hosts, .list([table]), .file(path: shownPath, line: line))
        }
        try assign(.hosts, value, .file(path: shownPath, line: locator.line(of: [section])))
        continue
      }
      let settings = SettingCatalog.all.filter { $0.section == section }
      guard !settings.isEmpty else {
        let known = (SettingCatalog.sections + [Self.themes]).joined(separator: ", ")
        throw error(at: [section], "unknown section \(section); the sections are \(known)")
      }
      guard case .table(let members) = value else {
        throw error(at: [section], "\(section) must be a section: [\(section)]")
      }
      for (name, value) in members.sorted(by: inFileOrder([section])) {
        guard let setting = settings.first(where: { $0.name == name }) else {
          let known = settings.map(\.name).joined(separator: ", ")
          throw error(at: [section, name], "unknown key \(section).\(name); the keys are \(known)")
        }
        try assign(setting, value, source(of: setting))
      }
    }
  }

  /// The themes of the person's own, in the order of the file.
  func userThemes() throws(ConfigurationError) -> [UserTheme] {
    guard let value = sections[Self.themes] else { return [] }
    guard case .table(let tables) = value else {
      throw error(at: [Self.themes], "themes must be sections: [themes.NAME]")
    }
    var themes: [UserTheme] = []
    for (name, value) in tables.sorted(by: inFileOrder([Self.themes])) {
      guard case .table(let members) = value else {
        throw error(at: [Self.themes, name], "themes.\(name) must be a section: [themes.\(name)]")
      }
      guard Appearance(named: name, among: []) == nil else {
        throw error(
          at: [Self.themes, name],
          "themes.\(name) has the name of a built-in theme; take another"
        )
      }
      themes.append(try theme(name, members))
    }
    return themes
  }

  private func theme(
    _ name: String,
    _ members: [String: ConfigurationValue]
  ) throws(ConfigurationError) -> UserTheme {
    var (background, looks): (Theme.Background?, [Role: Attributes]) = (nil, [:])
    let path = [Self.themes, name]
    for (key, value) in members.sorted(by: inFileOrder(path)) {
      let shown = "themes.\(name).\(key)"
      if key == "base" {
        switch value {
        case .text("auto"): background = nil
        case .text("dark"): background = .dark
        case .text("light"): background = .light
        default:
          throw error(
            at: path + [key],
            "\(shown) must be auto, dark or light, not \(Scrubber.scrub(value.quoted))"
          )
        }
        continue
      }
      guard let role = Role.allCases.first(where: { $0.name == key }) else {
        let known = Role.allCases.map(\.name).joined(separator: ", ")
        throw error(
          at: path + [key],
          "unknown role \(Scrubber.scrub(shown)); there are base, \(known)"
        )
      }
      let text: String? =
        switch value {
        case .text(let text): text
        case .integer(let number): "\(number)"
        default: nil
        }
      guard let look = text.flatMap({ Attributes(look: $0) }) else {
        throw error(
          at: path + [key],
          "\(shown) must be a look like 75, \"bold #5fafff\" or \"white on 88\", not \(Scrubber.scrub(value.quoted))"
        )
      }
      looks[role] = look
    }
    return UserTheme(name: name, background: background, looks: looks)
  }

  private func source(of setting: Setting) -> ValueSource {
    .file(path: shownPath, line: locator.line(of: [setting.section, setting.name]))
  }

  private func error(at path: [String], _ text: String) -> ConfigurationError {
    ConfigurationError("\(shownPath):\(locator.line(of: path)): \(text)")
  }

  private func inFileOrder(_ table: [String]) -> (
    (key: String, value: ConfigurationValue), (key: String, value: ConfigurationValue)
  ) -> Bool {
    { (locator.line(of: table + [$0.key]), $0.key) < (locator.line(of: table + [$1.key]), $1.key) }
  }

  /// The parser's message without its own prefix.
  private static func sentence(_ text: String) -> String {
    let prefix = "Error while parsing "
    return text.hasPrefix(prefix) ? "in " + text.dropFirst(prefix.count) : text
  }
}
