internal import CLibrary
internal import QueueEngine

/// The zone of the person's clock, by the system's tables and `TZ`.
enum LocalTime {
  /// How far local time is ahead of UTC at a moment.
  ///
  /// A zone that the person has changed since the last time counts at once.
  static func offset(at moment: Timestamp) -> Duration {
    var seconds = time_t(moment.secondsSinceEpoch)
    var parts = tm()
    tzset()
    guard localtime_r(&seconds, &parts) != nil else { return .zero }
    return .seconds(parts.tm_gmtoff)
  }

  /// A moment as `2025-11-30 04:38:18` in local time.
  static func text(_ moment: Timestamp) -> String {
    let text = (moment + offset(at: moment)).iso8601
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
  }
}
