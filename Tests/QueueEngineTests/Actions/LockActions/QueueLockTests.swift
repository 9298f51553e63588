import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Our own hold on the worker's lock: it keeps everybody out, waits its turn and leaves nothing.
@Suite(.tags(.alone)) struct QueueLockTests {
  /// What workers of three kinds get who try to take the lock: `flock`, `lockf`, O_EXCL.
  private func attempts(_ scene: LockStage) throws -> String {
    try PythonChild(LockPrograms.attempting, arguments: [scene.lock]).firstLine
  }

  private func refusal(_ scene: LockStage, timeout: Duration = .zero) -> ActionError? {
    do throws(ActionError) {
      let lock = try QueueLock.acquire(settings: scene.settings, timeout: timeout)
      lock.release()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: LockStyleChoice.allCases)
  func itKeepsWorkersOfEveryStyleOut(style: LockStyleChoice) throws {
    let scene = try LockStage(style: style)
    let lock = try QueueLock.acquire(settings: scene.settings)
    #expect(scene.lockText == "\(getpid())\n")
    #expect(try attempts(scene) == "no no no")
    let status = scene.look()
    #expect(status.state == .held)
    #expect(status.holders.map(\.pid) == [getpid()])
    lock.release()
    #expect(scene.lockText == (style == .flock ? "" : nil))
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.directory.path)
    #expect(!left.contains { $0.hasPrefix(".mem0top-") })
  }

  @Test func aFileThatIsLeftInPlaceStaysTheSame() throws {
    let scene = try LockStage(style: .flock)
    try scene.write("12345", age: .seconds(60))
    let inode = scene.inode
    let lock = try QueueLock.acquire(settings: scene.settings)
    #expect(scene.lockText == "\(getpid())\n")
    #expect(try attempts(scene) == "no no no")
    lock.release()
    #expect(scene.lockText == "")
    #expect(scene.inode == inode)
    #expect(try attempts(scene) == "yes yes no")
  }

  @Test func itGoesBackWhenSomethingIsThrown() throws {
    let scene = try LockStage()
    func fail() throws {
      let lock = try QueueLock.acquire(settings: scene.settings)
      try withExtendedLifetime(lock) { throw ActionError.failed("on the way") }
    }
    #expect(throws: ActionError.failed("on the way")) { try fail() }
    #expect(!scene.lockExists)
    #expect(refusal(scene) == nil)
  }

  /// A `flock` worker that opened our file meanwhile will lock that one, so it has to stay.
  @Test(arguments: ["a", "w"])
  func aFileThatAWorkerWaitsForStays(mode: String) throws {
    let scene = try LockStage()
    let lock = try QueueLock.acquire(settings: scene.settings)
    let code = """
      import fcntl, sys
      f = open(sys.argv[1], sys.argv[3]); print("opened"); sys.stdout.flush()
      fcntl.flock(f, fcntl.LOCK_EX); open(sys.argv[2], "w").close(); input()
      """
    let mark = scene.directory.path("locked")
    let worker = try PythonChild(code, arguments: [scene.lock, mark, mode])
    let inode = scene.inode
    lock.release()
    #expect(isTrueSoon { FileManager.default.fileExists(atPath: mark) })
    #expect(scene.inode == inode)
    #expect(scene.lockText == "")
    #expect(scene.look().holders.map(\.pid) == [worker.pid])
    worker.finish()
    #expect(scene.look().state == .idle)
    #expect(refusal(scene) == nil)
  }

  @Test func twoOfOursExcludeEachOther() throws {
    let scene = try LockStage()
    let lock = try QueueLock.acquire(settings: scene.settings)
    let refused = try #require(refusal(scene))
    #expect(refused.description.contains("held by pid \(getpid())"))
    lock.release()
    #expect(refusal(scene) == nil)
  }

  @Test(arguments: [LockPrograms.flocking, LockPrograms.pidFile])
  func itWaitsForAWorkerThatReleases(program: String) throws {
    let scene = try LockStage()
    let worker = try PythonChild(program, arguments: [scene.lock])
    let settings = scene.settings
    let isDone = DispatchSemaphore(value: 0)
    let waiting = Thread {
      // A refusal leaves the semaphore as it is, and the test says so.
      guard let lock = try? QueueLock.acquire(settings: settings, timeout: .seconds(10)) else {
        return
      }
      lock.release()
      isDone.signal()
    }
    waiting.start()
    // It has begun to wait once the guard has been made.
    #expect(
      isTrueSoon { FileManager.default.fileExists(atPath: scene.directory.path(".mem0top.guard")) }
    )
    #expect(scene.look().holders.map(\.pid) == [worker.pid])
    worker.finish()
    #expect(isDone.wait(timeout: .now() + 20) == .success)
    #expect(refusal(scene) == nil)
  }

  @Test func itRefusesWithTheHolderInWords() throws {
    let scene = try LockStage()
    let worker = try PythonChild(LockPrograms.pidFile, arguments: [scene.lock])
    let start = ContinuousClock.now
    let refused = try #require(refusal(scene, timeout: .milliseconds(100)))
    #expect(ContinuousClock.now - start >= .milliseconds(100))
    #expect(refused.description.contains("held by pid \(worker.pid) ("))
    #expect(refused.description.contains("python3 -u -c"))
    #expect(refused.description.contains(", started "))
    #expect(scene.lockText == "\(worker.pid)")
  }

  @Test func aStaleLockIsToBeClearedFirst() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())")
    let refused = try #require(refusal(scene, timeout: .seconds(5)))
    #expect(refused.description.contains("clear it first (mem0top unlock)"))
    #expect(scene.lockExists)
  }

  @Test func aLockThatCannotBeJudgedIsRefusedAtOnce() throws {
    let scene = try LockStage()
    mkfifo(scene.lock, 0o600)
    #expect(refusal(scene, timeout: .seconds(60))?.description.contains("a FIFO") == true)
  }

  /// Killed while it has the lock, our program leaves one like that of any dead worker.
  @Test(arguments: LockStyleChoice.allCases)
  func whatAKilledHolderLeavesIsNoObstacle(style: LockStyleChoice) throws {
    let scene = try LockStage(style: style)
    try KilledProgram.run(.queueLock, on: scene)
    #expect(scene.lockText?.isEmpty == false)
    if style == .flock {
      #expect(scene.look().state == .idle)
    } else {
      #expect(scene.look().reason == .deadPID)
      #expect(refusal(scene)?.description.contains("clear it first") == true)
      #expect(try scene.clear().changed == 1)
    }
    #expect(refusal(scene) == nil)
  }

  @Test func aDirectoryThatIsNotThereIsAFailure() throws {
    let scene = try LockStage()
    scene.settings.directory += "/nothing"
    guard case .failed(let sentence) = refusal(scene) else {
      Issue.record("it cannot be locked")
      return
    }
    #expect(sentence.hasPrefix("There is no directory "))
  }
}
