internal import QueueEngine

/// What came of an action, as its command prints it: a sentence for people, an object for programs.
///
/// The keys of the object are `schema`, `action`, `result`, `changed`, `summary` and `evidence`;
/// `unlock` adds `lock`, and `preview` for a dry run; `enqueue` adds `ids`, and `notice`
/// where they are in the emergency file. Keys may be added, never renamed.
struct ActionReport: Encodable {
  enum Result: String, Encodable {
    /// It was done, or there was nothing to do.
    case done
    /// It would be done; nothing was changed.
    case preview
    /// It is not allowed as things stand.
    case refused
    /// The system did not let us.
    case failed
  }

  let schema = 1
  let action: String
  var result: Result
  let changed: Int
  let summary: String
  let evidence: [String]
  /// The lock as it was found, as `status --json` tells it.
  var lock: StatusReport.LockSection?
  /// What the worker came to that ran afterwards.
  var sync: SyncOutcome?
  /// What would change.
  var preview: ActionPreview?
  /// What the person must be told although it was done, one sentence.
  var notice: String?
  /// The ids of what was added, in its order.
  var ids: [String]?

  init(
    action: String,
    result: Result = .done,
    changed: Int = 0,
    summary: String,
    evidence: [String] = []
  ) {
    self.action = action
    self.result = result
    self.changed = changed
    self.summary = summary
    self.evidence = evidence
  }

  /// The report of an action that changed nothing.
  init(action: String, error: ActionError) {
    let result: Result =
      switch error {
      case .refused: .refused
      case .failed: .failed
      }
    self.init(
      action: action,
      result: result,
      summary: error.description,
      evidence: error.evidence
    )
  }

  /// Runs an action and reports what came of it, which the audit log has then, too.
  init(running action: some QueueAction, settings: EngineSettings, waiting: LockWait = LockWait()) {
    do throws(ActionError) {
      let outcome = try action.run(settings: settings, origin: .command, waiting: waiting)
      self.init(
        action: outcome.action,
        changed: outcome.changed,
        summary: outcome.summary,
        evidence: outcome.evidence
      )
      notice = outcome.notice
    } catch {
      self.init(action: action.name, error: error)
    }
  }

  /// Prints the report; a refusal or a failure is thrown as the sentence for standard error.
  ///
  /// What was changed stays changed if the report of it cannot be written: that is said, and no failure.
  /// With `isQuiet`, nothing is printed where nothing was changed and nothing went wrong.
  func show(
    asJSON: Bool,
    isQuiet: Bool = false,
    ink: Ink = .forOutput
  ) throws(CommandFailure) {
    if isQuiet, result == .done, changed == 0 { return }
    if let notice { Output.complain("mem0top: \(Scrubber.scrub(notice))") }
    let text = asJSON ? try Output.json(self) + "\n" : text(ink)
    switch result {
    case .done where changed > 0: Output.tell(text, orComplain: untold)
    case .done, .preview: Output.write(text)
    case .refused, .failed:
      if asJSON { _ = Output.offer(text) }
      throw result == .refused ? .refused(summary) : .system(summary)
    }
  }

  /// The ids of what was added; else the sentence, and if something changed also what that stands on.
  private func text(_ ink: Ink) -> String {
    if let ids { return ids.map { $0 + "\n" }.joined() }
    return ink.sentence(summary, facts: changed > 0 ? evidence : [])
  }

  /// What was done, and that it could not be told.
  private var untold: String {
    let done = Scrubber.scrub(summary.hasSuffix(".") ? String(summary.dropLast()) : summary)
    let what = ids.map { $0.count == 1 ? "its id" : "their ids" } ?? "that"
    return "\(done), but \(what) could not be written"
  }
}

extension Ink {
  /// A sentence with the facts behind it, one line each.
  func sentence(_ sentence: String, facts: [String]) -> String {
    let lines = facts.map { "  \(dim("·")) \(Scrubber.scrub($0))" }
    return ([Scrubber.scrub(sentence)] + lines).joined(separator: "\n") + "\n"
  }
}
