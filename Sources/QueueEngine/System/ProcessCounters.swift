/// What the kernel counts of a process, by which one look's progress is told from the next one's.
package struct ProcessCounters: Hashable, Sendable {
  /// A TCP connection of the process.
  package struct Connection: Hashable, Sendable {
    package var inode: UInt64
    /// Bytes that came and bytes that were acknowledged, since it was opened.
    package var bytes: UInt64
    /// Since data last came or was acknowledged.
    package var quiet: Duration
    /// The other side, `127.0.0.1:8081`.
    package var server: String
    /// For how long something was sent that has not been answered; `nil` where nothing was.
    package var waiting: Duration?
  }

  package var startTicks: UInt64
  package var isStopped: Bool
  /// Processor time used so far.
  package var processorTime: Duration
  package var connections: [Connection]

  package init(
    startTicks: UInt64,
    isStopped: Bool = false,
    processorTime: Duration,
    connections: [Connection] = []
  ) {
    self.startTicks = startTicks
    self.isStopped = isStopped
    self.processorTime = processorTime
    self.connections = connections
  }
}
