/// A probe record as lines of text, the last of which says that it is complete.
///
///     mem0top probes 1
///     last 1767238212
///     series http://127.0.0.1:8080/health
///     failed 1767238032 1767238212
///     5890794 30 0 1140 300
///     end
///
/// Behind an endpoint's address stands how its probes have gone lately: how, since when, until when.
/// A slot's line has its number since 1970, the probes that were answered and those that failed, the
/// sum of the latencies in milliseconds, and the seconds that were watched.
enum ProbeRecordText {
  /// The largest text that is written or read, in bytes; the oldest slots give way.
  static let largestSize = 64 << 10

  private static let header = "mem0top probes 1"
  private static let end = "end"
  private static let seriesWord = "series "

  /// The record as text, bounded.
  static func text(of record: ProbeRecord) -> String {
    var record = record
    var text = wholeText(of: record)
    while text.utf8.count > largestSize, let oldest = record.series.values.flatMap(\.keys).min() {
      record.series = record.series.mapValues { $0.filter { $0.key >= oldest + 12 } }
        .filter { !$0.value.isEmpty }
      text = wholeText(of: record)
    }
    return text
  }

  /// Reads what `text(of:)` wrote; `nil` for anything else.
  static func record(in bytes: [UInt8]) -> ProbeRecord? {
    guard bytes.count <= largestSize, let text = String(validating: bytes, as: UTF8.self) else {
      return nil
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3, lines[0] == header, lines[lines.count - 2] == end else { return nil }
    var record = ProbeRecord()
    var key: String?
    for line in lines[1..<(lines.count - 2)] {
      if line.hasPrefix(seriesWord) {
        key = String(line.dropFirst(seriesWord.count))
      } else if line.hasPrefix("last "), let seconds = Int(line.dropFirst(5)) {
        record.lastProbe = Timestamp(Double(seconds))
      } else if let key, let course = course(in: line) {
        record.courses[key] = course
      } else if let key, let (slot, tally) = slot(in: line) {
        record.series[key, default: [:]][slot] = tally
      } else {
        return nil
      }
    }
    return record
  }

  private static func wholeText(of record: ProbeRecord) -> String {
    var lines = [header]
    if let last = record.lastProbe { lines.append("last \(Int(last.secondsSinceEpoch))") }
    for (key, slots) in record.series.sorted(by: { $0.key < $1.key }) {
      lines.append(seriesWord + key)
      if let course = record.courses[key] {
        lines.append(
          "\(course.kind.rawValue) \(Int(course.since.secondsSinceEpoch))"
            + " \(Int(course.last.secondsSinceEpoch))"
        )
      }
      lines += slots.sorted { $0.key < $1.key }.map { slot, tally in
        let milliseconds = tally.latency.wholeMilliseconds
        let watched = Int(tally.watched.seconds.rounded())
        return "\(slot) \(tally.answered) \(tally.failed) \(milliseconds) \(watched)"
      }
    }
    return (lines + [end, ""]).joined(separator: "\n")
  }

  private static func course(in line: Substring) -> ProbeCourse? {
    let words = line.split(separator: " ")
    guard words.count == 3, let kind = ProbeCourse.Kind(rawValue: String(words[0])),
      let since = Int(words[1]), let last = Int(words[2]), since <= last
    else { return nil }
    return ProbeCourse(kind: kind, since: Timestamp(Double(since)), last: Timestamp(Double(last)))
  }

  private static func slot(in line: Substring) -> (Int, ProbeRecord.Tally)? {
    // Counts beyond a billion are damage, and sums of them could overflow.
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 5, numbers.allSatisfy({ (0..<1_000_000_000).contains($0) }) else {
      return nil
    }
    var tally = ProbeRecord.Tally()
    (tally.answered, tally.failed) = (numbers[1], numbers[2])
    tally.latency = .milliseconds(numbers[3])
    tally.watched = .seconds(numbers[4])
    return (numbers[0], tally)
  }
}
