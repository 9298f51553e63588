import DemoWorld
import Foundation
import Mem0Client
import Testing

/// The real worker, or another's, as a process of its own.
final class WorkerProgram {
  private let process = Process()

  /// Starts the program with these arguments on a scene.
  convenience init(
    _ arguments: String...,
    in scene: SyncScene,
    lockStyle: String = "auto"
  ) throws {
    try self.init(arguments, in: scene, lockStyle: lockStyle)
  }

  /// Starts the program with these arguments on a scene.
  ///
  /// `directory` is another way to the scene's own.
  convenience init(
    _ arguments: [String],
    in scene: SyncScene,
    lockStyle: String,
    directory: String? = nil
  ) throws {
    try self.init(
      Self.path,
      arguments,
      environment: [
        "HOME": scene.path, "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
        "XDG_STATE_HOME": scene.path + "/.state", "XDG_CONFIG_HOME": scene.path + "/.config",
        "MEM0TOP_DIR": directory ?? scene.path, "MEM0TOP_SERVER_URL": scene.receiver.url,
        "MEM0TOP_SERVER_API": scene.api.rawValue, "MEM0TOP_LOCK_STYLE": lockStyle,
      ]
    )
  }

  /// Starts a Python script, another's worker.
  convenience init(script: String, _ arguments: [String]) throws {
    let environment = ["PATH": "/usr/bin:/bin"]
    try self.init("/usr/bin/python3", [script] + arguments, environment: environment)
  }

  private init(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String]
  ) throws {
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    if process.isRunning { send(SIGKILL) }
    process.waitUntilExit()
  }

  var isRunning: Bool { process.isRunning }

  var processID: Int32 { process.processIdentifier }

  func send(_ signal: Int32) { kill(processID, signal) }

  /// The exit status, or minus the signal that ended it, once it has ended by itself.
  func end(within timeout: Duration = .seconds(30)) async throws -> Int32 {
    let deadline = ContinuousClock.now + timeout
    while process.isRunning {
      try #require(ContinuousClock.now < deadline, "the worker does not end")
      try await Task.sleep(for: .milliseconds(2))
    }
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? -status : status
  }

  /// The executable: the one that `MEM0TOP_BINARY` names, or that beside the test bundle.
  private static var path: String {
    if let path = ProcessInfo.processInfo.environment["MEM0TOP_BINARY"] { return path }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appendingPathComponent("mem0top").path
  }
}
