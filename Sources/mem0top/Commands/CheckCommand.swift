internal import ArgumentParser
internal import CLibrary
internal import Dispatch
internal import QueueEngine
internal import Synchronization

/// `check`: the verdict as a monitoring plugin tells it, one line and an exit code.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Prints a line for Nagios and the like, with the same verdicts.",
    discussion: """
      Status 0: all is well. 1: a warning. 2: critical. 3: unknown, or the directory is \
      missing or has none of the files, or wrong usage. A server that does \
      not answer is asked three times before it is down, which takes 10 seconds at most.

      A range is [@]start:end as monitoring plugins have it: 5 alerts above 5, 10: below 10, ~:10 above \
      10, @10:20 inside. Limits of dead letters take the place of [dlq] warn and alert; the others alert \
      beside what is found. Ages are in seconds, or like 10m.

      With --host or --hosts it judges other machines, over ssh: the worst of them first, and one that does \
      not answer is unknown.

      Example: mem0top check --warn-dlq 5 --crit-dlq 10
      Example: mem0top check --only lock,queue --crit-lock-age 10m -v
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var hosts: HostOptions
  @OptionGroup var quiet: QuietOption
  @OptionGroup var ranges: RangeOptions

  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp("After so long it cannot be told (default 10).", valueName: "seconds")
  )
  var timeout = 10

  @Flag(
    name: [.customShort("v"), .long],
    help:
      "Say more: -v each thing that is wrong, -vv with the evidence, -vvv by what it was judged."
  )
  var verbose: Int

  @Flag(name: .customShort("V"), help: "Print the version, as plugins do.")
  var version = false

  @Option(
    help: ArgumentHelp(
      "Only these, with commas between: \(TopicChoice.names(Set(FindingTopic.allCases))).",
      valueName: "topics"
    ),
    completion: LiveNames.topics,
    transform: Self.topics
  )
  var only: Set<FindingTopic>?

  @Option(
    help: ArgumentHelp("All but these.", valueName: "topics"),
    completion: LiveNames.topics,
    transform: Self.topics
  )
  var except: Set<FindingTopic>?

  @Flag(
    help: ArgumentHelp(
      "Note what has begun and ended among the incidents, and tell of it as [alerts] says.",
      discussion: "For a timer where nobody has a dashboard open."
    )
  )
  var notify = false

  func validate() throws {
    try hosts.check(directory)
    if only != nil, except != nil {
      throw ValidationError("--only and --except cannot be used together.")
    }
    guard FindingTopic.allCases.contains(where: choice.includes) else {
      throw ValidationError("--except leaves nothing to check.")
    }
    if let figure = ranges.limits(nil).figures.first(where: { !choice.includes($0.topic) }) {
      throw ValidationError(
        "A limit of \(figure.rawValue) is given, but not its topic \(figure.topic.rawValue)."
      )
    }
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout takes a number of seconds from 1 to 3600.")
    }
    if let figure = ranges.limits(nil).contradiction {
      throw ValidationError("The limits of \(figure.rawValue) are critical before they warn.")
    }
  }

  func run() async throws {
    if version { return Output.print("mem0top \(Version.text)") }
    let limit = CheckTimeLimit(seconds: timeout)
    let configuration: Configuration
    do {
      configuration = try directory.load().configuration
    } catch {
      throw try Self.cannotTell(error)
    }
    if hosts.isGiven { return try checkMachines(configuration, limit) }
    let limits = ranges.limits(configuration.engine)
    if let figure = limits.contradiction {
      throw try Self.cannotTell(
        CommandFailure.refused("The limits of \(figure.rawValue) are critical before they warn.")
      )
    }
    var observer = Observer(configuration)
    let observation =
      choice.needsServer || notify
      ? await observer.look() : observer.look(server: ServerStatus())
    let line = CheckLine(
      observation,
      about: choice,
      limits: limits,
      verbosity: verbose,
      settings: configuration.engine
    )
    limit.end()
    if !quiet.isOn || line.severity != .ok { try Self.tell(line.text) }
    if notify { await Self.notify(observation, configuration) }
    if quiet.isOn, line.severity == .ok { return }
    if line.isBlind { throw ExitCode(CheckLine.unknownStatus) }
    switch line.severity {
    case .ok: break
    case .warning: throw ExitCode(1)
    case .critical: throw ExitCode(2)
    }
  }

  private var choice: TopicChoice {
    only.map(TopicChoice.only) ?? except.map(TopicChoice.except) ?? .all
  }

  /// Judges other machines, a second before the time is over.
  private func checkMachines(_ configuration: Configuration, _ limit: CheckTimeLimit) throws {
    let environment = ProcessEnvironment.variables
    let check: FleetCheck
    do {
      let observer = try FleetObserver(
        try hosts.machines(configuration),
        rsh: try configuration.rsh(environment),
        environment: environment
      )
      defer { observer.end() }
      let sights = observer.look(timeout: .milliseconds(max(timeout * 1000 - 1000, 500)))
      check = FleetCheck(sights, about: choice, verbosity: verbose) { ranges.limits($0) }
    } catch {
      throw try Self.cannotTell(error)
    }
    limit.end()
    if quiet.isOn, check.status == 0 { return }
    try Self.tell(check.text)
    if check.status != 0 { throw ExitCode(check.status) }
  }

  /// Tells of what nobody was told of yet.
  private static func notify(_ observation: Observation, _ configuration: Configuration) async {
    let chronicle = Chronicle(configuration, channels: AlertDispatcher.channelsWithoutTerminal)
    _ = chronicle.load(now: observation.now)
    let news = chronicle.note(
      observation.findings,
      of: observation.snapshot,
      at: observation.now
    )
    let complain: @Sendable (String) -> Void = { Output.complain("mem0top: \($0)") }
    for remark in chronicle.remarks { complain(remark) }
    await AlertDispatcher(configuration).tell(
      news.alerts,
      of: observation.snapshot,
      complain: complain
    )
  }

  /// Prints why there is no verdict, and returns what the process ends with.
  static func cannotTell(_ error: any Error) throws -> ExitCode {
    try tell(CheckLine.unknown(String(describing: error)))
    return ExitCode(CheckLine.unknownStatus)
  }

  /// Prints the line; what cannot be printed cannot be told, and that has a status of its own.
  private static func tell(_ line: String) throws {
    do throws(OutputFailure) {
      try Output.send(line + "\n")
    } catch  where !error.isClosedPipe {
      Output.complain("mem0top: \(error)")
      throw ExitCode(CheckLine.unknownStatus)
    } catch {
      // Nobody reads the line; the status still has the verdict.
    }
  }

  private static func topics(_ text: String) throws -> Set<FindingTopic> {
    do throws(UnknownTopic) {
      return try TopicChoice.topics(in: text)
    } catch {
      throw ValidationError(error.description)
    }
  }
}

/// The limits of `check`.
struct RangeOptions: ParsableArguments {
  @Option(
    help: Self.help("Warn by the number of dead letters ([dlq] warn)."),
    transform: Self.range
  )
  var warnDlq: ThresholdRange?

  @Option(
    help: Self.help("Be critical by the number of dead letters ([dlq] alert)."),
    transform: Self.range
  )
  var critDlq: ThresholdRange?

  @Option(help: Self.help("Warn by the number of memories that wait."), transform: Self.range)
  var warnPending: ThresholdRange?

  @Option(help: Self.help("Be critical by that number."), transform: Self.range)
  var critPending: ThresholdRange?

  @Option(help: Self.help("Warn by the age of the oldest memory."), transform: Self.ages)
  var warnOldest: ThresholdRange?

  @Option(help: Self.help("Be critical by that age."), transform: Self.ages)
  var critOldest: ThresholdRange?

  @Option(help: Self.help("Warn by the age of a lock that is there."), transform: Self.ages)
  var warnLockAge: ThresholdRange?

  @Option(help: Self.help("Be critical by that age."), transform: Self.ages)
  var critLockAge: ThresholdRange?

  /// The limits; where one for dead letters is given, the other one comes from the settings.
  func limits(_ settings: EngineSettings?) -> CheckLimits {
    var limits = CheckLimits()
    limits.set(.pending, warning: warnPending, critical: critPending)
    limits.set(.oldest, warning: warnOldest, critical: critOldest)
    limits.set(.lockAge, warning: warnLockAge, critical: critLockAge)
    guard warnDlq != nil || critDlq != nil else { return limits }
    limits.set(
      .dlq,
      warning: warnDlq ?? settings.map { ThresholdRange(above: $0.deadLetterWarning) },
      critical: critDlq ?? settings.map { ThresholdRange(above: $0.deadLetterAlert) }
    )
    return limits
  }

  private static func help(_ text: String) -> ArgumentHelp {
    var help = ArgumentHelp(stringLiteral: text)
    help.valueName = "range"
    return help
  }

  private static func range(_ text: String) throws -> ThresholdRange {
    guard let range = ThresholdRange(text) else { throw refusal(text) }
    return range
  }

  private static func ages(_ text: String) throws -> ThresholdRange {
    guard let range = ThresholdRange(text, takesDurations: true) else { throw refusal(text) }
    return range
  }

  private static func refusal(_ text: String) -> ValidationError {
    ValidationError("\(Scrubber.scrub(text)) is not a range (5, 10:, ~:10, 10:20, @10:20).")
  }
}

/// Ends a check that takes too long, as UNKNOWN: a plugin that hangs is worse than one that does not know.
private final class CheckTimeLimit: Sendable {
  private let isOver = Mutex(false)
  /// Kept alive and never touched again; the type does not say that it is safe to share.
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init(seconds: Int) {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "mem0top.check"))
    timer.setEventHandler { [weak self] in
      guard let self, self.claim() else { return }
      let plural = seconds == 1 ? "second" : "seconds"
      _ = Output.offer(
        CheckLine.unknown("It took longer than \(seconds) \(plural) to look.") + "\n"
      )
      _exit(CheckLine.unknownStatus)
    }
    timer.schedule(deadline: .now() + .seconds(seconds))
    timer.activate()
  }

  /// From here on there is a verdict, and whoever prints it is not cut short.
  func end() { _ = claim() }

  private func claim() -> Bool {
    isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
  }
}
