internal import CLibrary
internal import CPlatform

/// A write lease of the kernel on a file that we have open (`fcntl(2)`, `F_SETLEASE`).
///
/// It is refused while any other process has the file open: also one that cannot be inspected, and a
/// descriptor on its way from one process to another. Whoever opens the file while we have it waits until
/// it is given back, with this value.
struct FileLease: ~Copyable {
  /// What came of asking for a lease.
  enum Attempt: ~Copyable {
    case taken(FileLease)
    case openElsewhere
    /// The system has no leases, the file system gives none, or the file is somebody else's.
    case unavailable
  }

  private let descriptor: Int32

  /// Asks for a lease on an open file, which stays open for as long as the lease is kept.
  static func take(on descriptor: Int32) -> Attempt {
    switch platform_take_lease(descriptor) {
    case 0: .taken(FileLease(descriptor: descriptor))
    case -EAGAIN: .openElsewhere
    default: .unavailable
    }
  }

  /// Whether somebody waits to open the file.
  var isWanted: Bool { platform_is_lease_wanted(descriptor) }

  deinit { platform_give_lease_back(descriptor) }
}
