import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Every lock that may be cleared is, and nothing else changes.
struct ClearLockTests {
  @Test func aDeadOwnersLockIsRemoved() throws {
    let scene = try LockStage()
    let pid = try LockStage.deadPID()
    try scene.write("\(pid)\n", age: .seconds(11_220))
    let outcome = try scene.clear()
    #expect(!scene.lockExists)
    #expect(outcome.changed == 1)
    #expect(outcome.summary == "Cleared the lock mem0_queue.lock: pid \(pid) is not running.")
    #expect(outcome.evidence.contains("written 3h 07m ago"))
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.directory.path)
    #expect(Set(left) == [".mem0top.guard", "state"])
  }

  @Test func aReusedNumbersLockIsRemoved() throws {
    let scene = try LockStage()
    let child = try PythonChild(LockPrograms.idling)
    try scene.write("\(child.pid)", age: .seconds(120))
    #expect(try scene.clear().changed == 1)
    #expect(!scene.lockExists)
    #expect(kill(child.pid, 0) == 0)
  }

  @Test func aLockOfAnEarlierBootIsRemoved() throws {
    let scene = try LockStage()
    let child = try PythonChild(LockPrograms.idling)
    try scene.write("\(child.pid)", age: .seconds(400 * 86_400))
    #expect(try scene.clear().summary.contains("booted"))
    #expect(!scene.lockExists)
  }

  /// A dashboard looks at the lock while its own key clears it: it has the file open for an instant.
  @Test func whoLooksAtItForAnInstantDoesNotStandInItsWay() throws {
    for _ in 0..<5 {
      let scene = try LockStage()
      try scene.write("\(try LockStage.deadPID())")
      let lock = LockFile(path: scene.settings.path(of: \.lock))
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) {
        while lock.look() != .absent { usleep(300) }
      }
      #expect(try scene.clear().changed == 1)
      #expect(!scene.lockExists)
      group.wait()
    }
  }

  @Test func anOrphanIsLookedAtTwiceAndRemoved() throws {
    let scene = try LockStage()
    try scene.write("", age: .seconds(3000))
    let start = ContinuousClock.now
    let outcome = try scene.clear(emptyRecheck: .milliseconds(120))
    #expect(ContinuousClock.now - start >= .milliseconds(120))
    #expect(outcome.changed == 1)
    #expect(outcome.evidence.contains("no worker is running"))
    #expect(!scene.lockExists)
  }

  @Test func theLockThatWasShownIsRemoved() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())")
    let shown = scene.look()
    #expect(try scene.clear(expecting: shown).changed == 1)
    #expect(!scene.lockExists)
  }

  @Test func nothingIsDoneWithoutALock() throws {
    let scene = try LockStage()
    let outcome = try scene.clear()
    #expect(outcome.changed == 0)
    #expect(outcome.summary == "Nothing to clear: there is no lock.")
    #expect(!FileManager.default.fileExists(atPath: scene.directory.path(".mem0top.guard")))
  }

  /// A file that workers lock and leave in place is no obstacle, whatever it says.
  @Test func anIdleFileStaysAsItIs() throws {
    let scene = try LockStage(style: .flock)
    let pid = try LockStage.deadPID()
    try scene.write("\(pid)", age: .seconds(9000))
    #expect(try scene.clear().changed == 0)
    #expect(scene.lockText == "\(pid)")
  }

  @Test func inTheFlockStyleTheFileIsEmptiedAndStays() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())")
    let inode = scene.inode
    let place = LockPlace(settings: scene.settings)
    #expect(try LockTakeover.begin(scene.look(), at: place).finish(style: .flock))
    #expect(scene.lockText == "")
    #expect(scene.inode == inode)
  }

  /// A worker came later and was refused: a person may clear beside it, a timer may not.
  @Test func besideAWorkerItIsForAPersonToDecide() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())", age: .seconds(500))
    let stamp = (LockStage.now - .seconds(60)).iso8601
    try scene.directory.write(
      "\(stamp) Could not acquire lock (timeout)\n",
      to: scene.settings.files.log
    )
    let name = scene.settings.workerMatch[0]
    try scene.directory.write(LockPrograms.idling, to: name)
    let worker = try PythonChild(script: scene.directory.path(name))
    let shown = scene.look()
    #expect(shown.bystanders.map(\.pid) == [worker.pid], "\(shown)")
    let timed = ClearLock(
      expecting: shown,
      settle: .milliseconds(5),
      emptyRecheck: .milliseconds(5),
      isUnattended: true
    )
    let refusal = #expect(throws: ActionError.self) { try timed.perform(settings: scene.settings) }
    #expect(refusal?.description.contains("a worker runs (pid \(worker.pid))") == true)
    var snapshot = Snapshot(generatedAt: LockStage.now, directory: scene.directory.path)
    snapshot.lock = shown
    guard case .unavailable = timed.availability(in: snapshot, at: LockStage.now) else {
      Issue.record("a timer may clear it")
      return
    }
    #expect(scene.lockExists)
    #expect(try scene.clear(expecting: shown).changed == 1)
    worker.finish()
  }

  @Test func theActionSaysBeforehandWhatItWouldDo() throws {
    let scene = try LockStage()
    var snapshot = Snapshot(generatedAt: LockStage.now, directory: scene.directory.path)
    let availability = { (lock: LockStatus) in
      snapshot.lock = lock
      return ClearLock().availability(in: snapshot, at: LockStage.now)
    }
    #expect(availability(LockStatus()) == .unavailable("Nothing to clear: there is no lock."))
    try scene.write("", age: .seconds(3000))
    guard case .afterConfirmation(let question) = availability(scene.look()) else {
      Issue.record("an orphan asks first")
      return
    }
    #expect(question.contains("no worker is running"))
    let pid = try LockStage.deadPID()
    try scene.write("\(pid)", age: .seconds(60))
    #expect(availability(scene.look()) == .available)
    let preview = ClearLock().preview(in: snapshot, at: LockStage.now)
    #expect(preview.changes.first?.contains("of pid \(pid), written 1m") == true)
    #expect(preview.command == "mem0top unlock")
    let child = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    guard case .unavailable(let reason) = availability(scene.look()) else {
      Issue.record("a held lock is not available")
      return
    }
    #expect(reason.contains("held by pid \(child.pid) ("))
    #expect(reason.contains("started"))
  }
}
