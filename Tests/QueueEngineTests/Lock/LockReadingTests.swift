import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The strict reading of a lock file, the rule for workers, and the place of our own state.
struct LockReadingTests {
  private func read(_ text: String, alive: Set<Int32> = []) -> RecordedPID {
    RecordedPID(
      bytes: Array(text.utf8),
      hostName: "Box",
      largest: 32_768,
      isAlive: alive.contains
    )
  }

  /// What names another process that lives, or another machine in its own words, is not believed.
  @Test func aSecondOwnerIsNotOverlooked() {
    #expect(read("7\n8", alive: [7]) == .pid(7))
    for text in ["7\n8", "7\r8", "7\nbox\n8", "7\n1767230592\n8"] {
      #expect(read(text, alive: [8]) == .invalid(Scrubber.scrub(text)), "\(text)")
    }
    for text in ["7\nhost=other", "7\nbox\nNODE = other", "7\nchild_pid=8"] {
      #expect(read(text) == .invalid(Scrubber.scrub(text)), "\(text)")
    }
    #expect(read("{\"pid\":7,\"Host\":\"other\"}") == .foreign(host: "other", pid: 7))
    #expect(read("{\"pid\":7,\"node_name\":\"other\"}") == .foreign(host: "other", pid: 7))
    for text in ["{\"pid\":7,\"child_pid\":8}", "{\"pid\":7,\"PID\":8}"] {
      #expect(read(text) == .invalid(text))
    }
  }

  @Test func readsOneNumber() {
    #expect(read("") == .none)
    #expect(read(" \n\t") == .none)
    #expect(read("1") == .pid(1))
    #expect(read(" 4242\r\n") == .pid(4242))
    #expect(read("32768") == .pid(32_768))
    #expect(read("box:7") == .pid(7))
    #expect(read("box.local:7\n") == .pid(7))
    #expect(read("box.example.org:7") == .foreign(host: "box.example.org", pid: 7))
    #expect(read("boxer:7") == .foreign(host: "boxer", pid: 7))
  }

  /// Bad inputs 76 and 77, and what else workers put into their locks.
  @Test func readsTheFormsThatWorkersWrite() {
    #expect(read("7\nbox\n1767230592.25\n") == .pid(7))
    #expect(read("7\nBOX.localdomain\n") == .pid(7))
    #expect(read("7\nelsewhere\n1767230592") == .foreign(host: "elsewhere", pid: 7))
    #expect(read("7\n1767230592.25\nbox") == .pid(7))
    #expect(read("7\r\n2026-01-01T04:30:12\r\n") == .pid(7))
    #expect(read("1\n2") == .pid(1))
    #expect(read("7@box") == .pid(7))
    #expect(read("7@other") == .foreign(host: "other", pid: 7))
    #expect(read("pid=7\n") == .pid(7))
    #expect(read("pid = 7") == .pid(7))
    #expect(read("{\"pid\":7}") == .pid(7))
    #expect(read("{\"pid\": 7, \"host\": \"box\", \"started\": [1]}\n") == .pid(7))
    #expect(read("{\"hostname\":\"other\",\"pid\":7}") == .foreign(host: "other", pid: 7))
    #expect(read("7\0\0 \0\n") == .pid(7))
    #expect(read("\0\0") == .none)
  }

  /// A machine of the same first name may share the directory.
  @Test(arguments: [
    ("vm", "vm", true), ("VM", "vm", true), ("vm", "vm.example.org", true),
    ("vm.a.b", "vm.a", true),
    ("vm.example.org", "vm", true), ("vm.other.org", "vm", false),
    ("vm.example.org", "vm.other.org", false),
    ("vm.local", "vm", true), ("vmx", "vm", false), ("", "", true), (".example.org", "", false),
  ])
  func aDomainMustBeOurs(name: String, own: String, isSame: Bool) {
    #expect(HostName.isSame(name, own) { ["example.org", "b"] } == isSame)
  }

