internal import CLibrary

/// What every command wants of the process before anything else happens.
enum ProcessSetup {
  /// Makes the process safe to open files in.
  static func prepare() {
    fillStandardDescriptors()
    // A file that has reached the limit of its size is then an error like others (EFBIG).
    signal(SIGXFSZ, SIG_IGN)
    // And so is a reader that has gone (EPIPE): its signal would end a change half-way.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Why nothing can be judged on this system, one sentence; `nil` where it can.
  ///
  /// Without `/proc` no live owner of a lock is seen, and the threads of Swift's runtime end the process.
  static var obstacle: String? {
    #if os(Linux)
    guard access("/proc/self/stat", R_OK) == 0 else {
      return
        "/proc is not mounted here, so no process and no lock can be seen: mount it (mount -t proc proc"
        + " /proc), or run mem0top where it is."
    }
    #endif
    return nil
  }

  /// Opens `/dev/null` for each standard stream that is closed.
  ///
  /// The next file that is opened would get its number otherwise, and what is meant for the terminal
  /// would be written into it. Standard output is opened for reading only: what is written to it would
  /// be lost, and that is an error (EBADF) as it would be if it had stayed closed.
  private static func fillStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one: those below are open by now.
      _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
    }
  }
}
