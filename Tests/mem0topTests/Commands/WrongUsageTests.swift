import Foundation
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
      (["xyzzy"], "\"mem0top --help\" lists them."), (["help", "stat"], "mem0top status"),
      (["man"], "Did you mean \"mem0top manual\"?"), (["version"], "\"mem0top --version\"?"),
      (["--dir", "/x", "unlock"], "mem0top unlock --dir DIRECTORY"),
    ]
  )
  func aMistypedCommandIsToldTheNearest(arguments: [String], hint: String) async throws {
    let outcome = try await program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(hint), "\(outcome.complaint)")
  }

  /// To be told of a command is not to run it.
  @Test func helpRunsNothing() async throws {
    let directory = try WatchedDirectory(in: program.home)
    _ = try directory.abandonLock()
    let help = try await program.run("help", "unlock")
    #expect(help.status == 0 && help.output.contains("USAGE: mem0top unlock"), "\(help)")
    #expect(directory.exists(WatchedDirectory.lock))
  }

  /// Also where something else is wrong, which the parser would say in its place.
  @Test(
    arguments: [
      (["status", "--jsno"], "mem0top status has no option --jsno. Did you mean --json?"),
      (["retry", "--al"], "mem0top retry has no option --al. Did you mean --all?"),
      (["retry", "--host", "x", "--all"], "run it there: ssh HOST mem0top retry."),
      (["dlq", "drop", "--frobnicate"], "\"mem0top dlq drop --help\" lists them."),
      (["--dri=1", "x"], "mem0top has no option --dri. Did you mean --dir?"),
      (["check", "--onyl", "lock"], "mem0top check has no option --onyl. Did you mean --only?"),
    ]
  )
  func aMistypedOptionIsToldTheNearest(arguments: [String], hint: String) async throws {
    let outcome = try await program.run(arguments)
    // What watches for a monitoring system answers it, by its rules.
    let isCheck = arguments[0] == "check"
    #expect(outcome.status == (isCheck ? 3 : 64))
    #expect((isCheck ? outcome.output : outcome.complaint).contains(hint), "\(outcome)")
    #expect(outcome.output.isEmpty == !isCheck)
  }

  /// The value of an option is none.
  @Test func aValueMayLookLikeAnOption() async throws {
    let outcome = try await program.run("log", "--grep", "--bogus", "--nope")
    #expect(outcome.complaint.contains("no option --nope"), "\(outcome)")
  }

  @Test func theHelpOfAllNamesTheDirectory() async throws {
    #expect(try await program.run("--help").output.contains("--dir"))
  }

  @Test(
    arguments: [
      ["recover"], ["undo"], ["enqueue", "--project", "p", "--content", "c"], ["sync"], ["absorb"],
    ]
  )
  func aDirectoryThatIsNotThereIsSaidToBe(arguments: [String]) async throws {
    let path = program.home.path("nowhere")
    let outcome = try await program.run(arguments + ["--dir", path])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.complaint
        == "mem0top: There is no directory \(path); make it, or name another with --dir.\n"
    )
  }

  @Test(
    arguments: [
      ["recover"], ["undo"], ["enqueue", "--project", "p", "--content", "c"], ["sync"], ["absorb"],
      ["unlock"], ["metrics"], ["dlq", "list"], ["queue", "list"],
    ]
  )
  func aFileIsNoDirectory(arguments: [String]) async throws {
    let path = program.home.path("file")
    try Data().write(to: URL(filePath: path))
    let outcome = try await program.run(arguments + ["--dir", path])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.complaint
        == "mem0top: \(path) is not a directory; name another with --dir.\n"
    )
  }

  @Test(arguments: [["status"], ["sync"], ["retry", "--all"]])
  func anEmptyNameOfADirectoryIsAnError(arguments: [String]) async throws {
    _ = try WatchedDirectory(in: program.home)
    let outcome = try await program.run(arguments + ["--dir", ""])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.complaint.contains("--dir takes the path of a directory"), "\(outcome)")
  }

  @Test func absorbingIsQuietUntilSomethingWasTakenIn() async throws {
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let nothing = try await program.run("absorb", "--quiet")
    #expect(nothing.status == 0 && nothing.output.isEmpty && nothing.complaint.isEmpty)
    try directory.write(
      #"{"id":"bbbbbbbb-2","project_id":"p","content":"y","emergency":true}"# + "\n",
      to: "mem0_emergency.json"
    )
    let taken = try await program.run("absorb", "--quiet")
    #expect(taken.output.hasPrefix("Took 1 memory from mem0_emergency.json"), "\(taken)")
    try directory.write("not a memory\n", to: "mem0_emergency.json")
    let refused = try await program.run(
      "absorb",
      "--quiet",
      "--from",
      directory.path(of: "no-such")
    )
    #expect(refused.status == 1 && !refused.complaint.isEmpty)
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
