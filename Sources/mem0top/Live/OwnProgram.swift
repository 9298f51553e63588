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
    return CommandLine.arguments.first ?? "mem0top"
  }
}

extension Configuration {
  /// What the key for the worker runs: the configured command, else our own worker.
  ///
  /// It is empty where that one would have no server to deliver to.
  var runnableWorker: [String] {
    if !workerCommand.isEmpty { return workerCommand }
    guard server.url != nil else { return [] }
    return [OwnProgram.path, "sync", "--quiet", "--dir", engine.directory]
  }
}
