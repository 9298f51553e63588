internal import ArgumentParser
internal import QueueEngine

/// `unlock`: clears a lock that nobody holds.
struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Clears a stale lock, and never one that somebody holds.",
    discussion: """
      It examines the lock afresh, asks nothing, and records what it did, and on what evidence, in \
      the audit log.

      Status 0: cleared, or there was nothing to clear. 1: refused, with the reason.
      --json prints {"schema":1, "action", "result", "changed", "summary", "evidence", "lock"}; \
      result is done, refused or failed, lock is the lock as it was found. With --dry-run, result \
      may be preview, and "preview" names the "changes", the "files" and the "command".

      Example: mem0top unlock --dry-run
      In a crontab: */5 * * * * mem0top unlock --older-than 1h
      """
  )

  @OptionGroup var directory: DirectoryOptions
  @OptionGroup var quiet: QuietOption

  @Flag(help: "Say what would be done and why, and change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Only a lock that is stale and this old (1h, 90s, 1h30m); the status is 0 if it is not.",
      valueName: "duration"
    ),
    transform: Self.duration
  )
  var olderThan: Duration?

  @Option(
    help: ArgumentHelp(
      "End the hung holder of the lock (SIGTERM, 5 s), then clear.",
      valueName: "pid"
    )
  )
  var force: Int32?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if force != nil, olderThan != nil {
      throw ValidationError("--force and --older-than cannot be used together.")
    }
    if let force, force <= 0 {
      throw ValidationError("--force takes the id of a process, not \(force).")
    }
  }

  func run() throws {
    let settings = try directory.load().configuration.engine
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.read(now: SystemClock.now)
    if dryRun, !json, snapshot.directoryProblem == nil {
      Output.write(Self.description(of: snapshot.lock))
    }
    var report = report(on: snapshot, settings)
    report.lock = StatusReport.LockSection(snapshot.lock, at: SystemClock.now)
    try report.show(asJSON: json, isQuiet: quiet.isOn)
  }

  private func report(on snapshot: Snapshot, _ settings: EngineSettings) -> ActionReport {
    do {
      try snapshot.requireDirectory()
    } catch {
      let refusal = ActionError.refused(error.description, evidence: [])
      return ActionReport(action: ClearLock().name, error: refusal)
    }
    let lock = snapshot.lock
    if let olderThan { return report(on: snapshot, settings, olderThan: olderThan) }
    let isOwned = ![.free, .idle, .stale].contains(lock.state)
    guard let force, isOwned else { return report(of: ClearLock(), on: snapshot, settings) }
    let start = lock.holders.first { $0.pid == force }?.startedAt
    return report(of: EndHolder(pid: force, startedAt: start), on: snapshot, settings)
  }

  /// Clears the very lock that was looked at if it is old enough; that none qualifies is no failure.
  private func report(
    on snapshot: Snapshot,
    _ settings: EngineSettings,
    olderThan least: Duration
  ) -> ActionReport {
    let lock = snapshot.lock
    let action = ClearLock(expecting: lock, isUnattended: true)
    if lock.isClearable, let age = lock.modifiedAt.map({ SystemClock.now - $0 }), age < least {
      return ActionReport(
        action: action.name,
        summary: "The lock is stale, but only \(age.ageText) old.",
        evidence: lock.evidence
      )
    }
    var report = report(of: action, on: snapshot, settings)
    if report.result == .refused { report.result = .done }
    return report
  }

  /// Runs the action, or tells what it would do.
  private func report(
    of action: some QueueAction,
    on snapshot: Snapshot,
    _ settings: EngineSettings
  ) -> ActionReport {
    guard dryRun else { return ActionReport(running: action, settings: settings) }
    let lock = snapshot.lock
    if case .unavailable(let reason) = action.availability(in: snapshot, at: SystemClock.now) {
      let isNothing = lock.state == .free || lock.state == .idle
      return ActionReport(
        action: action.name,
        result: isNothing ? .done : .refused,
        summary: reason,
        evidence: lock.evidence
      )
    }
    if let refusal = action.foreseenRefusal(in: snapshot, settings: settings) {
      let error = ActionError.refused(refusal, evidence: lock.evidence)
      return ActionReport(action: action.name, error: error)
    }
    let preview = action.preview(in: snapshot, at: SystemClock.now)
    var report = ActionReport(
      action: action.name,
      result: .preview,
      summary: "Without --dry-run: \(preview.changes.joined(separator: "; ")).",
      evidence: lock.evidence
    )
    report.preview = preview
    return report
  }

  /// The lock's state and the evidence for it, for people.
  private static func description(of lock: LockStatus) -> String {
    let reason = lock.reason.map { " (\($0.rawValue))" } ?? ""
    return Ink.forOutput.sentence(
      "The lock is \(lock.state.rawValue)\(reason).",
      facts: lock.evidence
    )
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = DurationSetting.parse(text) else {
      throw ValidationError("\(Scrubber.scrub(text)) is not a duration (1h, 90s, 1h30m).")
    }
    return duration
  }
}
