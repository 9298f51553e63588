import Foundation
import TestSupport
import Testing

/// Where mem0top cannot see who is at work, it takes nothing away from him.
@Suite(.tags(.alone)) struct BlindTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws { (program, directory) = try Program.besideOneItem() }

  /// Opens a file, sends the descriptor to itself and closes it: it is in the table of no process.
  private static let sending = """
    import os, socket, sys
    a, b = socket.socketpair()
    f = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    socket.send_fds(a, [b"x"], [f]); os.close(f)
    print("ready"); input()
    f = socket.recv_fds(b, 1, 1)[1][0]
    os.write(f, sys.argv[2].encode()); os.fsync(f)
    """

  private static let late =
    #"{"id":"late0000","project_id":"p","content":"late","timestamp":1,"emergency":true}"#

  /// What is written through a descriptor that nobody is seen to have would be lost with the file.
  @Test func anEmergencyFileWithAnUnseenWriterIsLeft() async throws {
    let name = "mem0_emergency.json"
    let first = Self.late.replacing("late", with: "soon")
    try directory.write(first + "\n", to: name)
    let writer = try PythonChild(Self.sending, directory.path(of: name), Self.late + "\n")
    let refused = try await program.run("absorb", "--yes")
    #expect(refused.status == 1)
    #expect(
      refused.complaint.contains("a process that cannot be inspected has it open for writing")
    )
    writer.finish()
    let taken = try await program.run("absorb", "--yes")
    #expect(taken.status == 0, "\(taken.complaint)")
    let queue = try directory.text(of: WatchedDirectory.queue)
    #expect(queue.contains("late0000") && queue.contains("soon0000"))
  }

  /// A lock file that is kept open by somebody unseen may stand for work that has not ended.
  @Test func aLockThatSomebodyUnseenHasOpenIsNotTaken() async throws {
    let holder = try PythonChild(Self.sending, directory.path(of: WatchedDirectory.lock), "")
    try directory.write("[00:00:00] ✨ Worker done:\n", to: WatchedDirectory.log)
    let environment = ["MEM0TOP_LOCK_STYLE": "pidfile"]
    let outcome = try await program.run(
      "enqueue",
      "--project",
      "p",
      "--content",
      "c",
      "--wait",
      "1s",
      environment: environment
    )
    // It goes where the next worker takes it in.
    #expect(outcome.status == 0 && directory.exists("mem0_emergency.json"), "\(outcome)")
    #expect(try !directory.text(of: WatchedDirectory.queue).contains("\"content\": \"c\""))
    #expect(holder.isRunning)
  }

  /// Nothing at all can be said there, and the runtime would end us.
  @Test(
    .enabled(if: geteuid() == 0, "only root can mount"),
    arguments: ["status", "unlock", "check"]
  )
  func withoutProcNothingIsJudged(command: String) async throws {
    try directory.abandonLock()
    let outcome = try await program.run(
      after: "exec unshare -m sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh \"$@\"",
      [command]
    )
    #expect(outcome.status == (command == "check" ? 3 : 1), "\(outcome)")
    #expect((outcome.output + outcome.complaint).contains("/proc is not mounted here"))
    #expect(directory.exists(WatchedDirectory.lock))
  }

  /// With `hidepid` the work behind a dead process's lock may be another user's.
  @Test(.enabled(if: geteuid() == 0, "only root can mount"))
  func hiddenProcessesForbidStale() async throws {
    try directory.abandonLock()
    let inside = """
      chown -R 4242 \(program.home.path) && exec unshare -m sh -c \
      'mount -t proc -o hidepid=2 none /proc && exec setpriv --reuid=4242 --regid=4242 --clear-groups "$@"' \
      sh "$@"
      """
    let outcome = try await program.run(after: inside, ["unlock"])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(
      outcome.complaint.contains("the system hides the processes of other users"),
      "\(outcome)"
    )
    #expect(directory.exists(WatchedDirectory.lock))
    let lock =
      try await program.run(after: inside, ["status", "--json"]).json()["lock"] as? [String: Any]
    #expect(lock?["reason"] as? String == "hidden_processes")
  }
}
