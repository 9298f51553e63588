import Foundation
import TestSupport
import Testing

@Suite struct ConfigCommandTests {
  @Test func everyValueIsPrintedWithItsSource() async throws {
    let program = try Program()
    try program.home.write("\n[dlq]\nwarn = 9\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run(
      "config",
      "--dir",
      "/x",
      environment: ["MEM0TOP_LOCK_STYLE": "flock"]
    )
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains("# Directory: \"/x\" (--dir)"))
    #expect(lines.contains("warn = 9 # ~/.config/mem0top/config.toml:3"))
    #expect(lines.contains("style = \"flock\" # MEM0TOP_LOCK_STYLE"))
    #expect(lines.contains("alert = 10 # default"))
  }

  @Test func withoutAHomeItIsThatOfTheUser() async throws {
    let home = try #require(getpwuid(getuid())?.pointee.pw_dir.map { String(cString: $0) })
    let outcome = try await Program().run("config", environment: ["HOME": ""])
    #expect(outcome.output.contains("\"\(home)/.claude\""), "\(outcome.output.prefix(300))")
  }

  @Test func secretsOfAddressesAreNotPrinted() async throws {
    let outcome = try await Program().run(
      "config",
      environment: ["MEM0TOP_SERVER_URL": "http://me:hush@127.0.0.1:1/"]
    )
    #expect(outcome.output.contains("url = \"http://127.0.0.1:1/\""))
    #expect(!outcome.output.contains("hush"))
  }

  /// A path is put behind the address: what stands behind a `?` or a `#` would swallow it.
  @Test(arguments: ["?key=hush", "#hush"])
  func anAddressWithAQueryIsRefused(end: String) async throws {
    let outcome = try await Program().run(
      "config",
      environment: ["MEM0TOP_SERVER_URL": "http://127.0.0.1:1/\(end)"]
    )
    #expect(outcome.status == 78)
    #expect(outcome.complaint.contains("without ? and #"), "\(outcome.complaint)")
    #expect(!outcome.complaint.contains("hush"), "\(outcome.complaint)")
  }

  @Test func theExampleIsAFileThatLoads() async throws {
    let program = try Program()
    let example = try await program.run("config", "--example")
    try program.home.write(example.output, to: ".config/mem0top/config.toml")
    let outcome = try await program.run("config", "--json")
    #expect(outcome.status == 0)
    let settings = try #require(try outcome.json()["settings"] as? [String: [String: Any]])
    #expect(settings["lock.style"]?["value"] as? String == "auto")
    #expect(settings["dlq.alert"]?["value"] as? Int == 10)
    #expect(settings["ui.mouse"]?["value"] as? Bool == false)
    #expect(settings["worker.command"]?["value"] as? [String] == [])
    #expect(settings["server.url"]?["value"] is NSNull)
  }
}
