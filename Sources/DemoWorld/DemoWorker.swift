internal import CLibrary
internal import FoundationEssentials
internal import Subprocess
internal import SystemPackage

/// Runs of the real worker as processes of their own, as cron would start them.
struct DemoWorker: Sendable {
  /// So often a worker is started to be killed; each may be too quick for us.
  private static let mostAttempts = 40

  /// The path of mem0top itself.
  let program: String
  /// The variables that keep it in the sandbox.
  let environment: [String: String]
  let lockPath: String

  /// One run to its end; what became of it stands in the log.
  func run() async throws {
    try await run("sync")
  }

  /// Clears the lock as a colleague with a shell would.
  func clearLock() async throws {
    try await run("unlock")
  }

  /// Starts workers until one was killed while it had the lock, and leaves that lock behind.
  ///
  /// - Returns: the process id in the lock, or `nil` where every worker was quicker.
  func killOneWithTheLock() async throws -> Int32? {
    for _ in 0..<Self.mostAttempts {
      if let pid = try await start("sync", meanwhile: killOnceItHasTheLock) { return pid }
    }
    return nil
  }

  private func run(_ command: String) async throws {
    try await start(command) { _ in }
  }

  /// Starts a command, does something meanwhile, and waits for its end.
  @discardableResult
  private func start<Result: Sendable>(
    _ command: String,
    meanwhile: @escaping @Sendable (Int32) -> Result
  ) async throws -> Result {
    let variables = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
    let result = try await Subprocess.run(
      .path(FilePath(program)),
      arguments: [command],
      environment: .custom(Dictionary(uniqueKeysWithValues: variables)),
      input: .none,
      output: .discarded,
      error: .discarded
    ) { execution in
      let pid = execution.processIdentifier.value
      return await Task.detached { meanwhile(pid) }.value
    }
    return result.closureResult
  }

  /// Kills the process as soon as it has the lock; `nil` if it ends before.
  ///
  /// It is stopped first, so that the lock can be read in peace: one that was given back just before
  /// is no lock left behind.
  private func killOnceItHasTheLock(_ pid: Int32) -> Int32? {
    while isAlive(pid) {
      if hasTheLock(pid) {
        kill(pid, SIGSTOP)
        if hasTheLock(pid) {
          kill(pid, SIGKILL)
          return pid
        }
        kill(pid, SIGCONT)
      }
      usleep(50)
    }
    return nil
  }

  /// Whether its id stands in the lock; one that is gone or cannot be read is nobody's.
  private func hasTheLock(_ pid: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: lockPath, encoding: .utf8) else { return false }
    return text.split(whereSeparator: \.isWhitespace).first == "\(pid)"
  }

  /// Whether it still runs; one that has ended and was not waited for yet does not.
  private func isAlive(_ pid: Int32) -> Bool {
    var information = siginfo_t()
    let outcome = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
    return outcome == 0 && information.si_signo == 0
  }
}
