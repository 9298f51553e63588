/// Why the dashboard ended; the terminal is restored by then.
package enum ExitReason: Hashable, Sendable {
  /// The person quit: status 0.
  case quit
  /// A signal asked us to end.
  case signal(Int32)
  /// The terminal is gone.
  case hangUp

  /// Ends the process as its parent expects.
  ///
  /// After a signal we die by that same signal, so that a shell sees 128 + n and stops its loop, as
  /// after any program that was interrupted; a lost terminal counts as SIGHUP.
  package func exitProcess() -> Never {
    switch self {
    case .quit: SignalGuard.exit(status: 0)
    case .signal(let signal): SignalGuard.exit(by: signal)
    case .hangUp: SignalGuard.exit(by: SignalGuard.hangUp)
    }
  }
}
