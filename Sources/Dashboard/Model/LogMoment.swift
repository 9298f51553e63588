package import QueueEngine

/// A moment of the past as a person writes it: `02:15`, `yesterday 22:10`, `11-30 02:15`, `2026-01-01 02:15:30`.
package enum LogMoment {
  private static let day = 86_400.0

  /// The moment that a text names; a time without a day is the last one that has been.
  ///
  /// - Parameters:
  ///   - text: What was written.
  ///   - now: The present moment.
  ///   - zoneOffset: How far local time is ahead of UTC.
  /// - Returns: the moment; `nil` where the text is none.
  package static func parse(_ text: String, now: Timestamp, zoneOffset: Duration) -> Timestamp? {
    let words = text.lowercased().split { $0 == " " || $0 == "t" && text.contains("-") }.map(
      String.init
    )
    let local = now.secondsSinceEpoch + zoneOffset.seconds
    let today = (local / day).rounded(.down)
    guard local.isFinite, (1...2).contains(words.count) else { return nil }
    let clock = words.count == 2 || words[0].contains(":") ? words.last : "00:00"
    guard let clock, let second = secondOfDay(clock) else { return nil }
    let moment: Double
    if words.count == 1, words[0].contains(":") {
      moment = today * day + second
      return Timestamp((moment > local ? moment - day : moment) - zoneOffset.seconds)
    }
    switch words[0] {
    case "today": moment = today * day + second
    case "yesterday": moment = (today - 1) * day + second
    default:
      guard let number = dayNumber(words[0], year: year(of: now + zoneOffset)) else { return nil }
      moment = number * day + second
    }
    return Timestamp(moment - zoneOffset.seconds)
  }

  /// `02:15` or `02:15:30` in seconds since midnight.
  private static func secondOfDay(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map {
      number(String($0))
    }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let second = parts.count == 3 ? parts[2] : 0,
      hour < 24, minute < 60, second < 60
    else { return nil }
    return Double(hour * 3600 + minute * 60 + second)
  }

  /// `2026-01-01`, or `01-01` of this year, in days since 1970.
  private static func dayNumber(_ text: String, year: Int) -> Double? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count) else { return nil }
    let year = parts.count == 3 ? parts[0] : "\(year)"
    let stamp = "\(year)-\(parts[parts.count - 2])-\(parts[parts.count - 1])T00:00:00Z"
    return ISOTime.moment(stamp).map { ($0.secondsSinceEpoch / day).rounded(.down) }
  }

  private static func year(of moment: Timestamp) -> Int { Int(moment.iso8601.prefix(4)) ?? 0 }

  private static func number(_ text: String) -> Int? {
    (1...2).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }
}
