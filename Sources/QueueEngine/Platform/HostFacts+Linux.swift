#if os(Linux)
internal import CLibrary

extension HostFacts {
  /// The numbers that the kernel gives to the namespaces that are there from the boot on.
  private static let initialNamespaces = ["pid": "pid:[4026531836]", "time": "time:[4026531834]"]

  /// The facts about this machine, read anew.
  package static func current(_ table: inout ProcessTable) -> HostFacts {
    let text: ([UInt8]) -> String = { bytes in
      String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
    var host = HostFacts(
      bootID: text(table.contents(of: "sys/kernel/random/boot_id")),
      bootedAt: bootMoment(),
      suspended: suspendedSinceBoot(),
      hostName: ownHostName(),
      largestPID: Int32(text(table.contents(of: "sys/kernel/pid_max"))) ?? 4_194_304,
      isInChildNamespace: isInOwnNamespace("pid"),
      user: geteuid(),
      ownPID: getpid()
    )
    host.isInTimeNamespace = isInOwnNamespace("time")
    return host
  }

  /// Whether our namespace of a kind is not that of the boot; kernels without the kind have but one.
  private static func isInOwnNamespace(_ kind: String) -> Bool {
    var name = [CChar](repeating: 0, count: 64)
    let length = readlink("/proc/self/ns/\(kind)", &name, name.count)
    guard length > 0 else { return false }
    let bytes = name.prefix(length).map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self) != initialNamespaces[kind]
  }
}
#endif
