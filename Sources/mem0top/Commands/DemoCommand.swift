internal import ArgumentParser
internal import DemoWorld
internal import FoundationEssentials
internal import Mem0Client
internal import QueueEngine
internal import Terminal

/// `demo`: the incident in a sandbox that is removed at the end.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Opens the dashboard on a sandbox with the incident this program was made for.",
    discussion: """
      A worker has died with the lock in its hand: 36 memories wait, 12 dead letters count down, and \
      the metrics blame the server, which is up. All files are real and lie in a temporary directory.

      Example: mem0top demo
      """
  )

  @Option(
    name: .customLong("incident"),
    help: ArgumentHelp(
      "What is shown: \(DemoScene.allCases.map(\.rawValue).joined(separator: " or ")).",
      valueName: "name"
    )
  )
  var scene = DemoScene.staleLock

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var configuration = try ConfigurationLoader(environment: environment).load().configuration
    let sandbox = try Sandbox(under: environment["TMPDIR"] ?? "/tmp")
    let outcome = await play(in: sandbox, &configuration)
    sandbox.remove()
    try outcome.get().exitProcess()
  }

  /// Sets the scene, opens the dashboard on it, and ends the server when the person has quit.
  private func play(
    in sandbox: Sandbox,
    _ configuration: inout Configuration
  ) async -> Result<ExitReason, any Error> {
    do {
      try scene.write(into: sandbox.directory, now: .current)
      let receiver = try await DemoReceiver.start()
      Self.point(&configuration, at: sandbox, receiver)
      do {
        let reason = try await DashboardCommand.open(configuration)
        await receiver.stop()
        return .success(reason)
      } catch {
        await receiver.stop()
        return .failure(error)
      }
    } catch {
      return .failure(error)
    }
  }

  private static func point(
    _ configuration: inout Configuration,
    at sandbox: Sandbox,
    _ receiver: DemoReceiver
  ) {
    configuration.engine = EngineSettings(
      directory: sandbox.directory,
      stateDirectory: sandbox.stateDirectory
    )
    // The person's own worker would work on the person's own queue.
    configuration.workerCommand = []
    configuration.server = ServerSettings()
    configuration.server.health = receiver.endpoints.map {
      HealthEndpoint(name: $0.name, url: $0.url)
    }
    configuration.server.probeInterval = .seconds(2)
  }
}

extension DemoScene: ExpressibleByArgument {}
