package import QueueEngine

/// What one action came to; the history page lists them.
package struct ActionRecord: Hashable, Sendable {
  /// How far the clock of this session may be from the one of the audit log, which has whole seconds.
  private static let tolerance = Duration.seconds(3)

  package let time: Timestamp
  package let origin: ActionOrigin
  /// What was asked for.
  package let title: String
  package let kind: Notice.Kind
  /// What came of it, one sentence.
  package let result: String
  /// The facts behind it, one short sentence each.
  package let evidence: [String]

  /// Whether an entry of the audit log tells of the same action as this one of the session.
  func isSame(as entry: ActionRecord) -> Bool {
    guard entry.origin == origin, entry.result == result else { return false }
    let difference = time - entry.time
    return difference <= Self.tolerance && .zero - difference <= Self.tolerance
  }
}

extension ActionRecord {
  /// What an entry of the audit log tells, scrubbed; `nil` for one whose time is none.
  init?(_ entry: AuditEntry) {
    guard let time = ISOTime.moment(entry.time) else { return nil }
    let title = ActionKind(journalName: entry.action)?.row.title
    self.init(
      time: time,
      origin: entry.origin,
      title: title ?? Scrubber.scrub(entry.action),
      kind: Notice.Kind(entry.result),
      result: Scrubber.scrub(entry.summary),
      evidence: entry.evidence.map { Scrubber.scrub($0) }
    )
  }
}

extension Notice.Kind {
  fileprivate init(_ result: AuditEntry.Result) {
    switch result {
    case .done: self = .success
    case .refused: self = .refusal
    case .failed: self = .failure
    }
  }
}

extension Model {
  /// All that was done, oldest first: in this session, and what the audit log has beside that.
  var allRecords: [ActionRecord] {
    let others = auditRecords.filter { entry in !records.contains { $0.isSame(as: entry) } }
    let all = (others + records).sorted { $0.time < $1.time }
    return replay == nil ? all : all.filter { $0.time <= now }
  }
}
