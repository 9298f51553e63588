extension Timestamp {
  /// The moment in UTC to the second, as `2026-01-01T04:30:12Z`; the years 1 to 9999 are clamped to.
  public var iso8601: String {
    let (earliest, latest) = (-62_135_596_800.0, 253_402_300_799.0)
    let clamped =
      secondsSinceEpoch.isNaN ? 0 : Swift.min(Swift.max(secondsSinceEpoch, earliest), latest)
    let seconds = Int(clamped.rounded(.down))
    let secondOfDay = ((seconds % 86_400) + 86_400) % 86_400
    let (year, month, day) = Self.civilDate(day: (seconds - secondOfDay) / 86_400)
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    let hour = Self.padded(secondOfDay / 3600, 2)
    let minute = Self.padded(secondOfDay / 60 % 60, 2)
    return "\(date)T\(hour):\(minute):\(Self.padded(secondOfDay % 60, 2))Z"
  }

  /// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March.
  private static func civilDate(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    String(number).zeroPadded(to: digits)
  }
}
