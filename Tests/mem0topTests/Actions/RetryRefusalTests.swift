import CLibrary
import Foundation
import TestSupport
import Testing

/// `retry` by an ordinary user whom the system does not let write: a sentence, and the file as it was.
@Suite(
  "Retry is refused by the system",
  .enabled(if: geteuid() == 0, "only root can become others")
)
struct RetryRefusalTests {
  private struct Outcome {
    let status: Int32
    let output: String
    let complaint: String
  }

  private static let user: uid_t = 65534

  private let program: Program
  private let directory: String

  init() throws {
    program = try Program()
    directory = program.home.path + "/watched"
    try #require(chmod(program.home.path, 0o777) == 0)
    try FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: false
    )
  }

  /// A file whose one item fills it up to a size, and what a retry would make of it.
  private func letters(bytes: Int, lastAttempt: Int = 5) -> String {
    let start = #"{"items":[{"id":"abc","content":""#
    let end = #"","last_attempt":\#(lastAttempt)}]}"#
    let filler = max(bytes - start.utf8.count - end.utf8.count, 0)
    return start + String(repeating: "x", count: filler) + end
  }

  private var file: String { directory + "/mem0_queue_dlq.json" }

  private func write(_ text: String) throws {
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    for path in [directory, file] { try #require(chown(path, Self.user, Self.user) == 0) }
  }

  /// Runs `mem0top retry abc` as an ordinary user, after a line of shell.
  private func retry(after preparation: String = ":") throws -> Outcome {
    let process = Process()
    let (output, complaint) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments = [
      "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups", "/bin/sh", "-c",
      "\(preparation); exec \"$@\"", "sh", try Program.openPath(), "retry", "abc", "--dir",
      directory,
    ]
    process.environment = [
      "HOME": program.home.path, "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
    ]
    process.standardOutput = output
    process.standardError = complaint
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let sentence = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: text, as: UTF8.self),
      complaint: String(decoding: sentence, as: UTF8.self)
    )
  }

  /// What is in the directory; a lock or a draft that was left behind would show.
  private func names() throws -> Set<String> {
    try Set(FileManager.default.contentsOfDirectory(atPath: directory))
      .subtracting([".mem0top.guard"])
  }

  private func expectRefusal(_ outcome: Outcome, saying words: String, of text: String) throws {
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("mem0top: "))
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(outcome.complaint.split(separator: "\n").count == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try names() == ["mem0_queue_dlq.json"])
  }

  @Test("an ordinary user may retry in a directory of their own")
  func succeeds() throws {
    try write(letters(bytes: 100))
    let outcome = try retry()
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("The dead letter abc is due now.\n"))
    let expected = letters(bytes: 100, lastAttempt: 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == expected)
  }

  /// Bad input 61.
  @Test("61: a directory in which nothing may be created")
  func readOnlyDirectory() throws {
    let text = letters(bytes: 100)
    try write(text)
    try #require(chmod(directory, 0o555) == 0)
    try expectRefusal(retry(), saying: "Permission denied", of: text)
  }

  /// Bad input 62.
  @Test("62: a disk that is full")
  func fullDisk() throws {
    guard mount("tmpfs", directory, "tmpfs", 0, "size=256k") == 0 else {
      print("skipped 62: a tmpfs cannot be mounted here (\(String(cString: strerror(errno))))")
      return
    }
    defer { umount2(directory, Int32(MNT_DETACH)) }
    let text = letters(bytes: 150_000)
    try write(text)
    try expectRefusal(retry(), saying: "No space left on device); free some space", of: text)
  }

  /// Bad input 68.
  @Test("68: a limit on the size of files, whose signal would end the program")
  func fileSizeLimit() throws {
    let text = letters(bytes: 200_000)
    try write(text)
    let outcome = try retry(after: "ulimit -f 100")
    try expectRefusal(outcome, saying: "has 200000 bytes, more than this process may", of: text)
  }
}
