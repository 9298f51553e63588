import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// The program in a home that can be brought back to how it was, with the library that ends it.
final class CrashStage {
  /// What there was at one moment.
  struct Memory {
    var home: HomeImage
    var stored: [ReceivedMemory] = []
  }

  /// How a run ended, and what it called.
  typealias Outcome = (status: Int, complaint: String, calls: [Substring])

  let program: Program
  let directory: WatchedDirectory
  /// Where memories go; a new one after each reset, so that it knows of this time only.
  private(set) var receiver: DemoReceiver?
  /// Variables that the program sees besides.
  var variables: [String: String] = [:]
  /// What the engine needs to know of the directory, for what is done without a program of its own.
  var settings: EngineSettings

  private let tools: TemporaryDirectory
  private let home: CrashHome
  private var template = HomeImage(entries: [:])
  private let shim: CrashShim

  /// `nil` where there is no C compiler.
  init?() async throws {
    tools = try TemporaryDirectory()
    guard let shim = try await CrashShim(in: tools) else {
      print("crash: skipped, there is no C compiler")
      return nil
    }
    self.shim = shim
    program = try Program()
    home = CrashHome(path: program.home.path)
    directory = try WatchedDirectory(in: program.home)
    settings = EngineSettings(
      directory: directory.path,
      stateDirectory: program.home.path + "/.local/state/mem0top"
    )
  }

  /// Makes the state before a subject, and keeps it to begin from again.
  func prepare(_ subject: some CrashSubject) async throws {
    try await subject.prepare(self)
    // What was written this moment is read again and again, and the number of calls would vary.
    template = try home.image().aged(by: 2)
    try await reset(for: subject)
  }

  /// Brings back the state before the subject.
  func reset(for subject: some CrashSubject) async throws {
    try await comeBack(to: Memory(home: template), for: subject)
    try await subject.arrange(self)
  }

  /// What there is now, at the server too.
  func remember() throws -> Memory {
    Memory(home: try home.image(), stored: receiver?.stored ?? [])
  }

  /// Brings back what there was, with a server that nobody talks to any more who is dead.
  func comeBack(to memory: Memory, for subject: some CrashSubject) async throws {
    try home.restore(memory.home)
    await close()
    guard subject.needsReceiver else { return }
    receiver = try await DemoReceiver.start(
      endpoints: ["sync"],
      latency: .zero ... .zero,
      stored: memory.stored
    )
    subject.instruct(self)
  }

  /// Ends the receiver.
  func close() async {
    await receiver?.stop()
    receiver = nil
  }

  /// Runs a command, with what happens at one of its points.
  func run(
    _ arguments: [String],
    _ fault: CrashShim.Fault = .none,
    at point: Int = 0
  ) async throws -> Outcome {
    _ = try shim.calls()
    var environment = variables.merging(shim.environment(fault, at: point)) { $1 }
    environment["MEM0TOP_SERVER_URL"] = receiver?.url
    let outcome = try await program.run(arguments, environment: environment)
    return (outcome.status, outcome.complaint, try shim.calls())
  }

  /// Makes drafts old enough to be swept.
  func age() throws {
    for draft in try drafts() {
      try WatchedDirectory.date(program.home.path + "/" + draft, Date().timeIntervalSince1970 - 120)
    }
  }

  /// What was to take the place of a file, or of the lock, anywhere in the home.
  func drafts() throws -> [String] {
    try files(named: ".mem0top", below: program.home.path).filter { !$0.hasSuffix(".guard") }
  }

  func files(named part: String, below path: String) throws -> [String] {
    guard let names = FileManager.default.enumerator(atPath: path) else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.contains(part) }
  }

  /// All that matters of what the directory, our own state and the server hold.
  func fingerprint() throws -> String {
    let stored = receiver.map { $0.stored.map(\.id) } ?? []
    return try "\(stored)\n" + home.image().fingerprint(of: program.home.path)
  }
}
