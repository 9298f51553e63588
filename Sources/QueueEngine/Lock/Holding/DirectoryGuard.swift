internal import CLibrary
internal import CPlatform

/// Keeps all other copies of mem0top from acting on a directory as long as it lives.
///
/// It is a `flock` on a file of our own, `.mem0top.guard`, in the directory itself, so that cron, a
/// shell and a dashboard share it. Workers know nothing of it. The file is never unlinked: a guard
/// that can be replaced under the one who has it guards nothing. The kernel drops the lock when the
/// process ends, however it ends.
package struct DirectoryGuard: ~Copyable {
  /// The name of the guard's file.
  static let fileName = ".mem0top.guard"
  /// How long others may take: settling, and the look at an empty lock that is repeated.
  package static let timeout = Duration.seconds(5)

  private let descriptor: Int32

  deinit {
    close(descriptor)
  }

  /// Takes the guard of a directory, or refuses once another mem0top has had it for too long.
  package static func acquire(
    in directory: String,
    timeout: Duration = timeout
  ) throws(ActionError) -> DirectoryGuard {
    let deadline = ContinuousClock.now + timeout
    while true {
      if let taken = try attempt(in: directory) { return taken }
      if ContinuousClock.now >= deadline { throw refusal(in: directory) }
      poll(nil, 0, 5)
    }
  }

  /// Takes the guard if nobody has it, without waiting.
  package static func attempt(in directory: String) throws(ActionError) -> DirectoryGuard? {
    let path = path(in: directory)
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let opened = open(path, flags, 0o600)
    guard opened >= 0 else { throw failure(errno, path) }
    var facts = platform_file_facts()
    guard platform_stat_open(opened, &facts) == 0, facts.mode & UInt32(S_IFMT) == UInt32(S_IFREG)
    else {
      close(opened)
      throw .failed("Cannot use \(Scrubber.scrub(path)): it is not a regular file; remove it.")
    }
    DirectoryOwner.adopt(opened, at: path)
    if flock(opened, LOCK_EX | LOCK_NB) == 0 { return DirectoryGuard(descriptor: opened) }
    let code = errno
    close(opened)
    guard code == EWOULDBLOCK || code == EINTR else { throw failure(code, path) }
    return nil
  }

  /// The refusal that names who has the guard.
  static func refusal(in directory: String) -> ActionError {
    var table = ProcessTable()
    var facts = platform_file_facts()
    var who = "Another mem0top"
    if platform_stat(AT_FDCWD, path(in: directory), &facts) == 0 {
      let file = FileIdentity(facts)
      let locks = table.kernelLocks(on: file, path: path(in: directory), matchesAnyDevice: false)
      if let pid = locks.first(where: { !$0.isWaiting })?.pid { who += " (pid \(pid))" }
    }
    return .refused("\(who) is acting on this directory; try again when it is done.", evidence: [])
  }

  private static func path(in directory: String) -> String { directory + "/" + fileName }

  /// What keeps us from using the guard, and what a person can do about it.
  static func failure(_ code: Int32, _ path: String) -> ActionError {
    let directory = PathText(path).parent
    var facts = platform_file_facts()
    guard platform_stat(AT_FDCWD, directory, &facts) == 0 || errno != ENOENT else {
      return .failed("There is no directory \(Scrubber.scrub(directory)).")
    }
    let owner = facts.owner
    let isThere = platform_stat(AT_FDCWD, path, &facts) == 0
    let remedy =
      switch code {
      case EROFS: "nothing can be changed there"
      case ELOOP: "it is a link, and must be a file; remove the link"
      case EISDIR: "it is a directory, and must be a file; remove it"
      case ENOSPC, EDQUOT: "make room for it"
      case EACCES where isThere:
        "it belongs to user \(facts.owner); remove it, it is empty"
      case EACCES where owner != geteuid():
        "the directory belongs to user \(owner); run mem0top as that user"
      default: "check that you may write in the directory"
      }
    let error = SystemError(code: code, attempt: "use the guard", path: path)
    return .failed("\(error); \(remedy).")
  }
}
