/// What a pass over the process table is to find.
package struct ProcessQuestion: Sendable {
  /// The file whose openers are asked for; `nil` if there is none.
  package var file: FileIdentity?
  /// A process id whose namesakes in containers are asked for.
  package var namesakesOf: Int32?
  /// How a worker's command line is told from others.
  package var pattern: WorkerPattern
  /// The directory whose workers are asked for; `nil` asks for all workers.
  package var workplace: Workplace?

  package init(
    file: FileIdentity? = nil,
    namesakesOf: Int32? = nil,
    pattern: WorkerPattern,
    workplace: Workplace? = nil
  ) {
    self.file = file
    self.namesakesOf = namesakesOf
    self.pattern = pattern
    self.workplace = workplace
  }
}

/// What one pass over the process table found.
package struct ProcessSurvey: Sendable, Hashable {
  /// Running workers of the directory, ourselves left out.
  package var workers: [RunningProcess] = []
  /// Running workers that may be of this directory or of another one.
  package var doubtfulWorkers: [RunningProcess] = []
  /// The processes that have the file open, ourselves among them.
  package var openers: [FileOpener] = []
  /// The processes whose open files we were not allowed to see.
  package var uninspected = UninspectedProcesses()
  /// Processes of containers whose id in there is the one asked for.
  package var namesakes: [RunningProcess] = []

  package init() {}
}

/// The system's processes, this machine, and the kernel's locks: the same questions everywhere.
///
/// It is made once and kept, because its directory handle and buffer are used again and again.
/// The systems differ in the files that extend it.
package struct ProcessTable: ~Copyable {
  /// The name of this program's command, as far as its processes are to be told from workers.
  static let ownCommand = "mem0top"

  /// The directory that lists the processes, where there is one; else -1.
  let directory: Int32
  var buffer: [UInt8]

  /// Makes the process table of this machine.
  package init() {
    directory = Self.openDirectory()
    buffer = [UInt8](repeating: 0, count: 1 << 16)
  }

  deinit {
    if directory >= 0 { Self.closeDirectory(directory) }
  }
}