  @Test func onlyANumberAloneIsWrittenOver() {
    for text in ["", " \n", "7", "7\n", "7\0"] { #expect(RecordedPID.isPlain(Array(text.utf8))) }
    for text in ["7\nbox", "{\"pid\":7}", "pid=7", "box:7", "x"] {
      #expect(!RecordedPID.isPlain(Array(text.utf8)))
    }
  }

  @Test(arguments: [
    "0", "-1", "32769", "2147483648", "1 2", "٣", "1.0", "1e3", "0x1", "+1", "01", ":7",
    "box:", "box:0", "b x:7", "a:b:7", "\u{0}7", "@box", "7@", "pid=", "pid=0", "ppid=7", "x\n7",
    "{\"pid\":0}", "{\"pid\":\"x\"}", "{\"pid\":7", "{\"pid\":7}{}", "{\"pid\":7,\"pid\":8}",
    "{\"pid\":1.5}", "[7]", "{\"pid\":7,\"host\":\"a\",\"hostname\":\"b\"}",
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

  private func role(_ arguments: [String]) -> WorkerRole {
    Self.pattern.role(of: Array(arguments.joined(separator: "\0").utf8) + [0])
  }

  @Test(arguments: [
    ["/home/u/mem0_queue_worker.py"], ["python3", "mem0_queue_worker.py"],
    ["/usr/bin/python3.11", "-u", "-X", "dev", "/home/u/bin/mem0_queue_worker.py", "--once"],
    ["python", "-m", "mem0_queue_worker"], ["bash", "-e", "/x/mem0_queue_worker.sh"],
    ["node", "--require", "x", "mem0_queue_worker.js"], ["deno", "run", "-A", "mem0_queue_worker"],
    ["mem0_queue_worker: running"], ["/usr/local/bin/mem0top", "sync", "--watch"],
    ["bash", "/opt/x/run.sh"], ["python3", "-m", "cProfile", "-o", "out", "mem0_queue_worker.py"],
    ["python3", "-m", "cProfile", "-m", "mem0_queue_worker"],
    ["python3", "-m", "trace", "--trace", "-C", "dir", "/x/mem0_queue_worker.py"],
    ["python3", "-X", "dev", "-m", "pdb", "-c", "continue", "mem0_queue_worker.py"],
    ["python3", "-m", "coverage", "run", "--branch", "-m", "mem0_queue_worker"],
    ["/lib64/ld-linux-x86-64.so.2", "/usr/bin/python3", "mem0_queue_worker.py"],
    ["/lib/ld.so", "--library-path", "/x", "/opt/mem0_queue_worker"],
    ["timeout", "60", "mem0top", "sync"],
    ["timeout", "-k", "5", "60", "python3", "mem0_queue_worker.py"],
    ["env", "A=1", "nice", "-n", "5", "python3", "-m", "mem0_queue_worker"],
    ["flock", "-n", "/x/lock", "python3", "mem0_queue_worker.py"],
  ])
  func isAWorker(arguments: [String]) {
    #expect(role(arguments).isSure)
  }

  /// An interpreter, a shell or a loader that merely mentions one protects a lock.
  @Test(arguments: [
    ["/bin/sh", "-c", "python3 mem0_queue_worker.py"], ["bash", "-lc", "mem0_queue_worker"],
    ["python3", "-c", "import mem0_queue_worker"], ["python3", "deliver.py", "mem0_queue_worker"],
    ["python3", "-m", "pytest", "mem0_queue_worker_test.py"],
    ["sh", "wrap.sh", "mem0_queue_worker"],
    ["/lib/ld-musl-x86_64.so.1", "/bin/x", "mem0_queue_worker"],
    ["timeout", "9", "sh", "-c", "mem0_queue_worker"],
  ])
  func mayBeAWorker(arguments: [String]) {
    #expect(role(arguments) == .doubtful)
  }

  @Test(arguments: [
    ["vim", "mem0_queue_worker.py"], ["tail", "-f", "mem0_queue_worker.log"],
    ["grep", "mem0top sync", "x"], ["pgrep", "-f", "mem0_queue_worker"],
    ["mem0top", "status"], [""],
    ["/home/mem0_queue_worker/bin/server"], ["mem0top"],
  ])
  func isNoWorker(arguments: [String]) {
    #expect(role(arguments) == .none)
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
