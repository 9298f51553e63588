extension QueueAction {
  /// Does it and writes the audit log, whether it succeeds, is refused or fails.
  ///
  /// What was done stays done if the log cannot be written; the evidence then says so.
  public func run(
    settings: EngineSettings,
    origin: ActionOrigin,
    waiting: LockWait = LockWait()
  ) throws(ActionError) -> ActionOutcome {
    var outcome: ActionOutcome
    do throws(ActionError) {
      try FileConflict.refuse(settings)
      outcome = try perform(settings: settings, waiting: waiting)
    } catch {
      let problem = note(
        error.auditResult,
        error.description,
        changed: 0,
        error.evidence,
        settings,
        origin
      )
      throw problem.map { error.adding($0) } ?? error
    }
    let problem = note(
      .done,
      outcome.summary,
      changed: outcome.changed,
      outcome.evidence,
      settings,
      origin
    )
    if let problem { outcome.evidence.append(problem) }
    return outcome
  }

  /// Appends an entry; returns why it could not.
  private func note(
    _ result: AuditEntry.Result,
    _ summary: String,
    changed: Int,
    _ evidence: [String],
    _ settings: EngineSettings,
    _ origin: ActionOrigin
  ) -> String? {
    let entry = AuditEntry(
      time: SystemClock.now.iso8601,
      origin: origin,
      action: name,
      result: result,
      summary: summary,
      changed: changed,
      evidence: evidence
    )
    do throws(SystemError) {
      try AuditLog(settings: settings).append(entry)
      return nil
    } catch {
      return "not in the audit log: \(error)"
    }
  }
}

extension ActionError {
  fileprivate var auditResult: AuditEntry.Result {
    switch self {
    case .refused: .refused
    case .failed: .failed
    }
  }

  fileprivate func adding(_ remark: String) -> ActionError {
    switch self {
    case .refused(let reason, let evidence): .refused(reason, evidence: evidence + [remark])
    case .failed(let sentence): .failed("\(sentence) (\(remark))")
    }
  }
}
