import Foundation
import TestSupport
import Testing

/// Keys that the configuration binds wrongly, as the program says it when it starts.
@Suite struct KeyConflictTests {
  @Test(arguments: [
    (#"clear_lock = "r""#, "\"r\" is bound to both clear_lock and retry"),
    (#"no_such_thing = "Z""#, "unknown key keys.no_such_thing"),
    (#"retry = "rr""#, "keys.retry must be one character"),
    ("copy = \"Y\"\ndrop = \"y\"", "this key says yes to questions"),
  ])
  func theDashboardDoesNotOpen(line: String, words: String) async throws {
    let program = try Program()
    try program.home.write("[keys]\n\(line)\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("--dir", program.home.path)
    #expect(outcome.status == 78)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }
}
