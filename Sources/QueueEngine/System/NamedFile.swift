internal import CLibrary

/// Which file a path leads to, whatever names it has.
struct NamedFile {
  private let device: dev_t
  private let inode: ino_t
  /// How many names (hard links) the file has.
  let names: Int

  /// The file at `path`, symbolic links followed; `nil` where there is none to be seen.
  init?(of path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    device = facts.st_dev
    inode = facts.st_ino
    names = Int(facts.st_nlink)
  }

  /// Whether both are one file.
  func isSame(as other: NamedFile) -> Bool { device == other.device && inode == other.inode }
}
