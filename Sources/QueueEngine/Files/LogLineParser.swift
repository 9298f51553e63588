/// Recognises workers' lines (`docs/contract.md#log`), with or without a time stamp before them.
package enum LogLineParser {
  /// Bytes of a line that are shown; a longer one ends in an ellipsis.
  private static let longestLine = 4096

  /// The texts that tell one kind of line from another; the first that occurs decides.
  private static let markers: [(text: [UInt8], kind: LogLine.Kind)] = [
    ("Could not work:", .failed),
    ("DLQ recovered:", .recovered),
    ("DLQ retry ", .deadLetterRetry),
    ("Moved to DLQ:", .movedToDeadLetters),
    ("Waiting backoff:", .waiting),
    ("Worker done:", .done),
    ("Queue processed:", .done),
    ("Worker error:", .failed),
    ("Could not acquire lock", .refused),
    ("Could not acquire queue lock", .refused),
    ("The file lock '", .refused),
    ("Synced:", .synced),
    ("Retry ", .retry),
  ].map { (Array($0.utf8), $1) }
  private static let idMarker = Array("(ID:".utf8)

  /// The line in `bytes`, which holds no line end.
  package static func parse(_ bytes: [UInt8]) -> LogLine {
    let text =
      Scrubber.scrub(bytes: bytes.prefix(longestLine)) + (bytes.count > longestLine ? "…" : "")
    var line = LogLine(text: text)
    line.time = ISOTime.leadingTime(in: text)
    // Bytes and not characters: a log has a thousand lines, and the first frame waits for them.
    let shown = Array(text.utf8)
    for (marker, kind) in markers {
      guard let end = end(of: marker, in: shown[...]) else { continue }
      line.kind = kind
      readSubject(shown[end...], into: &line)
      break
    }
    return line
  }

  /// Reads `P (ID: 8chars...) …` or, for retries, `n/5: P …` after the marker.
  private static func readSubject(_ rest: ArraySlice<UInt8>, into line: inout LogLine) {
    var subject = rest
    switch line.kind {
    case .retry, .deadLetterRetry:
      guard let colon = subject.firstIndex(of: UInt8(ascii: ":")) else {
        line.kind = .other
        return
      }
      subject = subject[(colon + 1)...]
    case .synced, .movedToDeadLetters, .recovered, .waiting:
      break
    case .done, .refused, .failed, .other:
      return
    }
    subject = subject.drop(while: isBlank)
    let project = subject.prefix { !isBlank($0) }
    if !project.isEmpty { line.project = String(decoding: project, as: UTF8.self) }
    if let id = end(of: idMarker, in: subject) {
      let prefix = subject[id...].drop(while: isBlank).prefix(while: isPartOfID)
      if !prefix.isEmpty { line.idPrefix = String(decoding: prefix, as: UTF8.self) }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Where the first occurrence of `part` ends.
  private static func end(of part: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
    var rest = line
    while let found = rest.firstIndex(of: part[0]) {
      rest = rest[found...]
      if rest.starts(with: part) { return found + part.count }
      rest = rest.dropFirst()
    }
    return nil
  }
}
