import Foundation

/// A Python process of our own that says when it is ready and lives until its value goes.
package final class PythonChild {
  /// The process has ended, or said nothing for half a minute.
  package struct NotReady: Error {}

  /// Lets every signal through; the thread that starts the child may block some, and it inherits that.
  private static let unblocking =
    "import signal; signal.pthread_sigmask(signal.SIG_SETMASK, [])\n"

  /// Our own variables without a home: a queue in the tester's own must not matter.
  private static let environment = ProcessInfo.processInfo.environment
    .merging(["HOME": "/nowhere"]) { $1 }

  private let process = Process()
  private let input = Pipe()
  /// What the child said when it was ready.
  package let firstLine: String

  /// Starts code, which prints one line when it is ready; returns once that line has come.
  package convenience init(_ code: String, _ arguments: String...) throws {
    try self.init(code, arguments: arguments)
  }

  /// Starts code, which prints one line when it is ready; returns once that line has come.
  package convenience init(_ code: String, arguments: [String]) throws {
    try self.init(["-c", Self.unblocking + code] + arguments)
  }

  /// Starts a Python file, which prints one line when it is ready; returns once that line has come.
  package convenience init(script: String, arguments: [String] = []) throws {
    try self.init([script] + arguments)
  }

  /// Starts code as the script of that path, which is written: so the command line is that of a worker.
  package convenience init(_ code: String, asScript path: String, _ arguments: String...) throws {
    try Data((Self.unblocking + code).utf8).write(to: URL(filePath: path))
    try self.init(script: path, arguments: arguments)
  }

  private init(_ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u"] + arguments
    process.environment = Self.environment
    process.standardInput = input
    process.standardOutput = output
    try StartGate.pass { [process] in try process.run() }
    firstLine = Self.line(from: output.fileHandleForReading)
    if firstLine.isEmpty { throw NotReady() }
  }

  deinit {
    kill(pid, SIGKILL)
    waitForEnd()
  }

  package var pid: Int32 { process.processIdentifier }

  package var isRunning: Bool { process.isRunning }

  /// Lets the child go on past its `input()`.
  ///
  /// It gets a line and not the end of its input: another child may have inherited the pipe.
  package func release() {
    input.fileHandleForWriting.write(Data("\n".utf8))
  }

  /// Lets the child go on past its `input()` and waits for its end.
  package func finish() {
    release()
    waitForEnd()
  }

  /// What it has started may live on, and `Process` waits for that too: a zombie is enough then.
  private func waitForEnd() {
    let deadline = ContinuousClock.now + .seconds(10)
    var zombieUntil: ContinuousClock.Instant?
    while process.isRunning, ContinuousClock.now < zombieUntil ?? deadline {
      usleep(1000)
      if zombieUntil == nil, isZombie { zombieUntil = .now + .milliseconds(200) }
    }
  }

  private var isZombie: Bool {
    var about = siginfo_t()
    return waitid(P_PID, id_t(pid), &about, WEXITED | WNOHANG | WNOWAIT) == 0
      && about.si_signo == SIGCHLD
  }

  /// The first line that comes within half a minute; what came of it if it has no end by then.
  private static func line(from handle: FileHandle) -> String {
    var bytes: [UInt8] = []
    var waiting = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 30_000) == 1 {
      guard let byte = handle.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") else { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
