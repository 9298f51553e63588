#if os(Linux)
internal import CLibrary
internal import CPlatform

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

  /// Nodes that the kernel makes at boot in a devtmpfs, and nobody makes anew.
  private static let firstNodes = [
    "null", "zero", "full", "random", "urandom", "kmsg", "mem", "tty",
  ]
  /// By so much the computed moment of the boot may lie off.
  private static let bootTolerance = Duration.seconds(2)

  /// Whether the clock was not set forward since the boot, as far as that can be seen.
  ///
  /// What the kernel makes at boot must then not be older than the boot. That holds for the nodes of a
  /// devtmpfs at `/dev` alone: images bring `/run` and other directories along.
  static func hasSteadyClock(_ table: inout ProcessTable) -> Bool {
    let mounts = String(decoding: table.contents(of: "self/mountinfo"), as: UTF8.self)
    let mount = mounts.split(separator: "\n").last { line in
      line.split(separator: " ").dropFirst(4).first == "/dev"
    }
    guard let words = mount?.split(separator: " "), let dash = words.firstIndex(of: "-"),
      words.dropFirst(dash + 1).first == "devtmpfs"
    else { return false }
    let made = firstNodes.compactMap { name -> Timestamp? in
      var facts = platform_file_facts()
      guard platform_stat(AT_FDCWD, "/dev/" + name, &facts) == 0 else { return nil }
      return Timestamp(Double(facts.has_birth ? facts.birth_ns : facts.modified_ns) / 1e9)
    }
    guard let first = made.min() else { return false }
    return bootMoment() - first <= bootTolerance
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
