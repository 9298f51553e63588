internal import ArgumentParser
internal import QueueEngine

/// `absorb`: takes in memories that stand beside the queue.
struct AbsorbCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "absorb",
    abstract: "Takes the memories of the emergency file, or of a copy, into the queue.",
    discussion: """
      Producers that could not get the lock leave their memories in mem0_emergency.json. Each is \
      added to the queue once; what is in a file already is not added again. Lines that are not \
      memories are moved to a separate file, which is named.

      With --from it takes in what a backup or a conflict copy holds and nothing else knows: no file, \
      no last_100, no line of the log, nothing that was done here. It shows that first, and asks; \
      without a terminal --yes is required. The copy stays.

      Status 0: taken in, or there was nothing to take in. 1: refused, with the reason.
      --json prints {"schema":1, "action", "result", "changed", "summary", "evidence"}; with \
      --dry-run "result" is preview, and "preview" names the "changes", the "files" and the "command".

      Example: mem0top absorb --dry-run
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Option(help: ArgumentHelp("A backup or conflict copy.", valueName: "file"), completion: .file())
  var from: String?

  @OptionGroup var consent: ConsentOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    if let from, from.isEmpty { throw ValidationError("--from takes the path of a file.") }
  }

  func run() throws {
    let settings = try directory.load().configuration.engine
    try settings.requireDirectory()
    let report = from.map { absorb($0, settings) } ?? absorb(settings)
    try report.show(asJSON: json, isQuiet: quiet.isOn)
  }

  /// Takes in the emergency file, or tells what that would do.
  private func absorb(_ settings: EngineSettings) -> ActionReport {
    let action = AbsorbEmergency()
    guard consent.dryRun else { return ActionReport(running: action, settings: settings) }
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.readSettled { SystemClock.now }
    if case .unavailable(let reason) = action.availability(in: snapshot, at: SystemClock.now) {
      let isNothing = snapshot.emergency.isEmpty
      return ActionReport(
        action: action.name,
        result: isNothing ? .done : .refused,
        summary: reason
      )
    }
    if let refusal = action.foreseenRefusal(in: snapshot, settings: settings) {
      return ActionReport(action: action.name, error: .refused(refusal, evidence: []))
    }
    return preview(
      action.preview(in: snapshot, at: SystemClock.now),
      evidence: snapshot.emergency.problems,
      of: action
    )
  }

  /// Shows what a copy holds and, once that is agreed to, takes it in.
  private func absorb(_ path: String, _ settings: EngineSettings) -> ActionReport {
    let action = AbsorbCopy(path: path)
    let plan: CopyPlan
    do throws(ActionError) {
      plan = try CopyPlan.examine(path, settings: settings)
    } catch {
      return ActionReport(action: action.name, error: error)
    }
    if plan.missingCount == 0 {
      return ActionReport(action: action.name, summary: plan.summary, evidence: plan.facts)
    }
    if consent.dryRun {
      let file = PathText(settings.path(of: plan.list.file)).shownName
      let preview = ActionPreview(
        changes: plan.facts,
        files: [file],
        command: "mem0top absorb --from \(path)"
      )
      return self.preview(preview, summary: plan.summary, evidence: plan.facts, of: action)
    }
    if !json { Output.write(Ink.forOutput.sentence(plan.summary, facts: plan.facts)) }
    if let refusal = consent.refusal(
      "Take that in?",
      nothing: "Nothing was taken in",
      mayAsk: !json
    ) {
      let error = ActionError.refused(refusal, evidence: plan.facts)
      return ActionReport(action: action.name, error: error)
    }
    return ActionReport(running: action, settings: settings)
  }

  private func preview(
    _ preview: ActionPreview,
    summary: String? = nil,
    evidence: [String],
    of action: some QueueAction
  ) -> ActionReport {
    let facts = preview.changes + (summary == nil ? evidence : [])
    if !json, let summary { Output.write(Ink.forOutput.sentence(summary, facts: facts)) }
    if !json, summary == nil {
      Output.write(Ink.forOutput.sentence("It would take in:", facts: facts))
    }
    var report = ActionReport(
      action: action.name,
      result: .preview,
      summary: "Nothing was changed.",
      evidence: evidence
    )
    report.preview = preview
    return report
  }
}
