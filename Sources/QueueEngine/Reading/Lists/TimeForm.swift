internal import CLibrary

/// The way in which an ISO time is written, so that another moment can be written in the same way.
///
/// Programs compare such texts with their own, and some parse them by a fixed pattern: a fraction, a
/// zone or a blank for the `T` that was not there before could stop them.
struct TimeForm {
  private let separator: Character
  private let hasSeconds: Bool
  private let pointAndDigits: (point: Character, count: Int)?
  private let zone: Substring

  /// Learns the form from a time such as `2025-11-30T04:38:18.123456`; `nil` where it is none.
  init?(_ text: String) {
    guard ISOTime.moment(text) != nil, text.utf8.count == text.count, text.count >= 16 else {
      return nil
    }
    separator = text[text.index(text.startIndex, offsetBy: 10)]
    var rest = text.dropFirst(16)
    hasSeconds = rest.first == ":"
    if hasSeconds { rest = rest.dropFirst(3) }
    if let point = rest.first, point == "." || point == "," {
      let digits = rest.dropFirst().prefix { $0.isNumber }
      pointAndDigits = (point, digits.count)
      rest = rest.dropFirst(1 + digits.count)
    } else {
      pointAndDigits = nil
    }
    zone = rest
  }

  /// A moment in this form: in the zone that was named, or else in local time.
  func text(of moment: Timestamp) -> String {
    let whole = moment.secondsSinceEpoch.rounded(.down)
    let offset = zone.isEmpty ? Self.localOffset(at: whole) : Self.offset(named: zone)
    let clock = Timestamp(whole + Double(offset)).iso8601
    let time = clock.dropFirst(11).prefix(hasSeconds ? 8 : 5)
    return clock.prefix(10) + String(separator) + time
      + fraction(moment.secondsSinceEpoch - whole) + zone
  }

  /// The fraction of a second; a clock that is read as a `Double` tells microseconds and no more.
  private func fraction(_ seconds: Double) -> String {
    guard let (point, count) = pointAndDigits else { return "" }
    let microseconds = String(Int((seconds * 1e6).rounded(.down))).zeroPadded(to: 6)
    let digits = microseconds.prefix(count)
    return String(point) + digits + String(repeating: "0", count: count - digits.count)
  }

  /// Seconds east of Greenwich of `Z`, `+01:00`, `-0530` or `+01`.
  private static func offset(named zone: Substring) -> Int {
    let digits = zone.compactMap(\.wholeNumberValue)
    guard digits.count >= 2 else { return 0 }
    let minutes = digits.count >= 4 ? digits[2] * 10 + digits[3] : 0
    let seconds = (digits[0] * 10 + digits[1]) * 3600 + minutes * 60
    return zone.first == "-" ? -seconds : seconds
  }

  /// Seconds east of Greenwich of local time at a moment, summer time included.
  private static func localOffset(at seconds: Double) -> Int {
    var time = time_t(seconds)
    var parts = tm()
    return localtime_r(&time, &parts) == nil ? 0 : parts.tm_gmtoff
  }
}
