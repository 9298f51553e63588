import Foundation
import Glibc

/// A Python process of our own that says when it is ready and lives until it is let go.
final class ChildProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Starts `code`, which prints one line when it is ready; returns once that line has come.
  init(_ code: String, arguments: [String] = []) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", code] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    firstLine = Self.line(from: output.fileHandleForReading)
  }

  /// Starts a Python file with its arguments.
  init(script: String, arguments: [String] = []) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-u", script] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    firstLine = Self.line(from: output.fileHandleForReading)
  }

  /// What the child said when it was ready.
  private(set) var firstLine: String

  var pid: Int32 { process.processIdentifier }

  /// Lets the child go on past its `input()` and waits for its end.
  ///
  /// It gets a line and not the end of its input: another child may have inherited the pipe.
  func finish() {
    input.fileHandleForWriting.write(Data("\n".utf8))
    waitForEnd()
  }

  deinit {
    kill(pid, SIGKILL)
    waitForEnd()
  }

  private func waitForEnd() {
    let deadline = ContinuousClock.now + .seconds(10)
    while process.isRunning, ContinuousClock.now < deadline { usleep(1000) }
  }

  /// The first line that comes within ten seconds; empty if none does.
  private static func line(from handle: FileHandle) -> String {
    var bytes: [UInt8] = []
    var waiting = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 10_000) == 1 {
      guard let byte = handle.readData(ofLength: 1).first, byte != 0x0A else { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
