internal import CLibrary

/// Keeps other programs of ours from changing files of our own state as long as it lives.
struct StateDirectoryLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock of a directory that exists, and waits for it: nobody has it for long.
  init(_ directory: StateDirectory) throws(SystemError) {
    let opened = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: directory.path) }
    while flock(opened, LOCK_EX) != 0 {
      let code = errno
      guard code == EINTR else {
        close(opened)
        throw SystemError(code: code, attempt: "lock", path: directory.path)
      }
    }
    descriptor = opened
  }

  deinit {
    close(descriptor)
  }

  /// Gives it back; the end of the value does so too, but the compiler chooses when that is.
  consuming func release() {}
}
