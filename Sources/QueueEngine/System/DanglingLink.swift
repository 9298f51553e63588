internal import CLibrary

/// A symbolic link that leads to nothing: a disk that is not mounted, say, and not a file that nobody
/// has written yet.
struct DanglingLink {
  /// Where it leads, safe to show.
  let target: String

  /// Looks at a path; `nil` where there is no link, or where it leads to something.
  init?(at path: String) {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0, access(path, F_OK) != 0, errno == ENOENT else { return nil }
    target = Scrubber.scrub(bytes: buffer.prefix(count).map { UInt8(bitPattern: $0) })
  }

  /// What is wrong with the file of this name, without a full stop.
  func problem(of file: String) -> String {
    "\(file) is a link to \(target), where there is nothing; mount or make that, or remove the link"
  }
}
