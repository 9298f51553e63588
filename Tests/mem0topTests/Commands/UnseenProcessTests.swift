import Foundation
import TestSupport
import Testing

/// The files that a process has open can be hidden from us although they can be listed: from root, for
/// instance, in a container that has no `CAP_SYS_PTRACE`.
@Suite("Processes that cannot be inspected", .tags(.alone))
struct UnseenProcessTests {
  /// As root who may see what every process has open, so that there is something to do without.
  private static var canBeShown: Bool {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let capabilities = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
    let (tracing, settingUser) = (19, 7)
    return geteuid() == 0 && capabilities >> tracing & 1 == 1
      && capabilities >> settingUser & 1 == 1
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
  }

  private static let withoutTracing =
    "set -- setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace -- \"$@\""

  /// Has the file open as somebody else.
  private static let nobody = """
    import os, sys
    f = open(sys.argv[1], "a"); os.setuid(65534); print("ready"); input()
    """

  @Test(
    "are told, and a lock that one of them has open is not removed",
    .enabled(if: Self.canBeShown)
  )
  func areTold() async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    _ = try directory.abandonLock()
    let lock = directory.path(of: WatchedDirectory.lock)
    let opener = try PythonChild(Self.nobody, lock)
    let seen = try await program.run(["unlock", "--dry-run"])
    #expect(seen.complaint.contains("pid \(opener.pid)"), "\(seen)")
    let unseen = try await program.run(after: Self.withoutTracing, ["unlock", "--dry-run"])
    let nobody = "\n  · no process that can be inspected has it open\n"
    #expect(unseen.output.contains(nobody), "\(unseen)")
    let told = /(process|processes) of (another user|other users) could not be inspected\n/
    #expect(unseen.output.contains(told), "\(unseen)")
    for refused in [unseen, try await program.run(after: Self.withoutTracing, ["unlock"])] {
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.complaint.contains("another process has it open"), "\(refused)")
    }
    #expect(directory.exists(WatchedDirectory.lock))
    #expect(opener.isRunning)
  }
}
