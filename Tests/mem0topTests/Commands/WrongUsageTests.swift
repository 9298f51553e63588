import TestSupport
import Testing

/// What a person has mistyped, or pointed at the wrong place.
@Suite(.tags(.alone)) struct WrongUsageTests {
  private let program: Program

  init() throws {
    program = try Program()
  }

  @Test(
    arguments: [
      (["stauts"], "Did you mean \"mem0top status\"?"), (["unlok", "--dry-run"], "mem0top unlock"),
      (["dlq", "lits"], "Did you mean \"mem0top dlq list\"?"),
      (["xyzzy"], "\"mem0top --help\" lists them."),
    ]
  )
  func aMistypedCommandIsToldTheNearest(arguments: [String], hint: String) async throws {
    let outcome = try await program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(hint), "\(outcome.complaint)")
  }

  @Test func aMistypedOptionIsToldTheNearest() async throws {
    let outcome = try await program.run("status", "--jsno")
    #expect(outcome.status == 64)
    #expect(outcome.complaint.contains("--json"), "\(outcome.complaint)")
  }

  @Test func theHelpOfAllNamesTheDirectory() async throws {
    #expect(try await program.run("--help").output.contains("--dir"))
  }

  @Test(arguments: [["recover"], ["undo"], ["enqueue", "--project", "p", "--content", "c"]])
  func aDirectoryThatIsNotThereIsSaidToBe(arguments: [String]) async throws {
    let path = program.home.path("nowhere")
    let outcome = try await program.run(arguments + ["--dir", path])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains("There is no directory \(path)"), "\(outcome.complaint)")
  }

  @Test func whereNothingWasChangedAQuietCommandSaysNothing() async throws {
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    for arguments in [["unlock"], ["retry", "--all"], ["recover"]] {
      let outcome = try await program.run(arguments + ["--quiet"])
      #expect(outcome.status == 0, "\(arguments): \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments): \(outcome.output)")
    }
    let pid = try directory.abandonLock()
    let cleared = try await program.run("unlock", "--quiet")
    #expect(cleared.output.contains("\(pid)"), "\(cleared)")
  }
}
