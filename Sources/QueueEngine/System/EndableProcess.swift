internal import CLibrary
internal import CPlatform

/// A running process that we may ask to end, pinned so that the signal reaches no other one.
///
/// Where the system has descriptors for processes (Linux) one is held from before the last check on:
/// the number may come back, the descriptor never means another process. Elsewhere the check is
/// repeated right before the signal.
struct EndableProcess: ~Copyable {
  private let pid: Int32
  /// The process; -1 where the system has no descriptors for processes.
  private let descriptor: Int32

  /// How far two readings of one process's start may lie apart, because the clock was set.
  private static let startTolerance = Duration.seconds(1)

  /// Pins the process with this id; `nil` if none runs.
  init?(pid: Int32) {
    let opened = platform_open_process(pid)
    if opened == -ESRCH || opened == -EINVAL { return nil }
    descriptor = max(opened, -1)
    self.pid = pid
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether two starts of a process are the same one.
  static func isSameStart(_ one: Timestamp?, _ other: Timestamp?) -> Bool {
    guard let one, let other else { return false }
    return max(one - other, other - one) < startTolerance
  }

  /// Whether it runs as our own user; where that cannot be told, root is told that it does not.
  var isOurs: Bool {
    var facts = platform_file_facts()
    if platform_stat(AT_FDCWD, "/proc/\(pid)", &facts) == 0 { return facts.owner == geteuid() }
    return geteuid() != 0 && kill(pid, 0) == 0
  }

  /// Asks it to end; one that is stopped goes on first, since it would not hear of it.
  func terminate(isStopped: Bool) throws(SystemError) {
    try send(SIGTERM)
    if isStopped { try send(SIGCONT) }
  }

  private func send(_ signal: Int32) throws(SystemError) {
    let code =
      descriptor >= 0
      ? -platform_signal_process(descriptor, signal) : (kill(pid, signal) == 0 ? 0 : errno)
    guard code == 0 || code == ESRCH else {
      throw SystemError(code: code, attempt: "end", path: "pid \(pid)")
    }
  }

  /// Waits for its end; `false` if it still runs after `timeout`.
  func hasEnded(within timeout: Duration) -> Bool {
    let deadline = ContinuousClock.now + timeout
    var table = ProcessTable()
    while true {
      let rest = max(deadline - ContinuousClock.now, .zero)
      if descriptor >= 0 {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&waiting, 1, Int32(clamping: Int(rest.seconds * 1000) + 1)) == 1 { return true }
      } else if table.process(pid, pattern: WorkerPattern(texts: [])) == nil {
        return true
      } else {
        poll(nil, 0, 10)
      }
      if ContinuousClock.now >= deadline { return false }
    }
  }
}
