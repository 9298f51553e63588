/// Turns the evidence on a lock into a verdict; a pure function that fails closed.
///
/// The first row that applies decides, in the order of docs/contract.md: what cannot be a lock of ours,
/// kernel locks and writers, the configured style, the live process with the recorded number, the
/// learned style, what the file holds, and only then what nobody seems to have. The groups of rules
/// are in the files beside this one.
package enum LockVerdict {
  /// Judges the evidence at the moment `now`.
  package static func judge(
    _ evidence: LockEvidence,
    settings: EngineSettings,
    now: Timestamp
  ) -> LockStatus {
    guard let file = evidence.file else { return verdictWithoutFile(evidence) }
    let lock = JudgedLock(evidence: evidence, file: file, settings: settings, now: now)
    var status = lock.facts
    lock.decide(&status)
    lock.replaceImpossible(&status)
    status.evidence = LockSentences(evidence: evidence, file: file, now: now).all(for: status)
    return status
  }

  private static func verdictWithoutFile(_ evidence: LockEvidence) -> LockStatus {
    var status = LockStatus()
    if let problem = evidence.accessProblem {
      status.state = .unknown
      status.reason = .unreadable
      status.evidence = ["it cannot be looked at: \(problem)"]
    }
    status.evidence += evidence.remarks
    return status
  }
}
