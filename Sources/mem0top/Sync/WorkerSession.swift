internal import ArgumentParser
internal import Mem0Client
internal import QueueEngine
internal import SyncWorker

/// The built-in worker as the commands run it: against the configured server, until a signal comes.
struct WorkerSession {
  let settings: EngineSettings
  let concurrency: Int
  let stop = StopRequest()

  private let configuration: Configuration
  private let client: DeliveryClient
  private let pause: ServerPause
  /// What may have ended it.
  let signals: StopSignals

  /// Makes it ready, or throws the sentence why nothing can be sent; signals are caught from now on.
  init(_ configuration: Configuration, concurrency: Int? = nil) throws(CommandFailure) {
    self.configuration = configuration
    settings = configuration.engine
    self.concurrency = concurrency ?? configuration.workerConcurrency
    do throws(DeliveryProblem) {
      client = try DeliveryClient(
        settings: configuration.server,
        environment: ProcessEnvironment.variables
      )
    } catch {
      throw .refused(error.description)
    }
    pause = ServerPause(settings: settings, address: configuration.server.url ?? "")
    signals = StopSignals(making: stop)
  }

  /// Runs once, unless the server has asked to be left alone; see `SyncRun.run` for what is routine.
  func run(isRoutine: Bool = false, _ display: SyncDisplay) async -> SyncReport {
    if let remaining = pause.remaining(now: SystemClock.now) {
      var report = SyncReport()
      report.ending = .serverAtFault(cause: "HTTP 429", retryAfter: remaining)
      display.end()
      return report
    }
    let run = SyncRun(
      settings: settings,
      receiver: client,
      concurrency: concurrency,
      stop: stop,
      tell: display.show
    )
    let problem = configuration.clearStaleLock()
    var report = await run.run(isRoutine: isRoutine)
    if let problem { report.remarks.append(problem) }
    if case .serverAtFault(_, let wait?) = report.ending {
      do throws(SystemError) {
        try pause.begin(wait, now: SystemClock.now)
      } catch {
        report.remarks.append("How long the server asks us to wait will be forgotten: \(error).")
      }
    }
    display.end()
    return report
  }

  /// Ends the command as the run ended: with the status that a shell expects after a signal, or with
  /// the sentence why not everything was done.
  func conclude(_ report: SyncReport) throws {
    if !report.isSuccess, let signal = signals.received { throw ExitCode(128 + signal) }
    if !report.isSuccess, let reason = report.reason { throw CommandFailure.refused(reason) }
  }
}
