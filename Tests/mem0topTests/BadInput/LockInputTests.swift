import CLibrary
import Foundation
import TestSupport
import Testing

/// Locks of every shape, judged by `status` and acted on by `unlock` of the real program.
@Suite("Bad input: locks", .tags(.alone), .timeLimit(.minutes(3)))
struct LockInputTests {
  /// A lock by its number in `docs/safety.md#bad-inputs`, and what is said of it.
  struct Lock: Sendable, CustomTestStringConvertible {
    let number: Int
    let name: String
    let state: String
    let reason: String?
    /// Makes the lock; what it returns lives while the lock is judged.
    let make: @Sendable (WatchedDirectory) throws -> PythonChild?

    var testDescription: String { "\(number) \(name)" }

    init(
      _ number: Int,
      _ name: String,
      _ state: String,
      _ reason: String? = nil,
      make: @escaping @Sendable (WatchedDirectory) throws -> PythonChild?
    ) {
      self.number = number
      self.name = name
      self.state = state
      self.reason = reason
      self.make = make
    }

    /// A lock that only its text and its age make what it is.
    init(
      _ number: Int,
      _ name: String,
      _ state: String,
      _ reason: String,
      text: String,
      age: Duration = .seconds(3 * 3600)
    ) {
      self.init(number, name, state, reason) {
        try $0.write(text, to: WatchedDirectory.lock, age: age)
        return nil
      }
    }

    /// A lock that is something else than a file, made by a call on its path and that of a file.
    init(_ number: Int, _ name: String, call: @escaping @Sendable (String, String) -> Int32) {
      self.init(number, name, "unknown", "not_regular") {
        try $0.write("4242", to: "other")
        try #require(call($0.path(of: WatchedDirectory.lock), $0.path(of: "other")) == 0)
        return nil
      }
    }
  }

  /// The one that wrote its id and locked the file is dead; a child of it still has the lock.
  private static let inheriting = """
    import fcntl, os, sys
    end, other = os.pipe()
    owner = os.fork()
    if owner == 0:
      f = open(sys.argv[1], "w"); fcntl.flock(f, fcntl.LOCK_EX)
      f.write(str(os.getpid())); f.flush()
      if os.fork() == 0: os.close(other); os.read(end, 1)
      os._exit(0)
    os.waitpid(owner, 0); os.close(end); print("ready"); input()
    """

  /// Bad inputs 48 to 58 and 60; number 59 is a lock that is replaced before the yes of a robot.
  static let all = [
    Lock(48, "empty and open by a writer", "held") {
      try PythonChild(LockPrograms.writing, $0.path(of: WatchedDirectory.lock))
    },
    Lock(49, "empty, unopened and old", "stale", "orphan", text: ""),
    Lock(50, "PID 0", "unknown", "bad_pid", text: "0\n"),
    Lock(50, "PID -1", "unknown", "bad_pid", text: "-1"),
    Lock(51, "PID overflow", "unknown", "bad_pid", text: "99999999999999999999"),
    Lock(51, "PID overflow to 1", "unknown", "bad_pid", text: "4294967297"),
    Lock(52, "reused PID", "stale", "reused_pid") {
      let child = try PythonChild("print('ready'); input()")
      try $0.write("\(child.pid)", to: WatchedDirectory.lock, age: .seconds(120))
      return child
    },
    Lock(53, "dead PID, a child holds the flock", "held") {
      try PythonChild(inheriting, $0.path(of: WatchedDirectory.lock))
    },
    Lock(54, "symlink") { symlink($1, $0) },
    Lock(55, "directory") { path, _ in mkdir(path, 0o700) },
    Lock(56, "FIFO") { path, _ in mkfifo(path, 0o600) },
    Lock(57, "hard link") { link($1, $0) },
    Lock(58, "other owner", "unknown", "foreign_owner") {
      try $0.write("4242", to: WatchedDirectory.lock)
      // Only root can give a file away; others make one that is foreign to them by being told so.
      try #require(chown($0.path(of: WatchedDirectory.lock), 65_534, 65_534) == 0)
      return nil
    },
    Lock(60, "mtime in the future", "unknown", "future_mtime", text: "", age: .seconds(-3600)),
    Lock(60, "1 MiB", "unknown", "not_regular", text: String(repeating: "1", count: 1 << 20)),
  ].filter { geteuid() == 0 || $0.number != 58 }

  @Test(arguments: all)
  func isJudgedAndOnlyClearedWhereThatIsProven(lock: Lock) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    // Workers by a name that nobody has, so often that a machine that has just booted will do.
    let environment = [
      "MEM0TOP_WORKER_MATCH": "[\"worker-\(UUID().uuidString)\"]", "MEM0TOP_WORKER_INTERVAL": "10s",
    ]
    let child = try lock.make(directory)
    let status = try await program.run("status", "--json", environment: environment)
    #expect(status.status == 0)
    let section = try status.section("lock")
    // A machine restored from a snapshot, as build machines are, has a clock that was set.
    let isStepped = lock.reason == "reused_pid" && section["reason"] as? String == "clock_step"
    let isClearable = lock.state == "stale" && !isStepped
    #expect(section["state"] as? String == (isStepped ? "unknown" : lock.state))
    #expect(section["reason"] as? String == (isStepped ? "clock_step" : lock.reason))
    #expect(section["clearable"] as? Bool == isClearable)

    let before = isClearable ? nil : try inode(of: directory)
    let unlock = try await program.run("unlock", environment: environment)
    #expect(unlock.status == (isClearable ? 0 : 1), "\(unlock.complaint)")
    if isClearable {
      #expect(try inode(of: directory) == nil)
      #expect(unlock.output.hasPrefix("Cleared the lock"))
    } else {
      #expect(try inode(of: directory) == before)
      #expect(unlock.complaint.hasPrefix("mem0top: The lock is not cleared: "))
      #expect(unlock.complaint.filter(\.isNewline).count == 1)
    }
    if let child { #expect(child.isRunning) }
  }

  /// Which file lies at the lock's path, without following a link; `nil` where there is none.
  private func inode(of directory: WatchedDirectory) throws -> UInt64? {
    var facts = stat()
    guard lstat(directory.path(of: WatchedDirectory.lock), &facts) == 0 else {
      try #require(errno == ENOENT)
      return nil
    }
    return UInt64(facts.st_ino)
  }
}
