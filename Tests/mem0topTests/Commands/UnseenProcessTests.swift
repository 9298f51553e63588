import Foundation
import TestSupport
import Testing

/// The files that a process has open can be hidden from us although they can be listed: from root, for
/// instance, in a container that has no `CAP_SYS_PTRACE`.
@Suite("Processes that cannot be inspected", .enabled(if: geteuid() == 0))
struct UnseenProcessTests {
  private static let withoutTracing =
    "set -- setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace -- \"$@\""

  /// Has the file open as somebody else.
  private static let nobody = """
    import os, sys
    f = open(sys.argv[1], "a"); os.setuid(65534); print("ready"); input()
    """

  @Test("are told, and nobody is said to have the lock open only as far as that was seen")
  func areTold() async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    _ = try directory.abandonLock()
    let lock = directory.path(of: WatchedDirectory.lock)
    let opener = try PythonChild(Self.nobody, lock)
    let seen = try await program.run(["unlock", "--dry-run"])
    #expect(seen.complaint.contains("pid \(opener.pid)"), "\(seen)")
    let unseen = try await program.run(after: Self.withoutTracing, ["unlock", "--dry-run"])
    #expect(unseen.output.contains("\n  · nobody whom we can see has the file open\n"), "\(unseen)")
    #expect(unseen.output.contains(" could not be inspected\n"), "\(unseen)")
    #expect(opener.isRunning)
  }
}
