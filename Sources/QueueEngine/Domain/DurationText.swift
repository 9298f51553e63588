extension Duration {
  /// The duration as a person reads an age: `42s`, `4m 02s`, `3h 07m`, `2d 5h`; never negative.
  public var ageText: String {
    let total = Swift.max(wholeSeconds, 0)
    let (days, hours, minutes, seconds) = (
      total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60
    )
    if days > 0 { return "\(days)d \(hours)h" }
    if hours > 0 { return "\(hours)h \(Self.twoDigits(minutes))m" }
    if minutes > 0 { return "\(minutes)m \(Self.twoDigits(seconds))s" }
    return "\(seconds)s"
  }

  /// The duration in one unit, for narrow columns: `42s`, `4m`, `3h`, `2d`.
  public var shortAgeText: String {
    let total = Swift.max(wholeSeconds, 0)
    if total >= 86_400 { return "\(total / 86_400)d" }
    if total >= 3600 { return "\(total / 3600)h" }
    if total >= 60 { return "\(total / 60)m" }
    return "\(total)s"
  }

  /// The duration as a countdown, rounded up so that it reads 00:00 only when it is over: `00:42`, `1:02:03`.
  public var countdownText: String {
    let (whole, attoseconds) = components
    let total = Swift.max(Int(whole) + (attoseconds > 0 ? 1 : 0), 0)
    let clock = "\(Self.twoDigits(total / 60 % 60)):\(Self.twoDigits(total % 60))"
    return total >= 3600 ? "\(total / 3600):\(clock)" : clock
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
