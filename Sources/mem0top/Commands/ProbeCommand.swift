internal import ArgumentParser
internal import Mem0Client
internal import QueueEngine

/// `probe`: asks every health endpoint once, and counts that in the history of the last 24 hours.
struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Asks the server's health endpoints directly.",
    discussion: """
      Status 0: every endpoint answers. 1: one does not. A server is down only after 3 failures \
      in a row, which --watch can see.

      Example: mem0top probe || echo "the server does not answer"
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Probe again and again at server.probe_interval, until Ctrl-C.")
  var watch = false

  func run() async throws {
    let configuration = try directory.load().configuration
    guard !configuration.server.endpoints.isEmpty else {
      throw CommandFailure.refused(
        "No server is configured; set [server] url in config.toml, or MEM0TOP_SERVER_URL."
      )
    }
    let probe = HealthProbe(
      settings: configuration.server,
      environment: ProcessEnvironment.variables
    )
    var history = ProbeHistory(settings: configuration.engine)
    history.load()
    var status = ServerStatus()
    repeat {
      status = history.append(await probe.probe(now: SystemClock.now), now: SystemClock.now)
      history.save(now: SystemClock.now)
      if let problem = history.problem {
        Output.complain("mem0top: The history of probes is not kept: \(problem).")
      }
      try show(status)
      if watch { try await Task.sleep(for: configuration.server.probeInterval) }
    } while watch
    let isAnswered = status.endpoints.allSatisfy { $0.error == nil }
    if status.state != .up || !isAnswered || status.rejection != nil { throw ExitCode(1) }
  }

  private func show(_ status: ServerStatus) throws(CommandFailure) {
    if json {
      try Output.printJSON(ProbeReport(status, at: SystemClock.now))
    } else {
      Output.write(ProbeText(status, ink: Ink.forOutput).text)
    }
  }
}
