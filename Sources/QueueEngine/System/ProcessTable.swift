/// A process that stays itself: its number alone would be given to another one.
package struct ProcessMark: Hashable, Sendable {
  package var bootID: String
  package var pid: Int32
  /// When it started, in the kernel's own unit since the boot.
  package var startTicks: UInt64

  package init(bootID: String, pid: Int32, startTicks: UInt64) {
    self.bootID = bootID
    self.pid = pid
    self.startTicks = startTicks
  }
}

/// What a pass over the process table is to find.
package struct ProcessQuestion: Sendable {
  /// The lock file whose openers are asked for; `nil` if there is none.
  package var file: FileIdentity?
  /// The last part of the lock's path.
  package var fileName: Substring
  /// The device that the kernel prints for a mapping may be another one than the file's own.
  package var matchesAnyDevice = false
  /// Also ask who has the file mapped, which costs a long read for each process.
  package var readsMaps = false
  /// A process id whose namesakes in containers are asked for.
  package var namesakesOf: Int32?
  /// A dead process whose group and session are asked for.
  package var kinOf: Int32?
  /// Processes whose descendants are asked for.
  package var ancestors: [ProcessMark] = []
  /// How a worker's command line is told from others.
  package var pattern: WorkerPattern
  /// The directory whose workers are asked for; `nil` asks for all workers.
  package var workplace: Workplace?

  package init(
    file: FileIdentity? = nil,
    fileName: Substring = "",
    pattern: WorkerPattern,
    workplace: Workplace? = nil
  ) {
    self.file = file
    self.fileName = fileName
    self.pattern = pattern
    self.workplace = workplace
  }
}

/// What one pass over the process table found.
package struct ProcessSurvey: Sendable, Hashable {
  /// A process that descends from one that was asked about.
  package struct Descendant: Sendable, Hashable {
    package var process: RunningProcess
    package var startTicks: UInt64
  }

  /// Running workers of the directory, ourselves left out.
  package var workers: [RunningProcess] = []
  /// Running processes that may be workers of this directory.
  package var doubtfulWorkers: [RunningProcess] = []
  /// The processes that have the file open, ourselves among them.
  package var openers: [FileOpener] = []
  /// The processes that have the file mapped, where that was asked.
  package var mappers: [RunningProcess] = []
  /// The processes whose open files we were not allowed to see.
  package var uninspected = UninspectedProcesses()
  /// Processes of containers whose id in there is the one asked for.
  package var namesakes: [RunningProcess] = []
  /// Living processes of the group or session that was asked for.
  package var kin: [RunningProcess] = []
  /// Living descendants of the processes asked about, and those of these that are descendants already.
  package var descendants: [Descendant] = []

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
