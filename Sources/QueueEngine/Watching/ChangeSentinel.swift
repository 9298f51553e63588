/// Notices, for the price of a few `stat`s, that reading the files again would tell something new.
///
/// It looks at the stamps of what `SnapshotReader` would read. Who locks the lock file it does not see
/// (`KernelLockSentinel` does), nor what only a pass over all processes finds; whoever asks it reads
/// everything anew from time to time.
package struct ChangeSentinel {
  private let paths: [String]
  private var stamps: [FileStamp?] = []
  private var hasJustChanged = false

  /// Whether one of the files lies where a look may take for ever: on another machine.
  package let isRemote: Bool

  /// Makes a sentinel for the files in `settings`; the first question is answered with yes.
  package init(settings: EngineSettings) {
    paths = [settings.directory] + settings.filePaths
    var table = ProcessTable()
    isRemote = settings.directoriesOfFiles.contains {
      LockFile(path: $0).fileSystem(&table).networkName != nil
    }
  }

  /// Whether something has changed since the last question, or may have.
  ///
  /// Two changes in quick succession can share one stamp, so that what has just changed is called
  /// changed once more.
  package mutating func noticesChange() -> Bool {
    let current = paths.map(Self.stamp)
    let isChanged = current != stamps
    stamps = current
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
