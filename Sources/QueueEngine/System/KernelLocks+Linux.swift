#if os(Linux)
internal import CPlatform

extension ProcessTable {
  /// The kernel's locks on a file, from `/proc/locks`, read to its end; the file is not touched.
  ///
  /// `matchesAnyDevice` is for file systems whose device number in there is another one than the
  /// file's own (btrfs, overlay); elsewhere the inode number alone could be another file's. `path`
  /// is for systems without such a table.
  package mutating func kernelLocks(
    on file: FileIdentity,
    path: String,
    matchesAnyDevice: Bool
  ) -> [KernelLock] {
    let table = contents(of: "locks")
    let inode = Array(":\(file.inode)".utf8)
    let wanted = Self.device(file.device)
    var locks: [KernelLock] = []
    for line in table.split(separator: UInt8(ascii: "\n")) {
      var words = line.split(separator: UInt8(ascii: " "))
      let isWaiting = words.count > 1 && words[1].elementsEqual("->".utf8)
      if isWaiting { words.remove(at: 1) }
      // 1: FLOCK  ADVISORY  WRITE 13772 fe:00:16221344 0 EOF
      guard words.count >= 6, words[5].suffix(inode.count).elementsEqual(inode),
        matchesAnyDevice || words[5].dropLast(inode.count).elementsEqual(wanted)
      else { continue }
      let kind = String(decoding: words[1], as: UTF8.self)
      guard ["FLOCK", "POSIX", "OFDLCK"].contains(kind) else { continue }
      let pid = Int32(String(decoding: words[4], as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
      locks.append(KernelLock(kind: kind, pid: pid, isWaiting: isWaiting))
    }
    return locks
  }

  /// A device as `/proc/locks` prints it: `fe:00`.
  static func device(_ device: UInt64) -> [UInt8] {
    let hex: (UInt32) -> String = { number in
      let text = String(number, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return Array("\(hex(platform_device_major(device))):\(hex(platform_device_minor(device)))".utf8)
  }
}
#endif
