internal import CLibrary

/// Where the lock lies: its directory, held open, and its name in there.
struct LockPlace: Sendable {
  let path: String

  init(settings: EngineSettings) {
    path = settings.path(of: \.lock)
  }

  /// The name of the file, for a person.
  var name: String { PathText(path).shownName }

  /// Removes the file, and makes sure that it is still gone after a crash of the machine.
  func removeFile() throws(SystemError) {
    let directory = PathText(path).parent
    let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: directory) }
    defer { close(opened) }
    guard unlinkat(opened, String(PathText(path).name), 0) == 0 else {
      throw SystemError(code: errno, attempt: "remove", path: path)
    }
    // Some file systems cannot sync a directory, and a lock that comes back is judged again.
    fsync(opened)
  }
}
