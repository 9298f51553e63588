/// A process that has the lock file open.
package struct FileOpener: Hashable, Sendable {
  /// What the file was opened for.
  package enum Mode: Sendable {
    case writing
    /// Reading alone; a lock can be taken through it all the same.
    case reading
    /// Only looking (`O_PATH`), as observers do.
    case looking
  }

  package var process: ProcessFacts
  package var mode: Mode
  /// A kernel lock belongs to this opening of the file.
  package var hasLock: Bool

  package init(process: ProcessFacts, mode: Mode, hasLock: Bool) {
    self.process = process
    self.mode = mode
    self.hasLock = hasLock
  }
}

/// How many processes could not be inspected, and whose they are.
///
/// They block no verdict (`docs/contract.md#living-work`), but the evidence tells of them.
package struct UninspectedProcesses: Hashable, Sendable {
  /// Those of our own user: a container or a sandbox may close them to us.
  package var ownCount = 0
  /// Those of other users.
  package var foreignCount = 0
  /// How many other users these belong to.
  package var users = 0
  /// The system does not even list the processes of others.
  package var areHidden = false

  package init() {}
}
