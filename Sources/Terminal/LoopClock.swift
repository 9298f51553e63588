internal import CNcurses

/// The wall clock, as the loop divides it: into seconds, and into the spans between two refreshes.
///
/// Both begin at whole multiples of their length since 1970, so a refresh each second falls together
/// with the tick and wakes nobody a second time.
struct LoopClock {
  private static let second: Int64 = 1_000_000_000

  private var tickNumber: Int64 = 0
  private var refreshNumber: Int64?

  /// What has begun since the last time.
  struct Beginnings {
    /// The second that has begun, since 1970.
    var second: Int64?
    var isRefreshDue = false
  }

  /// Notes the time, in nanoseconds since 1970.
  mutating func advance(to now: Int64, interval: Duration) -> Beginnings {
    var beginnings = Beginnings()
    if now / Self.second != tickNumber {
      tickNumber = now / Self.second
      beginnings.second = tickNumber
    }
    let refresh = now / Self.span(interval)
    beginnings.isRefreshDue = refreshNumber.map { $0 != refresh } ?? false
    refreshNumber = refresh
    return beginnings
  }

  /// How long after `now` the next second or span begins, in nanoseconds.
  static func pause(after now: Int64, interval: Duration) -> Int64 {
    min(second - now % second, span(interval) - now % span(interval))
  }

  private static func span(_ interval: Duration) -> Int64 {
    max(Int64(interval / .nanoseconds(1)), second / 20)
  }
}
