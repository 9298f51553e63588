internal import CLibrary
internal import CPlatform

/// What the system says of a file, so far as it tells one content from another.
package struct FileStamp: Hashable, Sendable {
  /// Longer than a tick of any file system's clock that we meet.
  private static let resolution = Duration.milliseconds(100)

  package let device: UInt64
  package let inode: UInt64
  package let size: Int
  package let modifiedNanoseconds: Int64
  package let changedNanoseconds: Int64
  /// Type and permission bits.
  package let mode: UInt32

  private init(_ facts: platform_file_facts) {
    device = facts.device
    inode = facts.inode
    size = Int(facts.size)
    modifiedNanoseconds = facts.modified_ns
    changedNanoseconds = facts.changed_ns
    mode = facts.mode
  }

  /// The stamp of the file at `path`, links followed.
  package static func at(_ path: String) throws(SystemError) -> FileStamp {
    var facts = platform_file_facts()
    let outcome = platform_stat_target(path, &facts)
    guard outcome == 0 else { throw SystemError(code: -outcome, attempt: "look at", path: path) }
    return FileStamp(facts)
  }

  /// The stamp of an open file; `path` is for the error only.
  package static func of(descriptor: Int32, path: String) throws(SystemError) -> FileStamp {
    var facts = platform_file_facts()
    let outcome = platform_stat_open(descriptor, &facts)
    guard outcome == 0 else { throw SystemError(code: -outcome, attempt: "look at", path: path) }
    return FileStamp(facts)
  }

  package var modifiedAt: Timestamp {
    Timestamp(Double(modifiedNanoseconds) / 1e9)
  }

  /// When the content, the mode, the owner or a name of it last changed: a time that nobody can set.
  package var changedAt: Timestamp {
    Timestamp(Double(changedNanoseconds) / 1e9)
  }

  /// When something at `path` or above it last changed that made it what it is now, links followed; at
  /// most `now`.
  ///
  /// Where there is nothing at `path`, that is when a name last came into the nearest directory above
  /// it, or left it.
  static func changeMoment(at path: String, now: Timestamp) -> Timestamp? {
    if let stamp = try? FileStamp.at(path) { return min(stamp.changedAt, now) }
    var parent = PathText(path).parent
    while true {
      if let stamp = try? FileStamp.at(parent) { return min(stamp.changedAt, now) }
      let next = PathText(parent).parent
      guard next != parent else { return nil }
      parent = next
    }
  }

  /// Whether a change after this moment would show in the stamp.
  ///
  /// One right after the last change may fall into the same tick of the file system's clock.
  package func isReliable(at now: Timestamp) -> Bool {
    now - modifiedAt > Self.resolution
  }

  /// Whether it is the same file, of the same content so far as stamps tell.
  ///
  /// The time of the last change to what is known of the file (`ctime`) is left out: it moves with a
  /// second name too.
  func isSameContent(as other: FileStamp) -> Bool {
    device == other.device && inode == other.inode && size == other.size && mode == other.mode
      && modifiedNanoseconds == other.modifiedNanoseconds
  }

  package var isRegularFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }

  package var isDirectory: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
}
