/// Notices that the kernel's locks on the lock file have changed.
///
/// No notice of the file system tells that. The table may keep whoever reads it waiting for 8 to 36 ms.
package struct KernelLockSentinel: ~Copyable {
  private let path: String
  private var table: ProcessTable
  private var locks: [KernelLock] = []

  /// Makes a sentinel for the lock in `settings`, which is taken to be unlocked.
  package init(settings: EngineSettings) {
    path = settings.path(of: \.lock)
    table = ProcessTable()
  }

  /// Whether the locks are others than at the last question; a file that is not there has none.
  package mutating func noticesChange() -> Bool {
    let current = currentLocks
    defer { locks = current }
    return current != locks
  }

  private var currentLocks: [KernelLock] {
    mutating get {
      guard let stamp = try? FileStamp.at(path) else { return [] }
      let file = FileIdentity(device: stamp.device, inode: stamp.inode, birthNanoseconds: nil)
      return table.kernelLocks(on: file, path: path, matchesAnyDevice: true)
    }
  }
}
