#if os(Linux)
internal import CPlatform

extension FileSystemFacts {
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
    facts.networkName = networkName(magic)
    if magic == fuse {
      let type = mountType(mount, &table)
      facts.networkName = type.map(localFuseTypes.contains) ?? false ? nil : type ?? "fuse"
    }
    return facts
  }

  /// The name of a file system that several machines can share, by its magic number.
  private static func networkName(_ magic: UInt64) -> String? {
    switch magic {
    case 0x6969: "nfs"
    case 0x517B: "smb"
    case 0xFF53_4D42: "cifs"
    case 0xFE53_4D42: "smb2"
    case 0x0102_1997: "9p"
    case 0x5346_414F, 0x6B41_4653: "afs"
    case 0x7375_7245: "coda"
    case 0x564C: "ncp"
    case 0x00C3_6400: "ceph"
    case 0x0BD0_0BD0: "lustre"
    case 0x0116_1970: "gfs2"
    case 0x7461_636F: "ocfs2"
    case 0x786F_4256: "vboxsf"
    default: nil
    }
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
