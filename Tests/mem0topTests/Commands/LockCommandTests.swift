import Foundation
import TestSupport
import Testing

/// Lock files of other programs, each as such a program leaves or holds it.
@Suite(.tags(.alone)) struct LockCommandTests {
  private let program: Program
  private let place: TemporaryDirectory

  init() throws {
    program = try Program()
    place = try TemporaryDirectory()
  }

  private func judged(_ path: String) async throws -> (state: String?, reason: String?, status: Int)
  {
    let outcome = try await program.run("lock", path, "--json")
    #expect(outcome.complaint.isEmpty)
    let lock = try outcome.json()["lock"] as? [String: Any]
    return (lock?["state"] as? String, lock?["reason"] as? String, outcome.status)
  }

  @Test func whatIsNotThereIsFree() async throws {
    #expect(try await judged(place.path("none.lock")) == ("free", nil, 0))
  }

  /// dpkg's lock is empty, stays for ever, and is locked while somebody installs.
  @Test func anEmptyFileThatStaysIsIdleUntilSomebodyLocksIt() async throws {
    try place.write("", to: "dpkg.lock")
    let path = place.path("dpkg.lock")
    try WatchedDirectory.date(path, Date().timeIntervalSince1970 - 90_000)
    #expect(try await judged(path) == ("idle", nil, 0))
    let holder = try PythonChild(LockPrograms.flocking, path)
    #expect(try await judged(path) == ("held", nil, 0))
    let text = try await program.run("lock", path).output
    #expect(
      text.hasPrefix("The lock \(path) is held.") && text.contains("\(holder.pid)"),
      "\(text)"
    )
    holder.finish()
    #expect(try await judged(path) == ("idle", nil, 0))
  }

  @Test func aNumberIsAskedAbout() async throws {
    let holder = try PythonChild("print('ready'); input()")
    try place.write("\(holder.pid)\n", to: "app.pid")
    let path = place.path("app.pid")
    #expect(try await judged(path) == ("held", nil, 0))
    holder.finish()
    #expect(try await judged(path) == ("stale", "dead_pid", 2))
    let outcome = try await program.run("lock", path)
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("pid \(holder.pid) is not running"), "\(outcome.output)")
    #expect(outcome.output.contains("→ nobody holds it"), "\(outcome.output)")
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func whatCannotBeJudgedIsThree() async throws {
    try place.write("not a number\n", to: "odd.lock")
    #expect(try await judged(place.path("odd.lock")) == ("unknown", "bad_pid", 3))
    #expect(try await judged(place.path) == ("unknown", "not_regular", 3))
  }

  /// Of the lock of the directory that is watched it says what `status` says.
  @Test func theQueuesOwnIsJudgedAsEverywhere() async throws {
    let directory = try WatchedDirectory(in: program.home)
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    try directory.abandonLock()
    let status = try await program.run("status", "--json").json()["lock"] as? [String: Any]
    let own = try await judged(directory.path(of: WatchedDirectory.lock))
    #expect(own.state == status?["state"] as? String && own.state == "stale")
    #expect(own.reason == status?["reason"] as? String)
  }

  @Test func nothingIsKeptOfOthersLocks() async throws {
    try place.write("4194304\n", to: "other.lock")
    _ = try await judged(place.path("other.lock"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.home.path).isEmpty)
  }

  @Test func aLockIsAskedFor() async throws {
    #expect(try await program.run("lock").status == 64)
    #expect(try await program.run("lock", "").status == 64)
    let relative = try await program.run("lock", "nowhere/none.lock")
    #expect(relative.status == 0 || relative.status == 3, "\(relative)")
  }
}
