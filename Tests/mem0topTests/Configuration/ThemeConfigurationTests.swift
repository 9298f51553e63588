import Dashboard
import Foundation
import TestSupport
import Testing

@testable import mem0top

/// `[themes.NAME]`: colours of a person's own.
struct ThemeConfigurationTests {
  private func load(_ file: String) throws -> Configuration {
    let home = try TemporaryDirectory()
    try home.write(file, to: ".config/mem0top/config.toml")
    return try ConfigurationLoader(environment: ["HOME": home.path]).load().configuration
  }

  private func complaint(_ file: String) throws -> String {
    try #require(#expect(throws: ConfigurationError.self) { try load(file) }).description
  }

  @Test func aThemeIsATableOfRoles() throws {
    let interface = try load(
      """
      [ui]
      theme = "sea"
      [themes.sea]
      base = "dark"
      key = "bold 75"
      warning = 221
      banner_critical = "white on 88"
      [themes.plain]
      text = "#dddddd"
      """
    ).interface
    #expect(interface.theme == "sea" && interface.themes.map(\.name) == ["sea", "plain"])
    let sea = interface.themes[0]
    #expect(sea.background == .dark && interface.themes[1].background == nil)
    #expect(sea.looks[.key]?.isBold == true && sea.looks[.warning]?.foreground == 221)
    #expect(sea.looks[.bannerCritical]?.background == 88)
    #expect(Appearance(named: "sea", among: interface.themes) == .user(sea))
  }

  @Test(arguments: [
    (
      "[themes.a]\nkey = 75\nacent = 3\n",
      ":3: unknown role themes.a.acent; there are base, text, dim,"
    ),
    (
      "[themes.a]\n\nkey = \"blu\"\n",
      ":3: themes.a.key must be a look like 75, \"bold #5fafff\" or \"white on 88\", not \"blu\""
    ),
    ("[themes.a]\nkey = true\n", ":2: themes.a.key must be a look"),
    (
      "[themes.a]\nbase = \"grey\"\n", ":2: themes.a.base must be auto, dark or light, not \"grey\""
    ),
    ("[themes]\na = 3\n", ":2: themes.a must be a section: [themes.a]"),
    ("themes = 3\n", ":1: themes must be sections: [themes.NAME]"),
    ("[themes.dark]\nkey = 3\n", ":1: themes.dark has the name of a built-in theme; take another"),
    (
      "[ui]\ntheme = \"sea\"\n[themes.see]\nkey = 3\n",
      ":2: ui.theme must be one of auto, dark, light, contrast, mono, see, or the NAME of a section"
    ),
  ])
  func whatDoesNotFitIsOneSentenceWithItsLine(_ file: String, _ sentence: String) throws {
    let complaint = try complaint(file)
    #expect(complaint.contains("config.toml" + sentence), "\(complaint)")
    #expect(!complaint.contains("\n"))
  }

  @Test func theDoctorNamesWhatCannotBeRead() async throws {
    let program = try Program()
    _ = try WatchedDirectory(in: program.home)
    try program.home.write(
      "[themes.sea]\nbase = \"dark\"\nkey = 75\ndim = 234\n[themes.good]\nkey = 75\nbase = \"dark\"\n",
      to: ".config/mem0top/config.toml"
    )
    let output = try await program.run("doctor").output
    #expect(output.contains("hard to read: dim (contrast from 1."))
    #expect(output.contains("every colour can be read"))
  }

  @Test func theExampleHasOne() throws {
    let example = ConfigurationText.example
    let lines = example.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("# [themes.mine]") })
    let table = lines[start...].map { $0.dropFirst(2) }.joined(separator: "\n")
    let themes = try load(table + "\n").interface.themes
    #expect(themes.map(\.looks.count) == [3])
  }
}
