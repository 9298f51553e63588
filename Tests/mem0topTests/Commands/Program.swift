import DemoWorld
import Foundation
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The built program, run as a child with a home and an environment of its own.
struct Program {
  struct Outcome {
    /// The exit status, or below 0 the signal that ended it.
    let status: Int
    let output: String
    let complaint: String

    /// Standard output as one JSON object, which must be all that is there.
    func json() throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
  }

  let home: TemporaryDirectory

  /// The variables of each run: a worker of this machine, or of another test, is no worker here.
  var environment: [String: String] {
    [
      "HOME": home.path, "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
      "MEM0TOP_WORKER_MATCH": noWorker,
    ].compactMapValues(\.self)
  }

  /// What no process is called.
  ///
  /// It must stand in no argument: that would make it one.
  private let noWorker: String?

  /// Makes it one with a home of its own; that sees the workers of the machine only where a test is about
  /// them.
  init(seesWorkers: Bool = false) throws {
    self.init(home: try TemporaryDirectory(), seesWorkers: seesWorkers)
  }

  /// Makes it one with a home that others know already.
  init(home: TemporaryDirectory, seesWorkers: Bool = false) {
    self.home = home
    noWorker = seesWorkers ? nil : "[\"worker-\(UUID().uuidString)\"]"
  }

  /// The program, and a directory in its home with one item that waits.
  static func besideOneItem(seesWorkers: Bool = false) throws -> (Program, WatchedDirectory) {
    let program = try Program(seesWorkers: seesWorkers)
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(
      #"{"queue":[{"id":"aaaaaaaa-1","project_id":"p","content":"x"}]}"#,
      to: WatchedDirectory.queue
    )
    return (program, directory)
  }

  /// Runs it to its end; the child sees no variables but these.
  func run(
    _ arguments: String...,
    environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await run(arguments, environment: environment)
  }

  /// Runs it to its end; the child sees no variables but these.
  func run(
    _ arguments: [String],
    environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await launch(Self.path, arguments, environment: environment)
  }

  /// Runs it after a line of shell: limits, another user, another namespace.
  func run(
    after preparation: String,
    _ arguments: [String],
    environment: [String: String] = [:]
  ) async throws -> Outcome {
    let words = ["-c", preparation + "; exec \"$@\"", "sh", try Self.openPath()] + arguments
    return try await launch("/bin/sh", words, environment: environment)
  }

  private func launch(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String]
  ) async throws -> Outcome {
    let variables = self.environment.merging(environment) { $1 }
    let result = try await Subprocess.run(
      .path(FilePath(executable)),
      arguments: Arguments(arguments),
      environment: .custom(
        variables.reduce(into: [:]) { $0[Environment.Key(stringLiteral: $1.key)] = $1.value }
      ),
      output: .string(limit: 16 << 20),
      error: .string(limit: 1 << 20)
    )
    let status =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): -Int(signal)
      }
    return Outcome(
      status: status,
      output: result.standardOutput,
      complaint: result.standardError
    )
  }

  /// The executable: the one that `MEM0TOP_BINARY` names, or that beside the test bundle.
  static var path: String {
    if let path = ProcessInfo.processInfo.environment["MEM0TOP_BINARY"] { return path }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appendingPathComponent("mem0top").path
  }

  private static let openDirectory: Result<TemporaryDirectory, any Error> = Result {
    let directory = try TemporaryDirectory()
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
    try FileManager.default.setAttributes(attributes, ofItemAtPath: directory.path)
    // A child that starts elsewhere while we write has the file open, too, and then nobody may run it.
    let copy = Process()
    copy.executableURL = URL(filePath: "/bin/cp")
    copy.arguments = [path, directory.path("mem0top")]
    try copy.run()
    copy.waitUntilExit()
    try #require(copy.terminationStatus == 0)
    // What is static is never freed.
    atexit {
      guard let directory = try? Program.openDirectory.get() else { return }
      unlink(directory.path("mem0top"))
      rmdir(directory.path)
    }
    return directory
  }

  /// The program where every user may run it: only its owner may enter many a checkout.
  static func openPath() throws -> String { try openDirectory.get().path("mem0top") }
}

extension DemoReceiver {
  /// Runs the act beside a receiver that answers at once, whose address the environment names.
  static func serve(
    _ act: (DemoReceiver, _ environment: [String: String]) async throws -> Void
  ) async throws {
    let receiver = try await start(latency: .zero ... .zero)
    do {
      try await act(receiver, ["MEM0TOP_SERVER_URL": receiver.url])
    } catch {
      await receiver.stop()
      throw error
    }
    await receiver.stop()
  }
}
