/// A lock of the kernel on the lock file.
package struct KernelLock: Hashable, Sendable {
  /// The kernel's name for it: `FLOCK`, `POSIX` or `OFDLCK`.
  package var kind: String
  /// The process that took it, perhaps long dead; `nil` where the kernel names none.
  package var pid: Int32?
  /// It is not held but waited for.
  package var isWaiting: Bool

  package init(kind: String, pid: Int32?, isWaiting: Bool = false) {
    self.kind = kind
    self.pid = pid
    self.isWaiting = isWaiting
  }
}
