/// Notices, for the price of a few `stat`s, that reading the files again would tell something new.
///
/// It looks at what `SnapshotReader` would look at first: the stamps of the files, and the kernel's
/// locks on the lock file. What only a pass over all processes finds, it does not see; whoever asks
/// it reads everything anew from time to time.
package struct ChangeSentinel: ~Copyable {
  /// The files, the lock last.
  private let paths: [String]
  private let lockPath: String
  private var table: ProcessTable
  private var stamps: [FileStamp?] = []
  private var locks: [KernelLock] = []
  private var hasJustChanged = false

  /// Whether the files lie where a look may take for ever: on another machine.
  package let isRemote: Bool

  /// Makes a sentinel for the files in `settings`; the first question is answered with yes.
  package init(settings: EngineSettings) {
    let files: [KeyPath<FileNames, String>] = [
      \.queue, \.deadLetters, \.emergency, \.metrics, \.log,
    ]
    lockPath = settings.path(of: \.lock)
    paths = [settings.directory] + files.map { settings.path(of: $0) } + [lockPath]
    table = ProcessTable()
    isRemote = LockFile(path: settings.directory).fileSystem(&table).networkName != nil
  }

  /// Whether something has changed since the last question, or may have.
  ///
  /// Two changes in quick succession can share one stamp, so that what has just changed is called
  /// changed once more.
  package mutating func noticesChange() -> Bool {
    let current = paths.map(Self.stamp)
    let currentLocks = current.last.flatMap { $0 }.map { stamp in
      let file = FileIdentity(device: stamp.device, inode: stamp.inode, birthNanoseconds: nil)
      return table.kernelLocks(on: file, path: lockPath, matchesAnyDevice: true)
    }
    let isChanged = current != stamps || (currentLocks ?? []) != locks
    stamps = current
    locks = currentLocks ?? []
    defer { hasJustChanged = isChanged }
    return isChanged || hasJustChanged
  }

  /// The stamp of a file; none where there is no file, or none that we may look at.
  private static func stamp(_ path: String) -> FileStamp? {
    do {
      return try FileStamp.at(path)
    } catch {
      return nil  // Why does not matter here: the reading says it.
    }
  }
}
