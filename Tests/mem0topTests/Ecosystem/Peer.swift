import Foundation
import TestSupport
import Testing

/// The programs of others that mem0top is tested with; `.ci/prerequisites --all` installs them.
enum Peer {
  /// The path of a program; `nil` where it is not installed.
  static func path(_ name: String) -> String? {
    ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  /// Whether a program is there: the condition of a test, whose comment says what to install.
  static func isThere(_ names: String...) -> Bool { names.allSatisfy { path($0) != nil } }

  /// A Python that has the official SDK of the Model Context Protocol; `nil` where none has.
  static let protocolPython: String? = [
    root.appending(path: ".build/python/bin/python3").path,
    ProcessInfo.processInfo.environment["MEM0TOP_PYTHON"] ?? "python3",
  ].first { python in
    (try? TmuxSession.run([python, "-c", "import mcp.client.client"])) != nil
  }

  /// The root of the repository.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file that users get beside the program.
  static func contribution(_ name: String) -> String {
    root.appending(path: "contrib").appending(path: name).path
  }
}

/// A program that runs beside the test, with an environment of its own, until its value goes.
final class BackgroundProgram {
  private let process = Process()
  private let logPath: String

  init(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    log: String
  ) throws {
    logPath = log
    try Data().write(to: URL(filePath: log))
    let output = try #require(FileHandle(forWritingAtPath: log))
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// All that it has written.
  var log: String {
    String(decoding: FileManager.default.contents(atPath: logPath) ?? Data(), as: UTF8.self)
  }

  /// Waits until it has written something that matches, and returns the first group of it.
  func wait(for pattern: String) async throws -> String {
    let expression = try Regex(pattern, as: (Substring, Substring).self)
    var found: String?
    _ = try await TmuxSession.poll(within: .seconds(30)) {
      found = log.firstMatch(of: expression).map { String($0.1) }
      return found != nil
    }
    guard let found else { throw TmuxSession.Failure(description: "not said: \(pattern)\n\(log)") }
    return found
  }

  /// Asks it to end, and returns how it did.
  func end(by signal: Int32 = SIGTERM) async throws -> Int32 {
    kill(process.processIdentifier, signal)
    _ = try await TmuxSession.poll(within: .seconds(30)) { !process.isRunning }
    try #require(!process.isRunning, "it does not end: \(log)")
    return process.terminationStatus
  }
}
