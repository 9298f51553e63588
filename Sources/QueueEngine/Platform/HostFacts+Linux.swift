#if os(Linux)
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension HostFacts {
  /// The number that the kernel gives to the namespace in which it numbers all processes.
  private static let initialNamespace = "pid:[4026531836]"

  /// The facts about this machine, read anew.
  package static func current(_ table: inout ProcessTable) -> HostFacts {
    let text: ([UInt8]) -> String = { bytes in
      String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
    return HostFacts(
      bootID: text(table.contents(of: "sys/kernel/random/boot_id")),
      bootedAt: bootMoment(),
      suspended: suspendedSinceBoot(),
      hostName: ownHostName(),
      largestPID: Int32(text(table.contents(of: "sys/kernel/pid_max"))) ?? 4_194_304,
      isInChildNamespace: ownNamespace().map { $0 != initialNamespace } ?? false,
      user: geteuid(),
      ownPID: getpid()
    )
  }

  private static func ownNamespace() -> String? {
    var name = [CChar](repeating: 0, count: 64)
    let length = readlink("/proc/self/ns/pid", &name, name.count)
    guard length > 0 else { return nil }
    return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
#endif
