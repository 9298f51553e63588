internal import CLibrary

/// Reads times such as `2025-11-30T04:38:18.123+01:00`, as Python and its loggers write them.
///
/// A time without a zone is local time, because that is what the writers on this machine mean.
package enum ISOTime {
  /// The moment that the whole text names; `nil` where it names none.
  package static func moment(_ text: some StringProtocol) -> Timestamp? {
    stamp(text).flatMap { LogClock.local.moment(of: $0) }
  }

  /// The time that the whole text names, as it stands; `nil` where it names none.
  static func stamp(_ text: some StringProtocol) -> LogStamp? {
    var scanner = Scanner(rest: Substring(text).utf8)
    guard let stamp = scanner.stamp(), scanner.rest.isEmpty else { return nil }
    return stamp
  }

  /// The time stamp at the start of a log line, perhaps in brackets; `nil` where there is none.
  package static func leadingTime(in line: some StringProtocol) -> Timestamp? {
    leadingStamp(in: line).flatMap { LogClock.local.moment(of: $0.stamp) }
  }

  /// The time stamp at the start of a log line as it stands, perhaps in brackets, and how many bytes it
  /// takes with the blanks behind it.
  static func leadingStamp(in line: some StringProtocol) -> (stamp: LogStamp, bytes: Int)? {
    var offsets = LocalOffsets()
    return leadingStamp(in: Substring(line).utf8, &offsets)
  }

  /// The same of bytes, beside other lines of the same log.
  static func leadingStamp<Bytes: Collection<UInt8>>(
    in line: Bytes,
    _ offsets: inout LocalOffsets
  ) -> (stamp: LogStamp, bytes: Int)? where Bytes.SubSequence == Bytes {
    var scanner = Scanner(rest: line, offsets: offsets)
    defer { offsets = scanner.offsets }
    let isBracketed = scanner.skip("[")
    guard let stamp = scanner.stamp(), !isBracketed || scanner.skip("]") else { return nil }
    while scanner.skip(" ") {}
    return (stamp, line.count - scanner.rest.count)
  }
}

/// How far local time is from UTC in the quarter of an hour that was asked for last: the system's rules
/// take long, and the lines of a log stand close together.
struct LocalOffsets {
  private var quarter: Int?
  private var offset = 0

  /// Seconds since the epoch of a reading that is local time.
  fileprivate mutating func secondsInLocalTime(_ reading: ISOTime.Reading) -> Int {
    let seconds = reading.secondsInUTC
    // Zones differ, and change, by quarters of an hour.
    if quarter != seconds / 900 {
      quarter = seconds / 900
      offset = reading.secondsInLocalTime - seconds
    }
    return seconds + offset
  }
}

extension ISOTime {
  /// A day and a time of day that exist in the calendar, of no zone yet.
  fileprivate struct Reading {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int

    var isPossible: Bool {
      let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      return year > 0 && 1...12 ~= month && 1...days[month - 1] ~= day
        && hour < 24 && minute < 60 && second <= 60
    }

    /// Seconds since the epoch, were it UTC: the days by the `days_from_civil` of Howard Hinnant.
    var secondsInUTC: Int {
      let marchYear = month > 2 ? year : year - 1
      let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
      let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
      let days = marchYear * 365 + leapDays + dayOfYear - 719_468
      return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Seconds since the epoch as local time, with the system's own rules for summer time.
    var secondsInLocalTime: Int {
      var parts = tm()
      parts.tm_year = Int32(year - 1900)
      parts.tm_mon = Int32(month - 1)
      parts.tm_mday = Int32(day)
      parts.tm_hour = Int32(hour)
      parts.tm_min = Int32(minute)
      parts.tm_sec = Int32(second)
      parts.tm_isdst = -1
      return mktime(&parts)
    }
  }

  fileprivate struct Scanner<Bytes: Collection<UInt8>> where Bytes.SubSequence == Bytes {
    var rest: Bytes
    var offsets = LocalOffsets()

    /// Reads a day, a time of day and perhaps a zone.
    mutating func stamp() -> LogStamp? {
      guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
        let day = number(digits: 2), skip("T") || skip(" "),
        let hour = number(digits: 2), skip(":"), let minute = number(digits: 2)
      else { return nil }
      var (second, fraction) = (0, 0.0)
      if skip(":") {
        guard let value = number(digits: 2) else { return nil }
        second = value
        if skip(".") || skip(",") { fraction = digitsOfFraction() }
      }
      let reading = Reading(
        year: year,
        month: month,
        day: day,
        hour: hour,
        minute: minute,
        second: second
      )
      guard reading.isPossible else { return nil }
      let zone = zone()
      return LogStamp(
        secondsInUTC: reading.secondsInUTC,
        // What names its zone needs no rules for summer time, which take long.
        secondsInLocalTime: zone == nil
          ? offsets.secondsInLocalTime(reading) : reading.secondsInUTC,
        fraction: fraction,
        zone: zone
      )
    }

    /// Reads `Z`, `+01:00` or `-0530` as seconds east of Greenwich; nothing if there is no zone.
    private mutating func zone() -> Int? {
      if skip("Z") { return 0 }
      let start = rest
      let isWest = skip("-")
      guard isWest || skip("+"), let hours = number(digits: 2) else {
        rest = start
        return nil
      }
      _ = skip(":")
      let minutes = number(digits: 2) ?? 0
      let seconds = hours * 3600 + minutes * 60
      return isWest ? -seconds : seconds
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func number(digits: Int) -> Int? {
      let text = rest.prefix(digits)
      guard text.count == digits, text.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
        return nil
      }
      rest.removeFirst(digits)
      return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func digitsOfFraction() -> Double {
      var (value, weight) = (0.0, 0.1)
      while let first = rest.first, first &- UInt8(ascii: "0") < 10 {
        value += Double(first - UInt8(ascii: "0")) * weight
        weight /= 10
        rest.removeFirst()
      }
      return value
    }
  }
}
