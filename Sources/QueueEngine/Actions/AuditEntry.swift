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
    var texts: [String: String] = [:]
    var evidence: [String] = []
    var changed: Int?
    do throws(JSONError) {
      try JSONText(Array(line)).withCursor { (cursor) throws(JSONError) in
        try cursor.readObject { (cursor, key) throws(JSONError) in
          if cursor.isEqual(key, to: "evidence"), cursor.peekKind() == .array {
            try cursor.readArray { (cursor) throws(JSONError) in
              let value = try cursor.readValue()
              if value.kind == .string { evidence.append(cursor.string(of: value)) }
            }
            return
          }
          let value = try cursor.readValue()
          if value.kind == .string { texts[cursor.string(of: key)] = cursor.string(of: value) }
          if cursor.isEqual(key, to: "changed") { changed = cursor.integer(of: value) }
        }
        try cursor.readEnd()
      }
    } catch {
      return nil  // A line that a crash cut off tells nothing, and hides no other.
    }
    guard let time = texts["time"], let action = texts["action"], let summary = texts["summary"],
      let origin = texts["origin"].flatMap(ActionOrigin.init(rawValue:)), let changed,
      let result = texts["result"].flatMap(Result.init(rawValue:))
    else { return nil }
    self.init(
      time: time,
      origin: origin,
      action: action,
      result: result,
      summary: summary,
      changed: changed,
      evidence: evidence
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
