#if os(Linux)
internal import CPlatform

extension FileSystemFacts {
  /// Magic numbers of file systems that several machines can share.
  private static let networkNames: [UInt64: String] = [
    0x6969: "nfs", 0x517B: "smb", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x0102_1997: "9p",
    0x5346_414F: "afs", 0x6B41_4653: "afs", 0x7375_7245: "coda", 0x564C: "ncp",
    0x00C3_6400: "ceph", 0x0BD0_0BD0: "lustre", 0x0116_1970: "gfs2", 0x7461_636F: "ocfs2",
    0x786F_4256: "vboxsf",
  ]
  private static let fuse: UInt64 = 0x6573_5546
  private static let btrfs: UInt64 = 0x9123_683E
  private static let overlay: UInt64 = 0x794C_7630
  /// FUSE can be anything; these are known to be local, and all others are taken for a network.
  private static let localFuseTypes: Set<String> = [
    "fuseblk", "fuse.ntfs-3g", "fuse.mergerfs", "fuse.gocryptfs", "fuse.encfs", "fuse.bindfs",
    "fuse.fuse-overlayfs", "fuse.exfat", "fuse.ext2",
  ]

  /// Looks at the file system that an open file lies on.
  static func current(descriptor: Int32, mount: UInt64, _ table: inout ProcessTable) -> Self {
    let magic = platform_file_system_type(descriptor)
    var facts = FileSystemFacts()
    facts.hasAnonymousDevices = magic == btrfs || magic == overlay
    facts.networkName = networkNames[magic]
    if magic == fuse {
      let type = mountType(mount, &table)
      facts.networkName = type.map(localFuseTypes.contains) ?? false ? nil : type ?? "fuse"
    }
    return facts
  }

  /// The type of a mount, from its line in the table of mounts.
  private static func mountType(_ mount: UInt64, _ table: inout ProcessTable) -> String? {
    let text = String(decoding: table.contents(of: "self/mountinfo"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("\(mount) ") {
      let words = line.split(separator: " ")
      if let dash = words.firstIndex(of: "-"), dash + 1 < words.count {
        return String(words[dash + 1])
      }
    }
    return nil
  }
}
#endif
