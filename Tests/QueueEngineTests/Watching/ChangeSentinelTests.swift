import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// That a change is noticed, and nothing is where there is none.
@Suite struct ChangeSentinelTests {
  @Test(arguments: [
    "mem0_queue.json", "mem0_queue_dlq.json", "mem0_metrics.json", "mem0_queue.lock",
  ])
  func aFileThatComesGrowsAndGoesIsNoticed(name: String) throws {
    let directory = try TemporaryDirectory()
    let settings = EngineSettings(directory: directory.path, stateDirectory: directory.path + "/s")
    var sentinel = ChangeSentinel(settings: settings)
    try settle(&sentinel)
    try directory.write("{", to: name)
    try expectNoticed(&sentinel)
    try directory.write("{}", to: name)
    try expectNoticed(&sentinel)
    try FileManager.default.removeItem(atPath: directory.path + "/" + name)
    try expectNoticed(&sentinel)
  }

  @Test func aKernelLockIsNoticed() throws {
    let directory = try TemporaryDirectory()
    let settings = EngineSettings(directory: directory.path, stateDirectory: directory.path + "/s")
    try directory.write("", to: "mem0_queue.lock")
    var sentinel = KernelLockSentinel(settings: settings)
    var answers = [sentinel.noticesChange()]
    let child = try PythonChild(
      "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print('ready'); input()",
      arguments: [directory.path("mem0_queue.lock")]
    )
    for _ in 0..<2 { answers.append(sentinel.noticesChange()) }
    child.finish()
    for _ in 0..<2 { answers.append(sentinel.noticesChange()) }
    #expect(answers == [false, true, false, true, false])
  }

  /// Asks until what was new is no news any more.
  private func settle(_ sentinel: inout ChangeSentinel) throws {
    var answers: [Bool] = []
    for _ in 0..<4 { answers.append(sentinel.noticesChange()) }
    #expect(answers == [true, true, false, false])
  }

  private func expectNoticed(_ sentinel: inout ChangeSentinel) throws {
    // The change, then once more for one that may share its stamp, then rest.
    var answers: [Bool] = []
    for _ in 0..<3 { answers.append(sentinel.noticesChange()) }
    #expect(answers == [true, true, false])
  }
}
