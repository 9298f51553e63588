import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The strict reading of a lock file, the rule for workers, and the place of our own state.
struct LockReadingTests {
  private func read(_ text: String) -> RecordedPID {
    RecordedPID(bytes: Array(text.utf8), hostName: "Box", largest: 32_768)
  }

  @Test func readsOneNumber() {
    #expect(read("") == .none)
    #expect(read(" \n\t") == .none)
    #expect(read("1") == .pid(1))
    #expect(read(" 4242\r\n") == .pid(4242))
    #expect(read("32768") == .pid(32_768))
    #expect(read("box:7") == .pid(7))
    #expect(read("box.example.org:7\n") == .pid(7))
    #expect(read("boxer:7") == .foreign(host: "boxer", pid: 7))
  }

  @Test(arguments: [
    "0", "-1", "32769", "2147483648", "1 2", "1\n2", "٣", "1.0", "1e3", "0x1", "+1", "01", ":7",
    "box:", "box:0", "b x:7", "a:b:7", "{\"pid\":7}", "\0", "7\0",
  ])
  func refusesEverythingElse(text: String) {
    guard case .invalid = read(text) else {
      Issue.record("\(read(text))")
      return
    }
  }

  @Test func quotesWithoutARawByte() {
    #expect(read("\u{1B}]52;c;x\u{07}") == .invalid("\u{241B}]52;c;x\u{2407}"))
  }

  private static let pattern = WorkerPattern(
    texts: ["mem0_queue_worker", "mem0top sync", "/opt/x/run.sh", ""])

  private func isWorker(_ arguments: [String]) -> Bool {
    Self.pattern.matches(commandLine: Array(arguments.joined(separator: "\0").utf8) + [0])
  }

  @Test(arguments: [
    ["/home/u/mem0_queue_worker.py"], ["python3", "mem0_queue_worker.py"],
    ["/usr/bin/python3.11", "-u", "-X", "dev", "/home/u/bin/mem0_queue_worker.py", "--once"],
    ["python", "-m", "mem0_queue_worker"], ["bash", "-e", "/x/mem0_queue_worker.sh"],
    ["node", "--require", "x", "mem0_queue_worker.js"], ["deno", "run", "-A", "mem0_queue_worker"],
    ["mem0_queue_worker: running"], ["/usr/local/bin/mem0top", "sync", "--watch"],
    ["bash", "/opt/x/run.sh"],
  ])
  func isAWorker(arguments: [String]) {
    #expect(isWorker(arguments))
  }

  @Test(arguments: [
    ["vim", "mem0_queue_worker.py"], ["tail", "-f", "mem0_queue_worker.log"],
    ["grep", "mem0top sync", "x"], ["pgrep", "-f", "mem0_queue_worker"],
    ["/bin/sh", "-c", "python3 mem0_queue_worker.py"], ["bash", "-lc", "mem0_queue_worker"],
    ["python3", "-c", "import mem0_queue_worker"], ["timeout", "60", "mem0top", "sync"],
    ["python3", "-m", "pytest", "mem0_queue_worker_test.py"], ["mem0top", "status"], [""],
    ["/home/mem0_queue_worker/bin/server"], ["mem0top"],
  ])
  func isNoWorker(arguments: [String]) {
    #expect(!isWorker(arguments))
  }

  @Test func stateIsKeyedByTheResolvedDirectory() throws {
    let directory = try TemporaryDirectory()
    let real = directory.path("My .claude")
    try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: directory.path("link"),
      withDestinationPath: real
    )
    let state = StateDirectory(root: "/s", watching: real)
    #expect(state == StateDirectory(root: "/s", watching: directory.path("link")))
    #expect(state != StateDirectory(root: "/s", watching: directory.path))
    #expect(state.path.hasSuffix("-My__claude"))
    #expect(StateDirectory.key(ofResolved: "a") == "af63dc4c8601ec8c-a")
  }
}
