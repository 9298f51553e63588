package import QueueEngine

/// The kinds of lines that the far side writes; the raw value stands in `"is"`.
package enum ReportKind: String, Sendable {
  case hello, snapshot, items, log, beat
  case item, previews, history, returns
  case waits, ended
  case workerLine = "worker_line"
  case workerEnded = "worker_ended"
  case workerNotStarted = "worker_not_started"
  case refused
}

/// What became of an action that was asked for over a link.
package enum RemoteOutcome: Hashable, Sendable {
  case done(ActionOutcome)
  case failed(ActionError)
  /// It had not begun when it was asked about, and will not any more.
  case notDone
  /// It was begun, and the program that did it has ended without a word; what it wrote down tells of
  /// no change.
  case unknown
}

/// What the far side says besides the lines of snapshots.
package enum Report: Hashable, Sendable {
  /// Nothing new; its clock.
  case beat(Timestamp)
  case item(ItemKey, ItemDetail)
  case previews([ItemKey: [String]])
  case history([AuditEntry])
  case returns([ItemKey], [RetryReversal])
  /// An action waits for the lock.
  case waits(id: String, String)
  case ended(id: String, RemoteOutcome)
  case workerLine(String)
  case workerEnded(Int32)
  case workerNotStarted(String)
  /// What was asked for is not to be had, for this reason, one sentence.
  case refused(String)

  /// The line with its end.
  package var line: [UInt8] {
    var line = WireLine("is", kind)
    switch self {
    case .beat(let now): line.add("at", now)
    case .item(let key, let detail):
      line.add("key", key)
      line.add("detail", detail)
    case .previews(let contents):
      line.add("contents", contents.map { KeyedLines(key: $0.key, lines: $0.value) })
    case .history(let entries): line.add("entries", entries)
    case .returns(let keys, let reversals):
      line.add("keys", keys)
      line.add("reversals", reversals)
    case .waits(let id, let text):
      line.add("id", id)
      line.add("text", text)
    case .ended(let id, let outcome):
      line.add("id", id)
      Self.add(outcome, to: &line)
    case .workerLine(let text), .workerNotStarted(let text), .refused(let text):
      line.add("text", text)
    case .workerEnded(let status): line.add("status", status)
    }
    return line.ended
  }

  /// Reads a line; `nil` for one that belongs to a snapshot, or that this version does not know.
  package init?(_ value: WireValue) throws(WireError) {
    guard let kind = value["is"].text.flatMap(ReportKind.init) else { return nil }
    let text = value["text"].text ?? ""
    switch kind {
    case .hello, .snapshot, .items, .log: return nil
    case .beat: self = .beat(Timestamp(value["at"].double))
    case .item: self = .item(try value["key"].decoded(), try value["detail"].decoded())
    case .previews:
      let contents = value["contents"].decodedElements(as: KeyedLines.self)
      self = .previews(Dictionary(contents.map { ($0.key, $0.lines) }) { $1 })
    case .history: self = .history(value["entries"].decodedElements())
    case .returns:
      self = .returns(value["keys"].decodedElements(), value["reversals"].decodedElements())
    case .waits: self = .waits(id: value["id"].text ?? "", text)
    case .ended: self = .ended(id: value["id"].text ?? "", try Self.outcome(in: value))
    case .workerLine: self = .workerLine(text)
    case .workerEnded: self = .workerEnded(value["status"].exact(Int32.self))
    case .workerNotStarted: self = .workerNotStarted(text)
    case .refused: self = .refused(text)
    }
  }

  private var kind: ReportKind {
    switch self {
    case .beat: .beat
    case .item: .item
    case .previews: .previews
    case .history: .history
    case .returns: .returns
    case .waits: .waits
    case .ended: .ended
    case .workerLine: .workerLine
    case .workerEnded: .workerEnded
    case .workerNotStarted: .workerNotStarted
    case .refused: .refused
    }
  }

  private static func add(_ outcome: RemoteOutcome, to line: inout WireLine) {
    switch outcome {
    case .done(let done): line.add("done", done)
    case .failed(.refused(let reason, let evidence)):
      line.add("refused", reason)
      line.add("evidence", evidence)
    case .failed(.failed(let sentence)): line.add("failed", sentence)
    case .notDone: line.add("notDone", true)
    case .unknown: line.add("unknown", true)
    }
  }

  private static func outcome(in value: WireValue) throws(WireError) -> RemoteOutcome {
    if !value["done"].isNull { return .done(try value["done"].decoded()) }
    if let reason = value["refused"].text {
      return .failed(.refused(reason, evidence: value["evidence"].decodedElements()))
    }
    if let sentence = value["failed"].text { return .failed(.failed(sentence)) }
    return value["notDone"] == .truth(true) ? .notDone : .unknown
  }
}

/// The beginning of a content with the item that it belongs to.
private struct KeyedLines: Codable {
  let key: ItemKey
  let lines: [String]
}
