import Foundation
import Testing

/// A Python process of our own that says when it is ready and lives until its value goes.
final class PythonChild {
  /// Has a `flock` on the file in its argument, which stays in place.
  static let flocking = """
    import fcntl, sys
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready"); input()
    """

  /// Has created the file in its argument with its process id, and never removes it.
  static let recorded = """
    import os, sys
    f = open(sys.argv[1], "x"); f.write(str(os.getpid())); f.close(); print("ready"); input()
    """

  /// Lets every signal through; the thread that starts the child may block some, and it inherits that.
  private static let unblocking =
    "import signal; signal.pthread_sigmask(signal.SIG_SETMASK, [])\n"

  private let process = Process()
  private let input = Pipe()

  /// Starts the code, which prints one line when it is ready; returns once that line has come.
  init(_ code: String, _ arguments: String...) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", Self.unblocking + code] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = Self.line(from: output.fileHandleForReading)
    try #require(line == "ready", "the Python program does not start")
  }

  deinit {
    kill(pid, SIGKILL)
    process.waitUntilExit()
  }

  var pid: Int32 { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  /// Lets it go on past its `input()`.
  func release() {
    input.fileHandleForWriting.write(Data("\n".utf8))
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
