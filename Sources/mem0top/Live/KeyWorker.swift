internal import Dashboard
internal import FoundationEssentials
internal import QueueEngine
internal import Terminal

/// The worker that a key starts: its output goes to the dashboard, and how it ended.
struct KeyWorker: Sendable {
  private let process: WorkerProcess
  private let settings: EngineSettings
  private let inbox: Inbox

  init(_ configuration: Configuration, environment: [String: String], inbox: Inbox) {
    settings = configuration.engine
    process = WorkerProcess(
      command: configuration.runnableWorker,
      environment: environment,
      directory: settings.directory,
      state: StateDirectory(settings: settings)
    )
    self.inbox = inbox
  }

  /// Runs it to its end; returns whether it ran at all.
  func run() async -> Bool {
    do {
      let status = try await process.run(on: .key, settings) { inbox.post(.workerOutput($0)) }
      inbox.post(.workerEnded(status: status))
      return true
    } catch {
      let reason =
        FileManager.default.fileExists(atPath: process.directory)
        ? "\(error)" : "there is no directory \(process.directory)"
      // Some of the system's sentences end like one.
      let end = reason.hasSuffix(".") ? "" : "."
      inbox.post(.workerNotStarted("The worker did not start: \(reason)\(end)"))
      return false
    }
  }
}
