internal import CPlatform

/// The wall clock and waiting, only where something is done; rules get the moment as an argument.
package enum SystemClock {
  /// The present moment.
  package static var now: Timestamp { Timestamp(Double(nanoseconds) / 1e9) }

  /// The present, in nanoseconds since 1970.
  package static var nanoseconds: Int64 { platform_wall_clock_ns() }

  /// Waits, signals or not.
  package static func wait(_ duration: Duration) {
    platform_wait_ns(Int64(max(duration, .zero) / .nanoseconds(1)))
  }
}
