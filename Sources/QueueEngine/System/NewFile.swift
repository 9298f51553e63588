internal import CLibrary

/// A file that did not exist before, open for writing and readable by nobody but its owner.
///
/// It is removed with the value unless it was kept: a write that fails leaves nothing behind.
struct NewFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var size = 0
  private var isKept = false

  /// Creates the file; fails where anything has that name already.
  init(creatingAt path: String) throws(SystemError) {
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "create", path: path) }
    DirectoryOwner.adopt(opened, at: path)
    descriptor = opened
    self.path = path
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(path) }
  }

  /// Writes all bytes behind those that were written before.
  mutating func write(_ bytes: [UInt8]) throws(SystemError) {
    let code = Self.writeAll(bytes, to: descriptor, behind: size)
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
    size += bytes.count
  }

  /// Makes the content survive a crash of the machine; it is never tried twice.
  func sync() throws(SystemError) {
    let code = Self.sync(descriptor)
    guard code == 0 else { throw SystemError(code: code, attempt: "sync", path: path) }
  }

  /// Leaves the file in place.
  consuming func keep() { isKept = true }

  /// Writes all bytes to an open file that has `size` bytes; returns 0 or the error number.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, behind size: Int = 0) -> Int32 {
    // To write beyond the limit would end the process by a signal, so it is asked for first.
    if exceedsLimit(size + bytes.count) { return EFBIG }
    return WholeWrite.write(bytes, to: descriptor)
  }

  /// Writes all bytes over what an open file holds, and syncs it; returns 0 or the error number.
  static func overwrite(_ descriptor: Int32, with bytes: [UInt8]) -> Int32 {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { return errno }
    let code = writeAll(bytes, to: descriptor)
    guard code == 0 else { return code }
    guard ftruncate(descriptor, off_t(bytes.count)) == 0 else { return errno }
    return sync(descriptor)
  }

  /// Syncs an open file, down to the disk's own cache where the system tells them apart.
  ///
  /// Returns 0 or the error number. It must never be tried twice: after a failure the kernel may
  /// have dropped the pages, and would report success the next time.
  static func sync(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
    let outcome = fcntl(descriptor, F_FULLFSYNC)
    #else
    let outcome = fsync(descriptor)
    #endif
    return outcome == 0 ? 0 : errno
  }

  /// Makes the names in a directory survive a crash of the machine.
  static func syncDirectory(_ path: String) throws(SystemError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    defer { close(directory) }
    // Some file systems cannot sync a directory and say so with EINVAL; there is nothing to do then.
    guard fsync(directory) == 0 || errno == EINVAL else {
      throw SystemError(code: errno, attempt: "sync", path: path)
    }
  }

  /// Whether this process may write no file so large.
  static func exceedsLimit(_ size: Int) -> Bool { largestFile.map { $0 < UInt64(size) } ?? false }

  /// The limit on the size of files that this process has, in bytes; `nil` where it cannot be had.
  private static var largestFile: UInt64? {
    var limit = rlimit()
    return getrlimit(CLibrary.fileSizeLimit, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
  }
}
