import Foundation
import TestSupport
import Testing

/// Ended or failed at any of its system calls, a command leaves what was or what is to be, whole.
///
/// `MEM0TOP_STRESS=1` takes all points, `MEM0TOP_CRASH=drop` one command only.
@Suite("Crash", .serialized, .tags(.alone))
struct CrashTests {
  private static func chosen<Subject: CrashSubject>(_ subjects: [Subject]) -> [Subject] {
    let only = ProcessInfo.processInfo.environment["MEM0TOP_CRASH"]
    return subjects.filter { only == nil || $0.description == only }
  }

  @Test(arguments: chosen(FileCrash.all))
  func theOldOrTheNewFileIsThere(subject: FileCrash) async throws {
    try await CrashSweep.run(subject)
  }

  @Test(arguments: chosen(AbsorbCrash.all))
  func anEmergencyFileIsTakenInOnce(subject: AbsorbCrash) async throws {
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

  /// What a crash may leave, for the test below.
  private static let left = [
    "mem0_queue.json":
      #"{"id":"3f2a91c0-1b2c-4d3e-8f9a-0b1c2d3e4f5a","retries":1,"timestamp":1732945600}"#,
    "journal/00000001-drop.intent": #"{"time":"2026-01-01T00:00:00Z","file":"/home/u/q.json"}"#,
    ".mem0top-1a2b": "{", "audit.log": "one\n", "mem0_queue.lock": "4242\n",
  ]

  private static func fingerprint(changing changes: [String: String?] = [:]) -> String {
    var image = HomeImage(entries: [:])
    for (name, text) in left.mapValues(Optional.some).merging(changes, uniquingKeysWith: { $1 }) {
      let bytes = text.map { Array($0.utf8) }
      if let bytes { image.entries[name] = .init(mode: 0o600, bytes: bytes) }
    }
    return image.fingerprint(of: "/home/u")
  }

  @Test(arguments: [
    ["mem0_queue.json": left["mem0_queue.json"]?.replacing("1732945600", with: "1732945777.25")],
    ["mem0_queue.json": left["mem0_queue.json"]?.replacing("3f2a", with: "07b1")],
    [".mem0top-1a2b": nil, ".mem0top-77": "{}"], ["audit.log": "one\ntwo\n"],
    ["mem0_queue.lock": "4343\n"],
  ])
  func whatDiffersEachTimeMakesNoOtherState(changes: [String: String?]) {
    #expect(Self.fingerprint(changing: changes) == Self.fingerprint())
  }

  @Test(arguments: [
    ["mem0_queue.json": left["mem0_queue.json"]?.replacing(#"retries":1"#, with: #"retries":2"#)],
    ["mem0_queue.json": "{"], [".mem0top-1a2b": nil], ["audit.log": "one"], ["audit.log": nil],
    ["mem0_queue.lock": ""], ["mem0_queue.lock": "42"], ["claims.json": "{}"],
    ["journal/00000001-drop.intent": nil, "journal/00000001-drop.done": "{}"],
  ])
  func whatMattersMakesAnotherState(changes: [String: String?]) {
    #expect(Self.fingerprint(changing: changes) != Self.fingerprint())
  }
}
