/// Recognises the lines that workers write (SPEC §2), with or without a time stamp before them.
package enum LogLineParser {
  /// Bytes of a line that are shown; a longer one ends in an ellipsis.
  private static let longestLine = 4096

  /// The texts that tell one kind of line from another; the first that occurs decides.
  private static let markers: [(text: String, kind: LogLine.Kind)] = [
    ("Could not work:", .failed),
    ("DLQ recovered:", .recovered),
    ("DLQ retry ", .deadLetterRetry),
    ("Moved to DLQ:", .movedToDeadLetters),
    ("Waiting backoff:", .waiting),
    ("Worker done:", .done),
    ("Could not acquire lock", .refused),
    ("Could not acquire queue lock", .refused),
    ("Synced:", .synced),
    ("Retry ", .retry),
  ]

  /// The line in `bytes`, which holds no line end.
  package static func parse(_ bytes: [UInt8]) -> LogLine {
    let text =
      Scrubber.scrub(bytes: bytes.prefix(longestLine)) + (bytes.count > longestLine ? "…" : "")
    var line = LogLine(text: text)
    line.time = ISOTime.leadingTime(in: text)
    guard let (kind, rest) = match(text) else { return line }
    line.kind = kind
    readSubject(rest, into: &line)
    return line
  }

  private static func match(_ text: String) -> (LogLine.Kind, Substring)? {
    for (marker, kind) in markers {
      if let range = firstRange(of: marker, in: text) {
        return (kind, text[range.upperBound...])
      }
    }
    return nil
  }

  /// Reads `P (ID: 8chars...) …` or, for retries, `n/5: P …` after the marker.
  private static func readSubject(_ rest: Substring, into line: inout LogLine) {
    var subject = rest
    switch line.kind {
    case .retry, .deadLetterRetry:
      guard let colon = subject.firstIndex(of: ":") else {
        line.kind = .other
        return
      }
      subject = subject[subject.index(after: colon)...]
    case .synced, .movedToDeadLetters, .recovered, .waiting:
      break
    case .done, .refused, .failed, .other:
      return
    }
    subject = subject.drop { $0 == " " }
    let project = subject.prefix { $0 != " " }
    if !project.isEmpty { line.project = String(project) }
    if let id = firstRange(of: "(ID:", in: subject) {
      let prefix = subject[id.upperBound...].drop { $0 == " " }.prefix {
        $0.isHexDigit || $0 == "-"
      }
      if !prefix.isEmpty { line.idPrefix = String(prefix) }
    }
  }

  /// Where `part` first occurs, compared byte by byte.
  private static func firstRange(of part: String, in text: some StringProtocol)
    -> Range<String.Index>?
  {
    let needle = Array(part.utf8)
    var start = text.utf8.startIndex
    while let found = text.utf8[start...].firstIndex(of: needle[0]) {
      if text.utf8[found...].starts(with: needle) {
        return found..<text.utf8.index(found, offsetBy: needle.count)
      }
      start = text.utf8.index(after: found)
    }
    return nil
  }
}
