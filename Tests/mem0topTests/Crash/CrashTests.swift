import Foundation
import QueueEngine
import Testing

/// Ended or failed at any of its system calls, an operation leaves the old or the new file, whole.
///
/// The short form takes some of the points of each operation; with `MEM0TOP_STRESS=1` all of them are
/// taken, and each error at each of them. `MEM0TOP_CRASH=drop` takes one operation only.
@Suite("Crash", .serialized)
struct CrashTests {
  private static let isLong = ProcessInfo.processInfo.environment["MEM0TOP_STRESS"] == "1"

  private let program: Program
  private let directory: WatchedDirectory
  private let tools: TemporaryDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    tools = try TemporaryDirectory()
  }

  private static let operations = CrashOperation.all.filter { operation in
    ProcessInfo.processInfo.environment["MEM0TOP_CRASH"].map { $0 == operation.description } ?? true
  }

  @Test(arguments: operations)
  func theOldOrTheNewFileIsThere(operation: CrashOperation) async throws {
    guard let shim = try await CrashShim(in: tools) else {
      print("crash: skipped, there is no C compiler")
      return
    }
    try await prepare(operation)
    let calls = try await run(operation, shim, .none, at: 0).calls
    #expect(try text(of: operation.file) == operation.after, "undisturbed")
    try #require(calls.count > 30, "the shim saw too little: \(calls)")
    let stride = Self.isLong ? 1 : operation.stride
    var (kills, faults) = (0, 0)
    for point in Swift.stride(from: 1, through: calls.count, by: stride) {
      try await reset()
      let outcome = try await run(operation, shim, .kill, at: point)
      let place = "\(operation) killed at \(point), \(calls[point - 1])"
      #expect(outcome.status == -9 && outcome.calls.count == point, "\(place) was not reached")
      try checkWholeness(operation, place)
      try checkRecovery(operation, place)
      kills += 1
    }
    for (index, fault) in Self.faults.enumerated() {
      let first = Self.isLong ? 1 : 1 + index * 2
      for point in Swift.stride(from: first, through: calls.count, by: stride * 2 - 1) {
        if fault == .shortWrite, calls[point - 1] != "write" { continue }
        try await reset()
        let outcome = try await run(operation, shim, fault, at: point)
        let place = "\(operation) with \(fault) at \(point), \(calls[point - 1])"
        #expect(outcome.status == 0 || outcome.status == 1, "\(place): \(outcome.complaint)")
        try checkWholeness(operation, place)
        if outcome.status == 0 {
          #expect(try text(of: operation.file) == operation.after, "\(place)")
        }
        try checkRecovery(operation, place)
        faults += 1
      }
    }
    print("crash: \(operation): \(calls.count) points, \(kills) kills, \(faults) faults")
  }

  /// The harness itself: what is written in place is caught.
  @Test func aWriterInPlaceIsCaught() async throws {
    guard let shim = try await CrashShim(in: tools) else { return }
    let file = directory.path(of: WatchedDirectory.deadLetters)
    let code = """
      import sys
      open(sys.argv[1] + "/.mem0top.guard", "w")
      f = open(sys.argv[2], "w"); f.write('{"items"'); f.flush(); f.write(': []}'); f.close()
      """
    var isTorn = false
    for point in 1...12 {
      try directory.write(#"{"items": [1]}"#, to: WatchedDirectory.deadLetters)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/python3")
      process.arguments = ["-c", code, directory.path, file]
      process.environment = shim.environment(.kill, at: point)
      try process.run()
      process.waitUntilExit()
      isTorn = try isTorn || ![#"{"items": [1]}"#, #"{"items": []}"#].contains(text())
    }
    #expect(isTorn)
  }

  private static let faults: [CrashShim.Fault] = [
    .error(ENOSPC), .error(EIO), .error(EDQUOT), .error(EINTR), .shortWrite,
  ]

  private var settings: EngineSettings {
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: program.home.path + "/.local/state/mem0top"
    )
    settings.lockStyle = .pidfile
    return settings
  }

  private func text(
    of file: String = WatchedDirectory.deadLetters
  ) throws -> String {
    CrashOperation.settled(try directory.text(of: file))
  }

  /// Makes the state before the operation, and keeps it to begin from again.
  private func prepare(_ operation: CrashOperation) async throws {
    // In an undecided style the lock goes back after a look at all processes, whose number varies.
    try program.home.write(
      "[lock]\nstyle = \"pidfile\"\n",
      to: ".config/mem0top/config.toml"
    )
    try directory.write(operation.start, to: operation.file)
    for arguments in operation.preparation {
      let outcome = try await program.run(arguments)
      try #require(outcome.status == 0, "\(outcome.complaint)")
    }
    if let destroyed = operation.destroyed {
      try directory.write(destroyed, to: WatchedDirectory.deadLetters)
    }
    #expect(try text(of: operation.file) == operation.before)
    try FileManager.default.copyItem(atPath: program.home.path, toPath: tools.path + "/template")
  }

  private func reset() async throws {
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: program.home.path) {
      try files.removeItem(atPath: program.home.path + "/" + name)
    }
    for name in try files.contentsOfDirectory(atPath: tools.path + "/template") {
      try files.copyItem(
        atPath: tools.path + "/template/" + name,
        toPath: program.home.path + "/" + name
      )
    }
  }

  private func run(
    _ operation: CrashOperation,
    _ shim: CrashShim,
    _ fault: CrashShim.Fault,
    at point: Int
  ) async throws -> (status: Int, complaint: String, calls: [Substring]) {
    _ = try shim.calls()
    let outcome = try await program.run(
      operation.arguments,
      environment: shim.environment(fault, at: point)
    )
    return (outcome.status, outcome.complaint, try shim.calls())
  }

  private func checkWholeness(_ operation: CrashOperation, _ place: String) throws {
    let text = try text(of: operation.file)
    #expect(text == operation.before || text == operation.after, "\(place) left \(text)")
    let isGone = operation.file == WatchedDirectory.deadLetters && !text.contains("bb22")
    if isGone {
      let kept = try DroppedItem.kept(in: settings)
      let intents = try files(named: ".intent", below: settings.stateDirectory)
      #expect(!intents.isEmpty || kept.contains { $0.id == "bb22" }, "\(place) lost the copy")
    }
  }

  /// The next action finishes what was left, and takes back what was made.
  private func checkRecovery(_ operation: CrashOperation, _ place: String) throws {
    // The dead holder's lock is cleared by "unlock", which has its own tests.
    unlink(directory.path(of: WatchedDirectory.lock))
    for draft in try files(named: ".mem0top-", below: directory.path) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -120)],
        ofItemAtPath: directory.path(of: draft)
      )
    }
    let found = try text(of: operation.file)
    let absent = RetryItems(keys: [ItemKey(id: "absent")])
    #expect(throws: ActionError.self, "\(place)") { try absent.perform(settings: settings) }
    #expect(try text(of: operation.file) == found, "\(place): the recovery changed the file")
    #expect(try files(named: ".intent", below: settings.stateDirectory).isEmpty, "\(place)")
    #expect(try files(named: ".mem0top-", below: directory.path).isEmpty, "\(place)")
    if operation.isUndoable, found == operation.after {
      _ = try UndoChange().perform(settings: settings)
      #expect(try text(of: operation.file) == operation.before, "\(place): not taken back")
    }
  }

  private func files(named part: String, below path: String) throws -> [String] {
    guard let names = FileManager.default.enumerator(atPath: path) else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.contains(part) }
  }
}
