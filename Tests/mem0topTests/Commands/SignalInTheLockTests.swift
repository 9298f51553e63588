import CLibrary
import Foundation
import TestSupport
import Testing

/// A signal that comes while a command has the lock: the command ends by it, and leaves no lock behind.
@Suite(.tags(.alone)) struct SignalInTheLockTests {
  private let home: TemporaryDirectory
  private let directory: WatchedDirectory

  init() throws {
    home = try TemporaryDirectory()
    directory = try WatchedDirectory(in: home)
  }

  /// A queue that takes a while to read, so that the lock is seen.
  private static let queue: String = {
    let items = (0..<20_000).map {
      #"{"id":"q\#($0)","project_id":"p","content":"some words to be remembered","timestamp":1}"#
    }
    return #"{"queue":[\#(items.joined(separator: ","))]}"#
  }()

  /// Becomes the program in its arguments, with every signal let through: the thread of a test may
  /// block some, and a child inherits that.
  private static let unblocking = """
    import os, signal, sys
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execv(sys.argv[1], sys.argv[1:])
    """

  /// What a terminal, a shell, a timer, a limit or a person may send.
  @Test(arguments: [
    SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGXCPU, SIGPROF, SIGIO, SIGPWR,
    __libc_current_sigrtmin(), __libc_current_sigrtmax(),
  ])
  func noLockStaysBehind(signal: Int32) async throws {
    try directory.write(Self.queue, to: WatchedDirectory.queue)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let words = ["enqueue", "--dir", directory.path, "--project", "p", "--content", "x"]
    process.arguments = ["python3", "-c", Self.unblocking, TmuxSession.program] + words
    process.environment = [
      "HOME": home.path, "XDG_STATE_HOME": home.path + "/state", "PATH": "/usr/bin:/bin",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !directory.exists(WatchedDirectory.lock) { usleep(200) }
    #expect(process.isRunning, "the command was too quick to be caught with the lock")
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == signal)
    #expect(!directory.exists(WatchedDirectory.lock))
    let text = try directory.text(of: WatchedDirectory.queue)
    let queue = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [Any]]
    #expect(try [20_000, 20_001].contains(#require(queue?["queue"]).count))
  }
}
