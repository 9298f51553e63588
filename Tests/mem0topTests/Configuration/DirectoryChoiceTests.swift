import QueueEngine
import Testing

@testable import mem0top

/// Which directory is watched, and how it is written.
@Suite struct DirectoryChoiceTests {
  private func engine(
    _ environment: [String: String] = [:],
    flag: String? = nil
  ) throws -> EngineSettings {
    try ConfigurationLoader(
      environment: environment.merging(["HOME": "/nobody/home"]) { old, _ in old },
      directoryFlag: flag
    ).load().configuration.engine
  }

  @Test(arguments: [("/x/", "/x"), ("//x//y/./", "/x/y"), ("/x/../y", "/x/../y"), ("/", "/")])
  func aDirectoryIsWrittenInOneWay(given: String, written: String) throws {
    #expect(try engine(flag: given).directory == written)
    #expect(try engine(["MEM0TOP_DIR": given]).directory == written)
  }

  @Test(arguments: [[:], ["HOME": ""], ["HOME": "here"]])
  func withoutAHomeTheTableOfUsersHasIt(environment: [String: String]) throws {
    var loader = ConfigurationLoader(environment: environment)
    loader.accountHome = { "/home/of/account" }
    let engine = try loader.load().configuration.engine
    #expect(engine.directory == "/home/of/account/.claude")
    #expect(engine.stateDirectory == "/home/of/account/.local/state/mem0top")
    loader.accountHome = { nil }
    let error = #expect(throws: ConfigurationError.self) { try loader.load() }
    #expect(error?.description.hasPrefix("HOME is not set and this user has no home") == true)
    loader = ConfigurationLoader(
      environment: ["MEM0TOP_DIR": "/d", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"],
      accountHome: { nil }
    )
    #expect(try loader.load().configuration.engine.directory == "/d")
  }
}
