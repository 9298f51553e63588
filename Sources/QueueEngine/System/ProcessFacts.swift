/// A process, with what tells it from a later one of the same number.
package struct ProcessFacts: Hashable, Sendable {
  package var process: RunningProcess
  /// When it started, in the kernel's own unit since the boot.
  package var startTicks: UInt64
  /// Its command line is a worker's.
  package var isWorker: Bool
  /// It is this program, whatever it is doing.
  package var isOurProgram: Bool

  package init(
    process: RunningProcess,
    startTicks: UInt64,
    isWorker: Bool,
    isOurProgram: Bool = false
  ) {
    self.process = process
    self.startTicks = startTicks
    self.isWorker = isWorker
    self.isOurProgram = isOurProgram
  }
}
