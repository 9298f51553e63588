internal import ArgumentParser
internal import QueueEngine

/// `doctor`: what stands around the program, line by line.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Looks at what mem0top needs around it: terminal, settings, server, cron and the like.",
    discussion: """
      Each line is good, bad with the one thing to change, or not judged with the reason. Nothing is \
      changed. Status 0: nothing is bad. 1: something is.
      --json prints {"schema":1, "checks":[{"subject", "outcome", "sentence", "remedy"}]}; outcome is \
      good, bad or not_judged.

      Example: mem0top doctor
      """
  )

  private struct Report: Encodable {
    let schema = 1
    let checks: [Checkup]
  }

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let facts = await DoctorFacts.gather(ProcessEnvironment.variables)
    let loaded: Result<ConfigurationLoader.Loaded, ConfigurationError>
    var observation: Observation?
    do throws(ConfigurationError) {
      let found = try directory.load()
      loaded = .success(found)
      var observer = Observer(found.configuration)
      observation = await observer.look()
    } catch {
      loaded = .failure(error)
    }
    let checkups = DoctorRules(facts: facts, loaded: loaded, observation: observation).checkups
    if json {
      try Output.printJSON(Report(checks: checkups))
    } else {
      let width = checkups.map(\.subject.count).max() ?? 0
      let lines = checkups.map { $0.text(.forOutput, width: width) }
      Output.write(LocaleText.shown(lines.joined()))
    }
    if checkups.contains(where: { $0.outcome == .bad }) { throw ExitCode(1) }
  }
}
