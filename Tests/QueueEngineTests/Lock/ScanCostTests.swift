import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What a pass over the process table costs among many processes with many open files.
///
/// `MEM0TOP_CROWD=2000 swift test --filter ScanCostTests` has so many processes, and prints the figures
/// beside those of a script that reads the same (`docs/contract.md#budgets`).
@Suite(.tags(.alone), .timeLimit(.minutes(5))) struct ScanCostTests {
  private static let crowd =
    ProcessInfo.processInfo.environment["MEM0TOP_CROWD"].flatMap(Int.init) ?? 40

  /// So many that sleep, each with ten files, ten pipes and ten times nothing open; they end with it.
  private static let sleeping = """
    import os, subprocess, sys
    for _ in range(10):
      os.set_inheritable(os.open(sys.argv[2], os.O_RDONLY), True)
      os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
      for end in os.pipe()[:1]: os.set_inheritable(end, True)
    children = [subprocess.Popen(["sleep", "600"], close_fds=False) for _ in range(int(sys.argv[1]))]
    print("ready"); sys.stdin.readline()
    for child in children: child.kill()
    for child in children: child.wait()
    """

  /// Reads command lines and links of descriptors, and says how many processes and descriptors there
  /// are and how many milliseconds that took, the best of three.
  private static let script = """
    import os, time
    def walk():
      processes = descriptors = 0
      for pid in os.listdir("/proc"):
        if not pid.isdigit(): continue
        try:
          with open("/proc/" + pid + "/cmdline", "rb") as file: file.read()
          for name in os.listdir("/proc/" + pid + "/fd"):
            os.readlink("/proc/" + pid + "/fd/" + name)
            descriptors += 1
        except OSError: continue
        processes += 1
      return processes, descriptors
    best = 1e9
    for _ in range(3):
      start = time.monotonic()
      counts = walk()
      best = min(best, time.monotonic() - start)
    print("%d processes, %d descriptors: a script %.1f ms" % (*counts, best * 1000)); input()
    """

  private static func milliseconds(of body: () -> Void) -> Double {
    let times = (0..<3).map { _ in ContinuousClock().measure(body).seconds * 1000 }
    return ((times.min() ?? 0) * 10).rounded() / 10
  }

  @Test func aHolderIsFoundInACrowd() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(500))
    try scene.directory.write("", to: "other")
    let crowd = try PythonChild(Self.sleeping, "\(Self.crowd)", scene.directory.path("other"))
    let holder = try PythonChild(LockPrograms.writing, scene.lock)
    #expect(scene.look().holders.map(\.pid) == [holder.pid])

    let script = try PythonChild(Self.script).firstLine
    let scan = Self.milliseconds { _ = scene.look() }
    let now = LockScene.now
    _ = scene.look(at: now)
    let look = Self.milliseconds { _ = scene.look(at: now, force: false) }
    var examination = LockExamination(settings: scene.settings)
    let maps = Self.milliseconds { _ = examination.look(readsMaps: true) }
    print("scan: \(script), ours \(scan) ms, with maps \(maps) ms, without a change \(look) ms")
    holder.finish()
    crowd.finish()
  }
}
