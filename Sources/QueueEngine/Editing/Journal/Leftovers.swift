internal import CLibrary

/// New versions of files, and of the lock, that never took their place because their writer was killed.
enum Leftovers {
  /// What is younger may be somebody's work: metrics and what is learned of a lock are written without
  /// the lock, and a file behind a symbolic link lies in a directory that others may watch.
  private static let graceful = Duration.seconds(60)

  /// Removes the drafts of ours that are older than a minute, beside the files of the queue and in our
  /// own state, and moves old versions to the copies; the caller has the worker's lock.
  static func sweep(_ settings: EngineSettings) throws(SystemError) {
    let state = StateDirectory(settings: settings)
    let files = ListFile.allCases.map { list in
      let path = settings.path(of: list.file)
      return PathText(path).resolved ?? path
    }
    for file in files { try LinkedCopy.remove(beside: file) }
    let copies = CopyStore(settings: settings)
    let places = (files + [settings.path(of: \.lock)]).map { PathText($0).parent }
    for directory in Set(places + [settings.directory, state.path]) {
      for name in try DirectoryNames.list(directory) where isDraft(name) {
        let path = directory + "/" + name
        guard isPlainAndOurs(path) else { continue }
        if let old = LinkedCopy.Name(name) {
          try copies.adopt(path, old)
        } else {
          sweep(path)
        }
      }
    }
  }

  /// Whether the name is one that `FileReplacementDraft` gives.
  private static func isDraft(_ name: String) -> Bool {
    let digits = name.dropFirst(FileReplacementDraft.namePrefix.count)
    return name.hasPrefix(FileReplacementDraft.namePrefix) && !digits.isEmpty
      && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  private static func isPlainAndOurs(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && status.st_uid == geteuid() && status.st_nlink == 1
  }

  private static func sweep(_ path: String) {
    guard let stamp = try? FileStamp.at(path), SystemClock.now - stamp.modifiedAt > graceful
    else { return }
    // One that stays is harmless, and the next change tries again.
    unlink(path)
  }
}
