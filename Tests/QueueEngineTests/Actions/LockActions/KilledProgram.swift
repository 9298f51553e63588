import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Our own code in a process of its own, to be killed in the middle.
///
/// The process is this test program, asked by its environment to run nothing but the test below.
/// (Exit tests would do, but they wait for all children of the process, and those that Foundation
/// has not yet collected keep them waiting for ever.)
struct KilledProgram {
  enum Scene: String {
    case queueLock, takeover
  }

  private static let sceneKey = "MEM0TOP_TEST_SCENE"
  private static let directoryKey = "MEM0TOP_TEST_DIRECTORY"
  private static let styleKey = "MEM0TOP_TEST_STYLE"
  private static let environment = ProcessInfo.processInfo.environment

  /// Starts the scene, waits until the lock is the process's, and kills it.
  static func run(_ scene: Scene, on stage: LockStage) throws {
    let code = """
      import os, sys
      os.environ.update(zip(sys.argv[2::2], sys.argv[3::2])); print("ready"); sys.stdout.flush()
      os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
      os.execv(sys.argv[1], [sys.argv[1], "--testing-library", "swift-testing",
        "--filter", "theSceneThatEndsInTheMiddle"])
      """
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let child = try PythonChild(
      code,
      arguments: [
        program, sceneKey, scene.rawValue, directoryKey, stage.directory.path,
        styleKey, stage.settings.lockStyle.rawValue,
      ]
    )
    #expect(isTrueSoon { stage.lockText == "\(child.pid)\n" })
    kill(child.pid, SIGKILL)
    // No look at the lock meanwhile: under this name the program would be taken for a worker.
    var table = ProcessTable()
    #expect(isTrueSoon { table.process(child.pid, pattern: WorkerPattern(texts: [])) == nil })
  }

  @Test(.enabled(if: environment[sceneKey] != nil))
  func theSceneThatEndsInTheMiddle() throws {
    let directory = try #require(Self.environment[Self.directoryKey])
    var settings = EngineSettings(directory: directory, stateDirectory: directory + "/state")
    settings.lockStyle = Self.environment[Self.styleKey].flatMap(LockStyleChoice.init) ?? .auto
    switch Self.environment[Self.sceneKey].flatMap(Scene.init) {
    case .queueLock:
      let lock = try QueueLock.acquire(settings: settings)
      withExtendedLifetime(lock) { while true { pause() } }
    case .takeover:
      var examination = LockExamination(settings: settings)
      let takeover = try LockTakeover.begin(examination.look(), at: LockPlace(settings: settings))
      withExtendedLifetime(takeover) { while true { pause() } }
    case nil: Issue.record("there is no such scene")
    }
  }
}
