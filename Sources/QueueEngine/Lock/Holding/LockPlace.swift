internal import CLibrary

/// Where the lock lies: its directory, held open, and its name in there.
struct LockPlace: Sendable {
  let path: String

  init(settings: EngineSettings) {
    path = settings.path(of: \.lock)
  }

  /// The name of the file, for a person.
  var name: String { PathText(path).shownName }

  /// Takes the file away, and makes sure that it is still gone after a crash of the machine.
  func remove(
    _ file: borrowing OpenLockFile,
    linger: Duration
  ) throws(SystemError) -> OpenLockFile.Removal {
    let directory = PathText(path).parent
    let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: directory) }
    defer { close(opened) }
    let outcome = try file.remove(from: path, linger: linger)
    // Some file systems cannot sync a directory, and a lock that comes back is judged again.
    fsync(opened)
    return outcome
  }
}
