internal import CLibrary
internal import Mem0Client
internal import QueueEngine

/// This very program, for the worker that the dashboard and the demonstration start.
enum OwnProgram {
  /// Its path, also where it was found by way of `PATH`.
  static var path: String {
    if let resolved = realpath("/proc/self/exe", nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    return ProcessArguments.texts.first ?? "mem0top"
  }

  /// The variable that tells a worker of ours that mem0top started it, directly or in between.
  static let marker = "MEM0TOP_STARTED_WORKER"

  /// Whether the program of a command line is this very one.
  static func isItself(_ program: String, path variable: String?) -> Bool {
    guard let own = identity(of: path) else { return false }
    if program.contains("/") { return identity(of: program) == own }
    let paths: [String] = (variable ?? "").split(separator: ":").map { "\($0)/\(program)" }
    return paths.first { access($0, X_OK) == 0 }.flatMap { identity(of: $0) } == own
  }

  private static func identity(of path: String) -> [UInt64]? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return [UInt64(facts.st_dev), UInt64(facts.st_ino)]
  }
}

extension Configuration {
  /// The configured worker where that is not our own; a command that leads back to us runs ours.
  func foreignWorker(environment: [String: String]) -> [String]? {
    guard let program = workerCommand.first, environment[OwnProgram.marker] == nil,
      !OwnProgram.isItself(program, path: environment["PATH"])
    else { return nil }
    return workerCommand
  }

  /// What the key for the worker runs: the configured command, else our own worker.
  ///
  /// It is empty where that one would have no server to deliver to.
  var runnableWorker: [String] {
    if !workerCommand.isEmpty { return workerCommand }
    guard server.url != nil else { return [] }
    return [OwnProgram.path, "sync", "--builtin", "--summary", "--dir", engine.directory]
  }
}
