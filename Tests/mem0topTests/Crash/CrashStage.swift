import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// The program in a home that can be brought back to how it was, with the library that ends it.
final class CrashStage {
  let program: Program
  let directory: WatchedDirectory
  /// Where memories go; a new one after each reset, so that it knows of this time only.
  private(set) var receiver: DemoReceiver?
  /// Variables that the program sees besides.
  var variables: [String: String] = [:]
  /// What the engine needs to know of the directory, for what is done without a program of its own.
  var settings: EngineSettings

  private let tools: TemporaryDirectory
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
    directory = try WatchedDirectory(in: program.home)
    settings = EngineSettings(
      directory: directory.path,
      stateDirectory: program.home.path + "/.local/state/mem0top"
    )
  }

  /// Makes the state before a subject, and keeps it to begin from again.
  func prepare(_ subject: some CrashSubject) async throws {
    try await subject.prepare(self)
    try FileManager.default.copyItem(atPath: program.home.path, toPath: tools.path + "/template")
    try await reset(for: subject)
  }

  /// Brings back the state before the subject.
  func reset(for subject: some CrashSubject) async throws {
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
    await close()
    if subject.needsReceiver { receiver = try await DemoReceiver.start(latency: .zero ... .zero) }
    try await subject.arrange(self)
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
  ) async throws -> (status: Int, complaint: String, calls: [Substring]) {
    _ = try shim.calls()
    var environment = variables.merging(shim.environment(fault, at: point)) { $1 }
    environment["MEM0TOP_SERVER_URL"] = receiver?.url
    let outcome = try await program.run(arguments, environment: environment)
    return (outcome.status, outcome.complaint, try shim.calls())
  }

  /// Removes what a dead holder left, and makes drafts old enough to be swept.
  ///
  /// The lock's own way out is "unlock", which is a subject of its own.
  func tidy() throws {
    unlink(directory.path(of: WatchedDirectory.lock))
    for draft in try files(named: ".mem0top-", below: directory.path) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -120)],
        ofItemAtPath: directory.path(of: draft)
      )
    }
  }

  func files(named part: String, below path: String) throws -> [String] {
    guard let names = FileManager.default.enumerator(atPath: path) else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.contains(part) }
  }

  /// All that the directory and our own state hold, without times, process ids and random names.
  ///
  /// Two crashes that leave the same are one to whatever comes after them.
  func fingerprint() throws -> String {
    guard let names = FileManager.default.enumerator(atPath: program.home.path) else { return "" }
    let lines = try names.compactMap { $0 as? String }.compactMap { name -> String? in
      let path = program.home.path + "/" + name
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { return nil }
      let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      return Self.settled(name.replacing(/\.mem0top-[0-9a-f]+/, with: "draft") + ": " + text)
    }
    return lines.sorted().joined(separator: "\n")
  }

  /// Numbers of many digits are times or process ids, and those of hexadecimal digits are chance.
  private static func settled(_ text: String) -> String {
    text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?/, with: "TIME")
      .replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "ID")
      .replacing(/[0-9a-f]{12,}/, with: "HASH")
      .replacing(/[0-9]{4,}(\.[0-9]+)?/, with: "NUMBER")
      .replacing(/^mem0_queue\.lock: [0-9]+\n/.anchorsMatchLineEndings(), with: "lock: PID\n")
  }
}
