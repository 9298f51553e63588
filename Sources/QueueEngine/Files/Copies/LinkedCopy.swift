#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A file of the queue under a second name among the copies, from before a change until it is made.
///
/// The change gives the file's own name to a new version, and the old one then is the copy: not a byte
/// of it is written. Where the change is not made the second name goes with the value. One that a kill
/// has left is no copy, and `CopyStore.removeLinks` takes it away before the file is changed again.
struct LinkedCopy: ~Copyable {
  private let path: String
  private var isSettled = false

  /// Gives the file that `file` leads to a second name; `nil` where it cannot have one there.
  init?(of file: String, at path: String) {
    // The system would give a name to a symbolic link itself.
    guard let resolved = PathText(file).resolved, link(resolved, path) == 0 else { return nil }
    self.path = path
  }

  deinit {
    if !isSettled { unlink(path) }
  }

  /// Says that the file's own name leads to another version now.
  mutating func settle() {
    isSettled = true
    // The directory lets nobody else in; the mode says so for itself.
    chmod(path, 0o600)
  }
}
