import Synchronization

/// Lets no process start while a test writes a file.
///
/// Until it has become its program, a child has open what we have open, and would be seen as who writes
/// the file.
enum StartGate {
  private static let gate = Mutex(())

  /// Writes a file or starts a process, one at a time.
  static func pass<Result>(_ body: () throws -> Result) rethrows -> Result {
    try gate.withLock { _ in try body() }
  }
}
