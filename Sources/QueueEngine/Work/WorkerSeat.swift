internal import CLibrary

/// The place of the one worker of ours in a directory, for as long as a run or a daemon lasts.
///
/// The worker's lock is free while the network works, so it does not keep a second worker away; this
/// does. It is a `flock` on a file of our own state, which the kernel drops when the process ends,
/// however it ends. Workers of other programs know nothing of it, nor does one of ours with another
/// state directory.
package struct WorkerSeat: ~Copyable {
  private let descriptor: Int32

  deinit {
    close(descriptor)
  }

  /// Gives the place back now.
  package consuming func leave() {}

  /// Takes the place, or refuses and names who has it; it never waits.
  package static func take(settings: EngineSettings) throws(ActionError) -> WorkerSeat {
    let directory = StateDirectory(settings: settings)
    let path = directory.path(of: "worker.lock")
    do throws(SystemError) {
      try directory.create()
      let opened = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
      guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
      DirectoryOwner.adopt(opened, at: path)
      let seat = WorkerSeat(descriptor: opened)
      if try seat.lock(path) {
        try seat.sign(path)
        return seat
      }
    } catch {
      throw .failed("\(error).")
    }
    throw .refused(
      "Another mem0top worker\(holder(at: path)) delivers from this directory; wait for it, or end it.",
      evidence: []
    )
  }

  private func lock(_ path: String) throws(SystemError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw SystemError(code: errno, attempt: "lock", path: path) }
    }
    return true
  }

  /// Writes down whose it is, for the refusal of others.
  private func sign(_ path: String) throws(SystemError) {
    guard ftruncate(descriptor, 0) == 0 else {
      throw SystemError(code: errno, attempt: "write", path: path)
    }
    try WholeFile.append(Array("\(getpid())\n".utf8), to: descriptor, path: path)
  }

  private static func holder(at path: String) -> String {
    // Who cannot be read is not named; the refusal stands all the same.
    guard let bytes = try? OpenFile(path: path).read(at: 0, count: 32),
      let pid = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    else { return "" }
    return " (pid \(pid))"
  }
}
