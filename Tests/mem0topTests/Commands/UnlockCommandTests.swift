import Foundation
import TestSupport
import Testing

@Suite(.tags(.alone)) struct UnlockCommandTests {
  private static let keys: Set<String> = [
    "schema", "action", "result", "changed", "summary", "evidence", "lock",
  ]

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
  }

  private var lock: String { WatchedDirectory.lock }

  private func expectOneSentence(_ text: String, saying words: String...) {
    #expect(text.filter(\.isNewline).count == 1, "\(text)")
    for word in words { #expect(text.contains(word), "\(word) is missing: \(text)") }
  }

  @Test func theLockOfADeadProcessIsClearedAndTheEvidenceKept() async throws {
    let pid = try directory.abandonLock()
    let outcome = try await program.run("unlock")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("Cleared the lock mem0_queue.lock: pid \(pid) is not running"))
    #expect(!directory.exists(lock))
    let entries = try WatchedDirectory.auditEntries(below: program.home.path)
    #expect(entries.count == 1)
    #expect(entries.first?["action"] as? String == "clear_lock")
    #expect(entries.first?["origin"] as? String == "command")
    #expect(entries.first?["result"] as? String == "done")
    let evidence = try #require(entries.first?["evidence"] as? [String])
    #expect(evidence.contains("pid \(pid) is not running"))
    #expect(evidence.contains { $0.hasSuffix(" has it open") })
  }

  @Test func aLockThatIsHeldIsRefusedWithItsHolder() async throws {
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: lock))
    let outcome = try await program.run("unlock")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    expectOneSentence(outcome.complaint, saying: "pid \(holder.pid)", "python3", "started")
    #expect(directory.exists(lock))
    #expect(holder.isRunning)
    let entries = try WatchedDirectory.auditEntries(below: program.home.path)
    #expect(entries.map { $0["result"] as? String } == ["refused"])
  }

  /// Under cron and `timeout` those who wait for us mention a worker, and are none.
  @Test(arguments: [#": mem0top sync; "$@"; exit $?"#, #"timeout 60 "$@"; exit $?"#])
  func whoHasStartedUsIsNoOtherWorker(wrapper: String) async throws {
    try directory.abandonLock()
    let program = Program(home: program.home, seesWorkers: true)
    let outcome = try await program.run(after: wrapper, ["unlock"])
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(!directory.exists(lock))
  }

  @Test func whereNothingIsToBeClearedNothingIsDone() async throws {
    let free = try await program.run("unlock")
    #expect(free.status == 0)
    expectOneSentence(free.output, saying: "Nothing to clear: there is no lock.")
    try directory.write("", to: lock, age: .seconds(9000))
    let before = try directory.stamp(of: lock)
    let idle = try await program.run("unlock", environment: ["MEM0TOP_LOCK_STYLE": "flock"])
    #expect(idle.status == 0)
    expectOneSentence(idle.output, saying: "Nothing to clear")
    #expect(try directory.stamp(of: lock) == before)
  }

  @Test func aLockThatIsTooYoungToJudgeIsRefused() async throws {
    try directory.write("", to: lock)
    let outcome = try await program.run("unlock")
    #expect(outcome.status == 1)
    expectOneSentence(outcome.complaint, saying: "too recent to judge")
    #expect(directory.exists(lock))
  }

  @Test func anOrphanIsClearedWithoutAsking() async throws {
    try directory.write("", to: lock, age: .seconds(3 * 3600))
    let environment = ["MEM0TOP_WORKER_INTERVAL": "1s"]
    let outcome = try await program.run("unlock", environment: environment)
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(!directory.exists(lock))
  }

  @Test func aMissingDirectoryIsRefused() async throws {
    let outcome = try await program.run("unlock", "--dir", program.home.path + "/nowhere")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    expectOneSentence(outcome.complaint, saying: "There is no directory", "--dir")
    let report = try await program.run("unlock", "--json", "--dir", "/nowhere").json()
    #expect(Set(report.keys) == Self.keys)
    #expect(report["result"] as? String == "refused")
  }

  // MARK: --dry-run

  @Test func aDryRunTellsAllAndChangesNothing() async throws {
    let pid = try directory.abandonLock()
    let (before, names) = (try directory.stamp(of: lock), try directory.names())
    let outcome = try await program.run("unlock", "--dry-run")
    #expect(outcome.status == 0)
    #expect(outcome.complaint.isEmpty)
    for words in ["stale (dead_pid)", "pid \(pid) is not running", "Without --dry-run", "removed"] {
      #expect(outcome.output.contains(words), "\(words) is missing: \(outcome.output)")
    }
    #expect(try directory.stamp(of: lock) == before)
    #expect(try directory.names() == names)
    #expect(try WatchedDirectory.auditEntries(below: program.home.path).isEmpty)
  }

  @Test func aDryRunOnAHeldLockShowsTheEvidenceAndIsRefused() async throws {
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: lock))
    let outcome = try await program.run("unlock", "--dry-run")
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("The lock is held.\n"))
    #expect(outcome.output.contains("kernel lock (FLOCK)"))
    expectOneSentence(outcome.complaint, saying: "pid \(holder.pid)", "python3")
  }

  // MARK: --older-than

  @Test func onlyALockOfThatAgeQualifiesForCron() async throws {
    try directory.abandonLock()
    let young = try await program.run("unlock", "--older-than", "4h")
    #expect(young.status == 0)
    expectOneSentence(young.output, saying: "only 3h 00m old")
    #expect(directory.exists(lock))
    let old = try await program.run("unlock", "--older-than", "1h30m")
    #expect(old.status == 0)
    #expect(old.output.hasPrefix("Cleared the lock"))
    #expect(!directory.exists(lock))
  }

  @Test func aHeldLockIsNoFailureForCron() async throws {
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: lock))
    for options in [[], ["--dry-run"]] {
      let outcome = try await program.run(["unlock", "--older-than", "1s"] + options)
      #expect(outcome.status == 0)
      #expect(outcome.complaint.isEmpty)
      #expect(outcome.output.contains("pid \(holder.pid)"))
    }
    #expect(directory.exists(lock))
  }

  @Test(arguments: [
    ["--older-than", "soon"], ["--older-than", "5"], ["--force", "0"], ["--force", "x"],
    ["--force", "7", "--older-than", "1h"],
  ])
  func aMistakeInTheOptionsIsUsage(options: [String]) async throws {
    try directory.abandonLock()
    let outcome = try await program.run(["unlock"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(directory.exists(lock))
  }

  // MARK: --force

  @Test(arguments: [LockPrograms.flocking, LockPrograms.recorded])
  func forceEndsTheHungHolderAndNoOther(code: String) async throws {
    let name = "worker-\(UUID().uuidString)"
    let holder = try PythonChild(
      code,
      asScript: directory.path(of: name + ".py"),
      directory.path(of: lock)
    )
    let environment = [
      "MEM0TOP_LOCK_MAX_HOLD": "1s", "MEM0TOP_WORKER_MATCH": "[\"\(name)\"]",
    ]
    let deadline = ContinuousClock.now + .seconds(20)
    var state: String?
    while state != "hung", ContinuousClock.now < deadline {
      let report = try await program.run("status", "--json", environment: environment).json()
      state = (report["lock"] as? [String: Any])?["state"] as? String
    }
    try #require(state == "hung")
    let other = try await program.run(
      "unlock",
      "--force",
      "\(getpid())",
      environment: environment
    )
    #expect(other.status == 1)
    expectOneSentence(other.complaint, saying: "does not hold the lock", "pid \(holder.pid)")
    #expect(holder.isRunning)
    let outcome = try await program.run(
      "unlock",
      "--force",
      "\(holder.pid)",
      environment: environment
    )
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("Ended pid \(holder.pid) ("))
    #expect(!holder.isRunning)
    // A file that workers lock stays in place; one with the id of a process goes.
    #expect(directory.exists(lock) == (code == LockPrograms.flocking))
  }

  @Test func forceEndsNobodyWhoGetsOn() async throws {
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: lock))
    let outcome = try await program.run("unlock", "--force", "\(holder.pid)")
    #expect(outcome.status == 1)
    expectOneSentence(outcome.complaint, saying: "Nothing to end", "is not hung")
    #expect(holder.isRunning)
  }

  // MARK: --json

  @Test func aPreviewNamesTheFileAsItIsConfigured() async throws {
    let name = "my.lock"
    try directory.abandonLock()
    try FileManager.default.moveItem(
      atPath: directory.path(of: lock),
      toPath: directory.path(of: name)
    )
    let dry = try await program.run(
      "unlock",
      "--dry-run",
      "--json",
      environment: ["MEM0TOP_FILES_LOCK": name]
    )
    let preview = try #require(try dry.json()["preview"] as? [String: Any])
    #expect(preview["files"] as? [String] == [name])
  }

  @Test func theObjectHasExactlyItsKeys() async throws {
    try directory.abandonLock()
    let dry = try await program.run("unlock", "--dry-run", "--json").json()
    #expect(Set(dry.keys) == Self.keys.union(["preview"]))
    #expect(dry["result"] as? String == "preview")
    let preview = try #require(dry["preview"] as? [String: Any])
    #expect(Set(preview.keys) == ["changes", "files", "command"])
    #expect(preview["files"] as? [String] == [lock])
    let done = try await program.run("unlock", "--json").json()
    #expect(Set(done.keys) == Self.keys)
    #expect(done["schema"] as? Int == 1)
    #expect(done["action"] as? String == "clear_lock")
    #expect(done["result"] as? String == "done")
    #expect(done["changed"] as? Int == 1)
    #expect((done["lock"] as? [String: Any])?["reason"] as? String == "dead_pid")
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: lock))
    let outcome = try await program.run("unlock", "--json")
    #expect(outcome.status == 1)
    let refused = try outcome.json()
    #expect(Set(refused.keys) == Self.keys)
    #expect(refused["result"] as? String == "refused")
    #expect((refused["summary"] as? String)?.contains("pid \(holder.pid)") == true)
    expectOneSentence(outcome.complaint, saying: "pid \(holder.pid)")
  }
}
