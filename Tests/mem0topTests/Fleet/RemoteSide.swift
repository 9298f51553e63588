import Foundation
import TestSupport
import Testing

/// `mem0top serve --stdio` as a child, spoken to line by line, which may be killed at any moment.
final class RemoteSide {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var bytes = Data()

  init(home: TemporaryDirectory, arguments: [String] = [], environment: [String: String] = [:])
    throws
  {
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["serve", "--stdio"] + arguments
    process.environment = [
      "HOME": home.path, "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
    ]
    .merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.standardError
    try process.run()
  }

  deinit {
    kill()
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  var pid: pid_t { process.processIdentifier }

  func send(_ line: String) { input.fileHandleForWriting.write(Data((line + "\n").utf8)) }

  /// Ends its input and waits for its end; the exit status.
  func finish() -> Int32 {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The next line as an object; `nil` at its end, or after half a minute.
  func next() throws -> [String: Any]? {
    let handle = output.fileHandleForReading
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = bytes[bytes.startIndex..<end]
        bytes = Data(bytes[bytes.index(after: end)...])
        return try JSONSerialization.jsonObject(with: line) as? [String: Any]
      }
      var waiting = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 30_000) == 1 else { return nil }
      let piece = handle.availableData
      if piece.isEmpty { return nil }
      bytes += piece
    }
  }

  /// The next line of a kind.
  func next(_ kind: String) throws -> [String: Any] {
    while let line = try next() {
      if line["is"] as? String == kind { return line }
    }
    throw TmuxSession.Failure(description: "no line “\(kind)” came")
  }
}
