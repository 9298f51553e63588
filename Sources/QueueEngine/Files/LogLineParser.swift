/// Recognises workers' lines (`docs/contract.md#log`), with or without a time stamp before them.
///
/// It sees one line at a time; what a line means behind others is `LogContext`'s.
package enum LogLineParser {
  /// Bytes of a line that are shown; a longer one ends in an ellipsis.
  private static let longestLine = 4096

  private struct Marker {
    let text: [UInt8]
    let kind: LogLine.Kind
  }

  /// The texts that tell one kind of line from another, by their first byte; the one that stands first
  /// in a line decides, because a cause may quote any other.
  private static let markers: [[Marker]] = {
    var table = [[Marker]](repeating: [], count: 256)
    for (text, kind) in words {
      let text = Array(text.utf8)
      table[Int(text[0])].append(Marker(text: text, kind: kind))
    }
    return table
  }()

  private static let words: [(String, LogLine.Kind)] = [
    ("Synced:", .synced),
    ("Retry ", .retry),
    ("Moved to DLQ:", .movedToDeadLetters),
    ("DLQ recovered:", .recovered),
    ("Recovered:", .recovered),
    ("DLQ retry ", .deadLetterRetry),
    ("Waiting backoff:", .waiting),
    ("Still failed:", .waiting),
    ("Failed (", .gaveUp),
    ("Worker done:", .done),
    ("Queue processed:", .done),
    ("Upload failed:", .uploadFailed),
    ("Could not work:", .failed),
    ("Worker error:", .failed),
    ("VPS unhealthy", .failed),
    ("VPS health check failed", .failed),
    ("Could not acquire lock", .refused),
    ("Could not acquire queue lock", .refused),
    // The libraries filelock, portalocker and lockfile, and flock(1) with -w and --verbose.
    ("The file lock '", .refused),
    ("LockException", .refused),
    ("AlreadyLocked", .refused),
    ("LockTimeout", .refused),
    ("timeout while waiting to get lock", .refused),
    ("failed to get lock", .refused),
  ]
  private static let idMarker = Array("(ID:".utf8)
  private static let giveUpEnd = Array("x):".utf8)

  /// The line in `bytes`, which holds no line end; a time stamp without a zone is taken for local time.
  package static func parse(_ bytes: [UInt8]) -> LogLine {
    var (line, stamp) = read(bytes)
    line.time = stamp.map { LogClock.local.moment(of: $0) } ?? nil
    return line
  }

  /// The line in `bytes`, which holds no line end, and its time stamp as it stands.
  static func read(_ bytes: [UInt8]) -> (line: LogLine, stamp: LogStamp?) {
    // A log that is copied and truncated under a writer has a hole of NULs where the old lines were.
    let text = bytes.drop { $0 == 0 }
    let shown =
      Scrubber.scrub(bytes: text.prefix(longestLine)) + (text.count > longestLine ? "…" : "")
    var line = LogLine(text: shown)
    // Bytes and not characters: a log has a thousand lines, and the first frame waits for them.
    let utf8 = Array(shown.utf8)
    if let (kind, end) = firstMarker(in: utf8) {
      line.kind = kind
      readSubject(utf8[end...], into: &line)
    }
    guard let (stamp, bytes) = ISOTime.leadingStamp(in: shown) else { return (line, nil) }
    line.stampBytes = bytes
    return (line, stamp)
  }

  private static func firstMarker(in line: [UInt8]) -> (kind: LogLine.Kind, end: Int)? {
    for start in line.indices {
      for marker in markers[Int(line[start])] where line[start...].starts(with: marker.text) {
        return (marker.kind, start + marker.text.count)
      }
    }
    return nil
  }

  /// Reads `P (ID: 8chars...) …`, for retries `n/5: P …`, or the cause that stands after the marker.
  private static func readSubject(_ rest: ArraySlice<UInt8>, into line: inout LogLine) {
    switch line.kind {
    case .retry, .deadLetterRetry:
      guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else {
        line.kind = .other
        return
      }
      line.failures = leadingNumber(in: rest)
      guard line.failures != nil else {
        line.kind = .other
        return
      }
      readProject(rest[(colon + 1)...], into: &line)
    case .gaveUp:
      let digits = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
      let after = rest[digits.endIndex...]
      guard let times = leadingNumber(in: rest), after.starts(with: giveUpEnd) else {
        line.kind = .other
        return
      }
      line.failures = times
      readProject(after.dropFirst(giveUpEnd.count), into: &line)
    case .synced, .movedToDeadLetters, .recovered, .waiting:
      readProject(rest, into: &line)
    case .uploadFailed, .failed:
      let cause = rest.drop { isBlank($0) || $0 == UInt8(ascii: ":") }
      if !cause.isEmpty { line.cause = String(decoding: cause, as: UTF8.self) }
    case .refused, .done, .figure, .traceback, .other:
      return
    }
  }

  private static func readProject(_ rest: ArraySlice<UInt8>, into line: inout LogLine) {
    let subject = rest.drop(while: isBlank)
    let project = subject.prefix { !isBlank($0) }
    if !project.isEmpty { line.project = String(decoding: project, as: UTF8.self) }
    if let id = end(of: idMarker, in: subject) {
      let prefix = subject[id...].drop(while: isBlank).prefix(while: isPartOfID)
      if !prefix.isEmpty { line.idPrefix = String(decoding: prefix, as: UTF8.self) }
    }
  }

  /// The number at the start; `nil` where there is none that fits.
  private static func leadingNumber(in text: ArraySlice<UInt8>) -> Int? {
    Int(String(decoding: text.prefix { $0 &- UInt8(ascii: "0") < 10 }, as: UTF8.self))
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
