package import QueueEngine

extension Timestamp {
  /// The time of day, `04:30:12`, in a zone that is so far ahead of UTC.
  package func clockText(zoneOffset: Duration) -> String {
    let moment = secondsSinceEpoch + zoneOffset.seconds
    guard moment.isFinite else { return "–" }
    let day = 86_400.0
    let second = Int(moment - (moment / day).rounded(.down) * day)
    return [second / 3600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }
      .joined(separator: ":")
  }

  /// The time of day, with the day before it where that is another one than now's.
  package func momentText(at now: Timestamp, zoneOffset: Duration) -> String {
    let clock = clockText(zoneOffset: zoneOffset)
    let day = (self + zoneOffset).iso8601.prefix(10)
    return day == (now + zoneOffset).iso8601.prefix(10) ? clock : "\(day) \(clock)"
  }

  /// How long ago it was, `3h 07m ago`; `just now` under a second, `in the future` beyond.
  package func agoText(at now: Timestamp) -> String {
    let age = now - self
    if age < .seconds(-1) { return "in the future" }
    return age < .seconds(1) ? "just now" : "\(age.ageText) ago"
  }
}
