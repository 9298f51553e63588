internal import ArgumentParser
internal import Dashboard
internal import DemoWorld
internal import QueueEngine
internal import Terminal

/// `demo`: a small world in a sandbox that is removed at the end.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Opens the dashboard on a small world with a server, workers and incidents.",
    discussion: """
      Hooks queue memories, workers deliver them to a server on 127.0.0.1, and every half minute \
      something goes wrong, which the first row announces. All files and processes are real; the \
      keys work. The files lie in a temporary directory that is removed at the end.

      Example: mem0top demo --incident killed-worker
      """
  )

  @Option(
    help: ArgumentHelp(
      "Goes straight to one: \(DemoIncident.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"
    )
  )
  var incident: DemoIncident?

  func run() async throws {
    let environment = ProcessEnvironment.variables
    // Theme and keys are the person's own; all else belongs to the sandbox.
    let personal = try ConfigurationLoader(environment: environment).load().configuration
    let sandbox = try Sandbox(under: environment["TMPDIR"] ?? "/tmp")
    let outcome = await play(in: sandbox, environment, personal.interface)
    sandbox.remove()
    try outcome.get().exitProcess()
  }

  /// Lets the world live while the dashboard is open.
  private func play(
    in sandbox: Sandbox,
    _ environment: [String: String],
    _ interface: InterfaceSettings
  ) async -> Result<ExitReason, any Error> {
    do {
      let world = try await DemoWorld(
        in: sandbox,
        incident: incident,
        program: OwnProgram.path,
        environment: environment
      )
      do {
        var configuration = try ConfigurationLoader(environment: world.environment).load()
          .configuration
        configuration.interface = interface
        let reason = try await DashboardCommand.open(configuration, environment: world.environment)
        {
          post in
          await world.run { post(.announced($0)) }
        }
        await world.stop()
        return .success(reason)
      } catch {
        await world.stop()
        return .failure(error)
      }
    } catch {
      return .failure(error)
    }
  }
}

extension DemoIncident: ExpressibleByArgument {}
