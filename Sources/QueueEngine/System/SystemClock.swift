internal import CPlatform

/// The wall clock and waiting, only where something is done; rules get the moment as an argument.
package enum SystemClock {
  /// The present moment.
  package static var now: Timestamp {
    Timestamp(Double(platform_wall_clock_ns()) / 1e9)
  }

  /// Waits, signals or not.
  package static func wait(_ duration: Duration) {
    platform_wait_ns(Int64(max(duration, .zero) / .nanoseconds(1)))
  }
}
