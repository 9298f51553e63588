import Foundation
import TestSupport
import Testing

/// A library that is loaded before the program and sets a variable, which moves `environ` (bad input
/// 111): the words of the command line are taken from the start of the process all the same.
@Suite struct MovedEnvironmentTests {
  private static let compiler = "/usr/bin/cc"

  private let program: Program

  init() throws {
    program = try Program()
  }

  /// The path of a library that sets a variable before the program begins.
  private func library() throws -> String {
    let source = """
      #include <stdlib.h>
      __attribute__((constructor)) static void move(void) { setenv("MOVED", "1", 1); }
      """
    try program.home.write(source, to: "move.c")
    let path = program.home.path("move.so")
    let process = try Process.run(
      URL(filePath: Self.compiler),
      arguments: ["-shared", "-fPIC", "-o", path, program.home.path("move.c")]
    )
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return path
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: compiler)))
  func aSubcommandStaysOne() async throws {
    let environment = ["LD_PRELOAD": try library()]
    let help = try await program.run("sync", "--help", environment: environment)
    #expect(help.status == 0 && help.output.contains("mem0top sync"), "\(help.complaint)")
    let sync = try await program.run("sync", environment: environment)
    #expect(
      sync.status == 1 && sync.complaint.contains("There is no directory"),
      "\(sync.complaint)"
    )
    let wrong = try await program.run("sync", "--no-such", environment: environment)
    #expect(wrong.status == 64)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: compiler)))
  func theVariablesAreStillThose() async throws {
    let environment = ["LD_PRELOAD": try library(), "MEM0TOP_DLQ_WARN": "7"]
    let outcome = try await program.run("config", environment: environment)
    #expect(outcome.output.contains("warn = 7"), "\(outcome.output) \(outcome.complaint)")
  }
}
