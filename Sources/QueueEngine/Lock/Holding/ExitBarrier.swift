internal import CPlatform

/// Keeps the process from ending or stopping as long as one of these lives.
///
/// A process that is ended or stopped while it has the worker's lock leaves it behind, and with it the
/// very incident that this program exists for. So whoever takes the lock enters here first: a signal
/// that would end or stop the process by default waits until the last one has left. Signals that
/// somebody handles are theirs; a dashboard and a worker close the barrier before they end.
package struct ExitBarrier: ~Copyable {
  /// Enters; `nil` where the process is about to end, and nothing may be begun any more.
  init?() {
    guard platform_exit_barrier_enter() != 0 else { return nil }
  }

  deinit {
    platform_exit_barrier_leave()
  }

  /// Lets nobody enter any more, and waits for those that are inside.
  ///
  /// - Returns: whether all have left within `timeout`.
  @discardableResult
  package static func close(timeout: Duration = .seconds(5)) -> Bool {
    platform_exit_barrier_close(Int64(timeout / .nanoseconds(1))) != 0
  }

  /// Lets enter again: the process was only stopped, and goes on.
  package static func open() {
    platform_exit_barrier_open()
  }
}
