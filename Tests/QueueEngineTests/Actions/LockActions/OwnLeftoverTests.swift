import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 88: somebody has our lock open, for reading too, when we give it back.
struct OwnLeftoverTests {
  private static let reading = """
    import os, sys
    f = os.open(sys.argv[1], os.O_RDONLY); print("ready"); input(); os.close(f); input()
    """

  private func take(_ scene: LockStage) throws(ActionError) -> QueueLock {
    try QueueLock.acquire(settings: scene.settings, timeout: .zero)
  }

  @Test func aReaderThatGoesSoonIsWaitedFor() throws {
    let scene = try LockStage()
    let lock = try take(scene)
    let code = """
      import os, select, sys
      f = os.open(sys.argv[1], os.O_RDONLY); print("ready"); select.select([], [], [], 0.3); os.close(f); input()
      """
    let reader = try PythonChild(code, arguments: [scene.lock])
    lock.release()
    #expect(!scene.lockExists)
    reader.finish()
  }

  @Test func aReaderThatStaysKeepsTheFileAndTheNextCommandTakesItAway() throws {
    let scene = try LockStage()
    let lock = try take(scene)
    let reader = try PythonChild(Self.reading, arguments: [scene.lock])
    let (inode, start) = (scene.inode, ContinuousClock.now)
    lock.release()
    #expect(ContinuousClock.now - start >= .seconds(1))
    #expect(scene.inode == inode)
    #expect(scene.lockText == "")
    let open = scene.look()
    #expect(open.reason == .workerRunning)
    #expect(open.possibleOwners.map(\.pid) == [reader.pid])
    reader.release()
    let closed = scene.lookUntil(.settling)
    #expect(closed.isOwnLeftover && closed.isTakeable)
    // However old it gets, it is ours and no orphan.
    var observer = LockObserver(settings: scene.settings)
    #expect(observer.observe(now: LockStage.now + .seconds(90_000)).state == .settling)
    try take(scene).release()
    #expect(!scene.lockExists)
  }

  @Test func clearingTakesItAway() throws {
    let scene = try LockStage()
    let lock = try take(scene)
    let reader = try PythonChild(Self.reading, arguments: [scene.lock])
    lock.release()
    #expect(scene.refusal() != nil)
    reader.release()
    _ = scene.lookUntil(.settling)
    #expect(try scene.clear().changed == 1)
    #expect(!scene.lockExists)
  }

  /// A waiter that has our file open for reading alone locks that very file, and nobody else's.
  @Test func aReaderThatWaitsGetsTheFileThatEverybodySees() throws {
    let scene = try LockStage()
    let lock = try take(scene)
    let code = """
      import fcntl, os, sys
      f = open(sys.argv[1]); print("opened"); sys.stdout.flush()
      fcntl.flock(f, fcntl.LOCK_EX)
      open(sys.argv[2], "w").write(str(os.fstat(f.fileno()).st_ino)); input()
      """
    let mark = scene.directory.path("locked")
    let waiter = try PythonChild(code, arguments: [scene.lock, mark])
    lock.release()
    #expect(isTrueSoon { (try? String(contentsOfFile: mark, encoding: .utf8))?.isEmpty == false })
    #expect(try String(contentsOfFile: mark, encoding: .utf8) == "\(scene.inode)")
    #expect(scene.look().holders.map(\.pid) == [waiter.pid])
    #expect((try? take(scene).release()) == nil)
    waiter.finish()
  }

  /// Once somebody else has locked it, it is left in place for him.
  @Test func aFileThatAWorkerHasTakenOverIsNoLongerOurs() throws {
    let scene = try LockStage()
    let lock = try take(scene)
    let reader = try PythonChild(Self.reading, arguments: [scene.lock])
    lock.release()
    // It closes the file, and then ends.
    reader.release()
    reader.finish()
    let inode = scene.inode
    let worker = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    #expect(scene.look().state == .held)
    worker.finish()
    #expect(scene.lookUntil(.idle).state == .idle)
    try take(scene).release()
    #expect(scene.inode == inode)
  }
}
