internal import CLibrary

/// Whether every user of the machine can read a file of memories.
enum FileExposure {
  /// What to tell about the file `name`; `nil` where it is closed to others.
  ///
  /// Other programs make these files with the mode that they are used to, often 0644; that does no
  /// harm below a directory that nobody else may enter, so the way there is looked at too.
  static func remark(onFile stamp: FileStamp, at path: String, name: String) -> String? {
    guard stamp.mode & UInt32(S_IROTH) != 0, isWayOpen(to: path) else { return nil }
    let digits = String(stamp.mode & 0o777, radix: 8)
    return "\(name) is readable by every user of this machine (mode 0\(digits));"
      + " close its directory with \"chmod 700\", because a new file takes its place at each change"
  }

  private static func isWayOpen(to path: String) -> Bool {
    guard let resolved = realpath(path, nil) else { return false }
    defer { free(resolved) }
    var directory = String(cString: resolved)[...]
    while let slash = directory.lastIndex(of: "/"), slash != directory.startIndex {
      directory = directory[..<slash]
      do {
        guard try FileStamp.at(String(directory)).mode & UInt32(S_IXOTH) != 0 else { return false }
      } catch {
        return false  // It has just gone, and its file with it.
      }
    }
    return true
  }
}
