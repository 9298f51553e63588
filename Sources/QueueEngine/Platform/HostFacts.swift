internal import CLibrary
internal import CPlatform

extension HostFacts {
  /// When the machine booted, by today's wall clock.
  static func bootMoment() -> Timestamp {
    Timestamp(Double(platform_wall_clock_ns() - platform_boot_clock_ns()) / 1e9)
  }

  /// How long the machine has slept since it booted: one clock counts that time and the other not.
  static func suspendedSinceBoot() -> Duration {
    max(.nanoseconds(platform_boot_clock_ns() - platform_awake_clock_ns()), .zero)
  }

  /// The name that this machine gives itself; empty where it has none.
  package static func ownHostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
