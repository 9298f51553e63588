#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// New versions of files that never took their place, because their writer was killed.
enum Leftovers {
  /// In a directory that our lock does not cover, one that is younger may be somebody's work.
  private static let graceful = Duration.seconds(60)

  /// Removes the drafts of ours beside the queue's files; the caller holds the lock.
  ///
  /// In the watched directory itself none can be in use, since all of us write under its guard. A
  /// file behind a symbolic link lies in another directory, which others may watch: there, only what
  /// is older than a minute goes.
  static func sweep(_ settings: EngineSettings) throws(SystemError) {
    let own = resolved(settings.directory)
    var directories = Set([own])
    for list in ListFile.allCases {
      let path = resolved(settings.path(of: list.file))
      directories.insert(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    }
    for directory in directories {
      for name in try DirectoryNames.list(directory) where isDraft(name) {
        sweep(directory + "/" + name, youngerToo: directory == own)
      }
    }
  }

  /// Whether the name is one that `FileReplacementDraft` gives.
  private static func isDraft(_ name: String) -> Bool {
    let digits = name.dropFirst(FileReplacementDraft.namePrefix.count)
    return name.hasPrefix(FileReplacementDraft.namePrefix) && !digits.isEmpty
      && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  private static func sweep(_ path: String, youngerToo: Bool) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid()
    else { return }
    if !youngerToo {
      guard let stamp = try? FileStamp.at(path),
        SystemClock.now - stamp.modifiedAt > graceful
      else { return }
    }
    // One that stays is harmless, and the next change tries again.
    unlink(path)
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
