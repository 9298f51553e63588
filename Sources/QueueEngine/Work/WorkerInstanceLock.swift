internal import CLibrary
internal import CPlatform

/// The place of the one worker of ours in a directory, for as long as a run or a daemon lasts.
///
/// The worker's lock is free while the network works, so it does not keep a second worker away; this
/// does. It is a lock on byte 1 of the guard, which lies in the directory itself: so two ways to the
/// directory, two homes and two state directories have one instance. The kernel drops the lock when the
/// process ends, however it ends. Workers of other programs know nothing of it.
package struct WorkerInstanceLock: ~Copyable {
  private static let byte: Int64 = 1

  private let descriptor: Int32

  deinit {
    close(descriptor)
  }

  /// Gives the place back now.
  package consuming func release() {}

  /// Takes the place, or refuses and names who has it; it never waits.
  package static func acquire(settings: EngineSettings) throws(ActionError) -> WorkerInstanceLock {
    let path = settings.directory + "/" + DirectoryGuard.fileName
    let opened = FileUser.act(onFileAt: path) { () -> Int32 in
      let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
      let opened = open(path, flags, 0o600)
      return opened >= 0 ? opened : -errno
    }
    guard opened >= 0 else { throw DirectoryGuard.failure(-opened, path) }
    let instance = WorkerInstanceLock(descriptor: opened)
    let outcome = platform_lock_byte(opened, byte)
    if outcome == 0 { return instance }
    guard outcome == -EAGAIN || outcome == -EACCES else {
      throw DirectoryGuard.failure(-outcome, path)
    }
    throw .refused(
      "Another mem0top worker\(holder(of: opened)) is delivering from this directory; wait for it, or end"
        + " it.",
      evidence: []
    )
  }

  /// Who has the guard locked beside us; nobody is named who cannot be seen.
  private static func holder(of file: Int32) -> String {
    var facts = platform_file_facts()
    guard platform_stat_open(file, &facts) == 0 else { return "" }
    var table = ProcessTable()
    let question = ProcessQuestion(file: FileIdentity(facts), pattern: WorkerPattern(texts: []))
    let openers = table.survey(question).openers.map { ($0.process.process.pid, $0.hasLock) }
    let others = openers.filter { $0.0 != getpid() }
    // Our own process has it open either way.
    let holder = others.first(where: \.1) ?? others.first ?? openers.first
    return holder.map { " (pid \($0.0))" } ?? ""
  }
}
