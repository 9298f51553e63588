internal import CLibrary
internal import CPlatform

/// The machine, this boot of it, and who we are.
package struct HostFacts: Hashable, Sendable {
  /// The kernel's random name for this boot.
  package var bootID: String
  package var bootedAt: Timestamp
  /// From this moment on nobody has set the clock, so that times since then can be compared.
  package var isClockSteadySince = Timestamp(-.infinity)
  /// How long the machine has slept since the boot.
  package var suspended: Duration
  package var hostName: String
  package var largestPID: Int32
  /// We live in a PID namespace of our own, so the kernel hides the locks and processes of others.
  package var isInChildNamespace: Bool
  /// The kernel tells of locks taken with `flock`.
  package var seesFlocks = true
  /// We live in a time namespace of our own: the boot and the starts of processes are shifted.
  package var isInTimeNamespace = false
  /// Our effective user.
  package var user: UInt32
  /// Our own process.
  package var ownPID: Int32

  package init(
    bootID: String,
    bootedAt: Timestamp,
    suspended: Duration = .zero,
    hostName: String,
    largestPID: Int32 = 4_194_304,
    isInChildNamespace: Bool = false,
    user: UInt32,
    ownPID: Int32
  ) {
    self.bootID = bootID
    self.bootedAt = bootedAt
    self.suspended = suspended
    self.hostName = hostName
    self.largestPID = largestPID
    self.isInChildNamespace = isInChildNamespace
    self.user = user
    self.ownPID = ownPID
  }
}

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
