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
  /// Whether a marker may begin with a byte.
  private static let beginsMarker = markers.map { !$0.isEmpty }
  private static let idMarker = Array("(ID:".utf8)
  private static let dots = Array("...".utf8)
  private static let ellipsis = Array("…".utf8)
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
    let reading = classify(utf8[...])
    line.kind = reading.kind
    line.failures = reading.failures
    switch reading.kind {
    case .synced, .movedToDeadLetters, .recovered, .waiting, .retry, .deadLetterRetry, .gaveUp:
      readProject(reading.subject, into: &line)
    case .uploadFailed, .failed:
      let cause = reading.subject.drop { isBlank($0) || $0 == UInt8(ascii: ":") }
      if !cause.isEmpty { line.cause = String(decoding: cause, as: UTF8.self) }
    case .refused, .done, .figure, .traceback, .other: break
    }
    guard let (stamp, bytes) = ISOTime.leadingStamp(in: shown) else { return (line, nil) }
    line.stampBytes = bytes
    return (line, stamp)
  }

  /// What the line in `bytes` is and its time stamp as it stands, without the texts: a few hundred
  /// instructions for a line that is not shown.
  static func skim(
    _ bytes: ArraySlice<UInt8>,
    _ offsets: inout LocalOffsets
  ) -> (kind: LogLine.Kind, stamp: LogStamp?) {
    let text = bytes.drop { $0 == 0 }.prefix(longestLine)
    return (classify(text).kind, ISOTime.leadingStamp(in: text, &offsets)?.stamp)
  }

  private struct Reading {
    let kind: LogLine.Kind
    var failures: Int?
    /// What follows the marker: `P (ID: 8chars...) …` or a cause.
    var subject: ArraySlice<UInt8> = []
  }

  private static func classify(_ line: ArraySlice<UInt8>) -> Reading {
    guard let (kind, end) = firstMarker(in: line) else { return Reading(kind: .other) }
    let rest = line[end...]
    switch kind {
    case .retry, .deadLetterRetry:
      // `n/5: P …`
      guard let times = leadingNumber(in: rest), let colon = rest.firstIndex(of: UInt8(ascii: ":"))
      else { return Reading(kind: .other) }
      return Reading(kind: kind, failures: times, subject: rest[(colon + 1)...])
    case .gaveUp:
      // `nx): P …`
      let after = rest.drop(while: isDigit)
      guard let times = leadingNumber(in: rest), after.starts(with: giveUpEnd) else {
        return Reading(kind: .other)
      }
      return Reading(
        kind: kind,
        failures: times,
        subject: after.dropFirst(giveUpEnd.count)
      )
    default:
      return Reading(kind: kind, subject: rest)
    }
  }

  private static func firstMarker(
    in line: ArraySlice<UInt8>
  ) -> (kind: LogLine.Kind, end: Int)? {
    for start in line.indices where beginsMarker[Int(line[start])] {
      for marker in markers[Int(line[start])] where line[start...].starts(with: marker.text) {
        return isLead(line[..<start]) ? (marker.kind, start + marker.text.count) : nil
      }
    }
    return nil
  }

  /// Whether what stands before a marker may lead to it, as a stamp, a level and the name of a logger do.
  ///
  /// Behind a quotation, a value or words of a sentence it is somebody's text: memories tell of workers, too.
  private static func isLead(_ lead: ArraySlice<UInt8>) -> Bool {
    // One pass, and no words as arrays: a log has thousands of lines.
    var (plainWords, length, isPlain) = (0, 0, true)
    for byte in lead {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "="): return false
      case UInt8(ascii: " "):
        if length > 0, isPlain { plainWords += 1 }
        (length, isPlain) = (0, true)
      default:
        length += 1
        if !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { isPlain = false }
      }
    }
    if length > 0, isPlain { plainWords += 1 }
    return plainWords <= 1
  }

  private static func readProject(_ rest: ArraySlice<UInt8>, into line: inout LogLine) {
    let subject = rest.drop(while: isBlank)
    let id = end(of: idMarker, in: subject)
    // A name may hold blanks, as far as something tells where it ends.
    let named = id.map { subject[..<($0 - idMarker.count)] } ?? subject.prefix { !isBlank($0) }
    let project = named.dropLast(named.reversed().prefix(while: isBlank).count)
    if !project.isEmpty { line.project = String(decoding: project, as: UTF8.self) }
    if let id {
      let prefix = idPrefix(subject[id...].drop(while: isBlank))
      if !prefix.isEmpty { line.idPrefix = String(decoding: prefix, as: UTF8.self) }
    }
  }

  /// The number at the start; `nil` where there is none that fits.
  private static func leadingNumber(in text: ArraySlice<UInt8>) -> Int? {
    let digits = text.prefix(while: isDigit)
    // Eighteen digits fit.
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") }

  /// An id at the start, up to a blank, a bracket or the dots of a shortened one.
  private static func idPrefix(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = text.startIndex
    while end < text.endIndex, !isBlank(text[end]), text[end] != UInt8(ascii: ")"),
      !text[end...].starts(with: dots), !text[end...].starts(with: ellipsis)
    {
      end += 1
    }
    return text[..<end]
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
