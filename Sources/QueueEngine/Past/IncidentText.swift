internal import LosslessJSON

/// Incidents as lines of JSON, one each, oldest first.
///
///     {"number":3,"code":"stale_lock","severity":"critical","summary":"…","evidence":["…"],"since":1767230592,
///      "ended":1767238212,"last_seen":1767238211,"origin":"key","action":"clear_lock","pid":4242,
///      "told":"command tmux","told_end":""}
///
/// A line that makes no sense is left out and hides no other.
enum IncidentText {
  /// The largest text that is written or read, in bytes; the oldest that have ended give way.
  static let largestSize = 256 << 10

  static func text(of book: IncidentBook) -> String {
    var lines = book.incidents.map { ($0.end != nil, line(of: $0)) }
    var size = lines.reduce(0) { $0 + $1.1.utf8.count + 1 }
    while size > largestSize, let oldest = lines.firstIndex(where: \.0) {
      size -= lines.remove(at: oldest).1.utf8.count + 1
    }
    return lines.map { $0.1 + "\n" }.joined()
  }

  static func book(in bytes: [UInt8]) -> IncidentBook {
    var book = IncidentBook()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let incident = incident(in: line) else { continue }
      book.incidents.append(incident)
    }
    book.incidents.sort { $0.number < $1.number }
    return book
  }

  private static func line(of incident: Incident) -> String {
    var members = [
      ("number", "\(incident.number)"), ("code", quoted(incident.code.rawValue)),
      ("severity", quoted(incident.severity.rawValue)), ("summary", quoted(incident.summary)),
      ("evidence", "[" + incident.evidence.map(quoted).joined(separator: ",") + "]"),
      ("since", seconds(incident.since)),
    ]
    if let end = incident.end {
      members.append(("ended", seconds(end.moment)))
      if let lastSeen = end.lastSeen { members.append(("last_seen", seconds(lastSeen))) }
      if let origin = end.origin { members.append(("origin", quoted(origin.rawValue))) }
      if let action = end.action { members.append(("action", quoted(action.rawValue))) }
      if let pid = end.pid { members.append(("pid", "\(pid)")) }
    }
    members.append(("told", quoted(words(incident.told))))
    members.append(("told_end", quoted(words(incident.toldEnd))))
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  private static func quoted(_ text: String) -> String { JSONText.quotedText(text) }

  private static func seconds(_ moment: Timestamp) -> String {
    "\(Int(exactly: moment.secondsSinceEpoch.rounded(.down)) ?? 0)"
  }

  private static func words(_ channels: Set<AlertChannel>) -> String {
    AlertChannel.allCases.filter(channels.contains).map(\.rawValue).joined(separator: " ")
  }

  private static func incident(in line: some Collection<UInt8>) -> Incident? {
    guard let line = RecordLine(line), let number = line.numbers["number"],
      let since = line.numbers["since"],
      let code = line.texts["code"].flatMap(FindingCode.init(rawValue:)),
      let severity = line.texts["severity"].flatMap(Severity.init(rawValue:))
    else { return nil }
    let (texts, numbers) = (line.texts, line.numbers)
    var incident = Incident(
      number: number,
      code: code,
      severity: severity,
      since: Timestamp(Double(since))
    )
    incident.summary = texts["summary"] ?? ""
    incident.evidence = line.evidence
    incident.told = channels(texts["told"])
    incident.toldEnd = channels(texts["told_end"])
    if let ended = numbers["ended"] {
      incident.end = Incident.End(
        Timestamp(Double(ended)),
        lastSeen: numbers["last_seen"].map { Timestamp(Double($0)) },
        origin: texts["origin"].flatMap(ActionOrigin.init(rawValue:)),
        action: texts["action"].flatMap(ActionKind.init(rawValue:)),
        pid: numbers["pid"].flatMap { Int32(exactly: $0) }
      )
    }
    return incident
  }

  private static func channels(_ words: String?) -> Set<AlertChannel> {
    Set((words ?? "").split(separator: " ").compactMap { AlertChannel(rawValue: String($0)) })
  }
}
