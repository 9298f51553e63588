internal import ArgumentParser
internal import CLibrary
internal import QueueEngine

/// `lock`: the verdict on any lock file, those of other programs too.
struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Judges any lock file, and shows the evidence; it touches nothing.",
    discussion: """
      Who has it locked or open, whether the process that it names lives and is the one that wrote it, \
      since when: as for the queue's own lock, for files of other programs too. A lock beside a queue is \
      judged with that queue's log and workers.

      Status 0: free, idle, held or settling. 1: held, and nothing moves. 2: stale. 3: it cannot be judged.
      --json prints {"schema":1, "path", "lock", "evidence", "next_step"}.

      Example: mem0top lock /var/lib/dpkg/lock-frontend
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(help: "The lock file.", completion: .file())
  var path: String

  @Option(
    help: "How its programs use it: auto, flock or pidfile (lock.style).",
    transform: Self.style
  )
  var style: LockStyleChoice?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if path.isEmpty { throw ValidationError("lock takes the path of a lock file.") }
  }

  func run() throws {
    var settings = try directory.load().configuration.engine
    if let style { settings.lockStyle = style }
    let inspection = LockInspection(lockAt: Self.absolute(path), like: settings)
    if json {
      try Output.printJSON(Report(path: Scrubber.scrub(path), inspection))
    } else {
      let status = inspection.status
      let reason = status.reason.map { " (\($0.rawValue))" } ?? ""
      var facts = status.evidence
      if let step = inspection.nextStep { facts.append("→ " + step) }
      Output.write(
        Ink.forOutput.sentence(
          "The lock \(Scrubber.scrub(path)) is \(status.state.rawValue)\(reason).",
          facts: facts
        )
      )
    }
    let code = Self.exitCode(of: inspection.status.state)
    if code != 0 { throw ExitCode(code) }
  }

  static func exitCode(of state: LockState) -> Int32 {
    switch state {
    case .free, .idle, .held, .settling: 0
    case .hung: 1
    case .stale: 2
    case .unknown: 3
    }
  }

  private static func style(_ text: String) throws -> LockStyleChoice {
    guard let style = LockStyleChoice(rawValue: text) else {
      throw ValidationError(
        "\(Scrubber.scrub(text)) is not a style of locks (auto, flock, pidfile)."
      )
    }
    return style
  }

  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  private struct Report: Encodable {
    let schema = 1
    let path: String
    let lock: StatusReport.LockSection
    let evidence: [String]
    @Nullable var nextStep: String?

    enum CodingKeys: String, CodingKey {
      case schema, path, lock, evidence
      case nextStep = "next_step"
    }

    init(path: String, _ inspection: LockInspection) {
      self.path = path
      lock = StatusReport.LockSection(inspection.status, at: SystemClock.now)
      evidence = inspection.status.evidence
      nextStep = inspection.nextStep
    }
  }
}
