internal import LosslessJSON

/// One line of the audit log: what was asked, what came of it, and on what evidence.
public struct AuditEntry: Hashable, Codable, Sendable {
  /// What came of an action.
  public enum Result: String, Codable, Sendable {
    /// It was done; also if there was nothing to do.
    case done
    /// It was not allowed as things stood.
    case refused
    /// The system did not let us.
    case failed
  }

  /// When it ended, in UTC to the second.
  public var time: String
  /// Who asked.
  public var origin: ActionOrigin
  /// The action's name.
  public var action: String
  /// What came of it.
  public var result: Result
  /// The sentence that the person read.
  public var summary: String
  /// How many items or files changed.
  public var changed: Int
  /// The facts that it acted on.
  public var evidence: [String]

  /// The line without its end: one JSON object.
  var line: String {
    let evidence = evidence.map(JSONText.quotedText).joined(separator: ",")
    return """
      {"time":\(JSONText.quotedText(time)),"origin":"\(origin.rawValue)","action":\(JSONText.quotedText(action)),\
      "result":"\(result.rawValue)","changed":\(changed),"summary":\(JSONText.quotedText(summary)),\
      "evidence":[\(evidence)]}
      """
  }

  /// Reads a line; `nil` for one that was cut off or is not ours.
  init?(line: some Collection<UInt8>) {
    guard let line = RecordLine(line) else { return nil }
    let texts = line.texts
    guard let time = texts["time"], let action = texts["action"], let summary = texts["summary"],
      let origin = texts["origin"].flatMap(ActionOrigin.init(rawValue:)),
      let changed = line.numbers["changed"],
      let result = texts["result"].flatMap(Result.init(rawValue:))
    else { return nil }
    self.init(
      time: time,
      origin: origin,
      action: action,
      result: result,
      summary: summary,
      changed: changed,
      evidence: line.evidence
    )
  }

  /// Makes an entry.
  package init(
    time: String,
    origin: ActionOrigin,
    action: String,
    result: Result,
    summary: String,
    changed: Int,
    evidence: [String]
  ) {
    self.time = time
    self.origin = origin
    self.action = action
    self.result = result
    self.summary = summary
    self.changed = changed
    self.evidence = evidence
  }
}
