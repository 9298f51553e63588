/// Whether the live process with the recorded number is the one that wrote the lock.
enum RecordedIdentity: Equatable {
  /// Nothing shows that it is another one.
  case owner
  /// It is another one, and why.
  case another(LockReason)
  /// By the times it is another one; but the clock was set, and they prove nothing.
  case unprovable

  /// How much later than the lock its owner may have started: the number is written after the start.
  private static let startTolerance = Duration.seconds(60)

  /// Finds out, by the start of the process that was first seen with that number, or by the times.
  ///
  /// A worker can be another process, too, where clocks prove it.
  init(_ process: ProcessFacts, _ file: LockFileFacts, _ evidence: LockEvidence) {
    let host = evidence.host
    if let owner = evidence.memory?.owner, evidence.memory?.identity == file.identity,
      owner.pid == process.process.pid, owner.bootID == host.bootID
    {
      self = owner.startTicks == process.startTicks ? .owner : .another(.reusedPID)
    } else if process.process.pid == 1, !process.isWorker {
      // The machine's first process takes no locks: a container's has written its own number.
      self = .another(.reusedPID)
    } else if Self.mayHaveWritten(process, file, host) {
      self = .owner
    } else if !host.provesTimes(since: file) {
      self = .unprovable
    } else {
      self = .another(file.modifiedAt < host.bootedAt ? .previousBoot : .reusedPID)
    }
  }

  /// Whether the times leave it possible that a process wrote a file.
  static func mayHaveWritten(
    _ process: ProcessFacts,
    _ file: LockFileFacts,
    _ host: HostFacts
  ) -> Bool {
    file.modifiedAt >= host.bootedAt && !startedTooLate(process.process, file: file)
  }

  /// Whether a process started so late that it cannot have written the file.
  static func startedTooLate(_ process: RunningProcess, file: LockFileFacts) -> Bool {
    guard let start = process.startedAt else { return false }
    return start - file.modifiedAt > startTolerance
  }
}

extension HostFacts {
  /// Whether the clock is known to have stood still since a file was written.
  func provesTimes(since file: LockFileFacts) -> Bool { file.modifiedAt >= isClockSteadySince }

  /// Whether a file is proven to be from before the boot: nothing of that time lives.
  func precedesBoot(_ file: LockFileFacts) -> Bool {
    provesTimes(since: file) && file.modifiedAt < bootedAt
  }
}
