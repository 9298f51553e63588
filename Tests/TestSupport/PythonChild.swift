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

  private init(_ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u"] + arguments
    process.environment = Self.environment
    process.standardInput = input
    process.standardOutput = output
    try process.run()
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

  private func waitForEnd() {
    let deadline = ContinuousClock.now + .seconds(10)
    while process.isRunning, ContinuousClock.now < deadline { usleep(1000) }
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
