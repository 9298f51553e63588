import Foundation
import TestSupport
import Testing

/// Ended or failed at any of its system calls, a command leaves what was or what is to be, whole.
///
/// `MEM0TOP_STRESS=1` takes all points, `MEM0TOP_CRASH=drop` one command only.
@Suite("Crash", .serialized)
struct CrashTests {
  private static func chosen<Subject: CrashSubject>(_ subjects: [Subject]) -> [Subject] {
    let only = ProcessInfo.processInfo.environment["MEM0TOP_CRASH"]
    return subjects.filter { only == nil || $0.description == only }
  }

  @Test(arguments: chosen(FileCrash.all))
  func theOldOrTheNewFileIsThere(subject: FileCrash) async throws {
    try await CrashSweep.run(subject)
  }

  @Test(arguments: chosen(UnlockCrash.all))
  func aLockThatIsBeingClearedCanBeClearedAgain(subject: UnlockCrash) async throws {
    try await CrashSweep.run(subject)
  }

  @Test(arguments: chosen(WorkerCrash.all))
  func aMemoryIsAtTheServerOrInAFile(subject: WorkerCrash) async throws {
    try await CrashSweep.run(subject)
  }

  /// The harness itself: what is written in place is caught.
  @Test func aWriterInPlaceIsCaught() async throws {
    let tools = try TemporaryDirectory()
    guard let shim = try await CrashShim(in: tools) else { return }
    let code = """
      import sys
      open(sys.argv[1] + "/.mem0top.guard", "w")
      f = open(sys.argv[1] + "/file", "w"); f.write('{"items"'); f.flush(); f.write(': []}')
      """
    var isTorn = false
    for point in 1...12 {
      try tools.write(#"{"items": [1]}"#, to: "file")
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/python3")
      process.arguments = ["-c", code, tools.path]
      process.environment = shim.environment(.kill, at: point)
      try process.run()
      process.waitUntilExit()
      let text = try String(contentsOfFile: tools.path + "/file", encoding: .utf8)
      isTorn = isTorn || ![#"{"items": [1]}"#, #"{"items": []}"#].contains(text)
    }
    #expect(isTorn)
  }
}
