import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What happens to a lock between the takeover and its end.
struct LockTakeoverTests {
  /// Takes the lock over, lets something happen, and tries to confirm.
  private func refusal(
    _ scene: LockStage,
    meanwhile: () throws -> Void
  ) throws -> ActionError? {
    var examination = LockExamination(settings: scene.settings)
    let takeover = try LockTakeover.begin(
      examination.look(),
      at: LockPlace(settings: scene.settings)
    )
    #expect(scene.lockText == "\(getpid())\n")
    try meanwhile()
    do throws(ActionError) {
      let style = try takeover.confirm(&examination).style
      return try takeover.finish(style: style) ? nil : LockTakeover.refusalForOpener
    } catch {
      return error
    }
  }

  @Test func aWorkerThatOpensItGetsTheFormerFile() throws {
    let scene = try LockStage()
    let text = "\(try LockStage.deadPID())\n"
    try scene.write(text, age: .seconds(500))
    let before = scene.look()
    var child: PythonChild?
    let lock = scene.lock
    let refusal = try refusal(scene) {
      child = try PythonChild(LockPrograms.writing, arguments: [lock])
    }
    let pid = try #require(child?.pid)
    #expect(refusal?.description.contains("pid \(pid) (") == true)
    #expect(scene.lockText == text)
    child?.finish()
    // It is exactly as before: neither cleared nor learned to be one that is left in place.
    let after = scene.lookUntil(.stale)
    #expect(after.reason == .deadPID)
    #expect(after.identity == before.identity)
    #expect(after.modifiedAt == before.modifiedAt)
  }

  @Test func aWorkerThatWaitsForItGetsIt() throws {
    let scene = try LockStage()
    try scene.write("", age: .seconds(5000))
    let code = """
      import fcntl, sys
      f = open(sys.argv[1]); print("opened"); sys.stdout.flush()
      fcntl.flock(f, fcntl.LOCK_EX); print("locked"); input()
      """
    var child: PythonChild?
    let lock = scene.lock
    let refusal = try refusal(scene) {
      let waiting = try PythonChild(code, arguments: [lock])
      child = waiting
      var table = ProcessTable()
      let file = try OpenLockFile(path: lock).identity
      #expect(
        isTrueSoon {
          table.kernelLocks(on: file, path: lock, matchesAnyDevice: false)
            .contains(where: \.isWaiting)
        }
      )
    }
    #expect(refusal?.description.contains("waits for it") == true)
    #expect(scene.lockText == "")
    #expect(child != nil)
    #expect(scene.lookUntil(.held).holders.first?.pid == child?.pid)
  }

  @Test func aFileThatTookItsPlaceIsNotTouched() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())", age: .seconds(500))
    let refusal = try refusal(scene) {
      unlink(scene.lock)
      try scene.directory.write("4000000", to: scene.settings.files.lock)
    }
    #expect(refusal?.description == "The lock is not cleared: it was replaced meanwhile.")
    #expect(scene.lockText == "4000000")
  }

  @Test func whatSomebodyWroteIntoItStays() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())", age: .seconds(500))
    let refusal = try refusal(scene) {
      let handle = try FileHandle(forUpdating: URL(filePath: scene.lock))
      handle.truncateFile(atOffset: 0)
      handle.write(Data("31999".utf8))
      handle.closeFile()
    }
    #expect(refusal?.description == "The lock is not cleared: somebody wrote into it meanwhile.")
    #expect(scene.lockText == "31999")
  }

  /// Killed in the middle, we leave a lock of a dead process, and teach nobody a wrong style.
  @Test(arguments: [true, false])
  func whatAKilledTakeoverLeavesCanBeCleared(isEmpty: Bool) throws {
    let scene = try LockStage()
    try scene.write(isEmpty ? "" : "\(try LockStage.deadPID())\n", age: .seconds(5000))
    var observer = LockObserver(settings: scene.settings)
    let before = observer.observe(now: LockStage.now)
    #expect(before.isClearable)
    try KilledProgram.run(.takeover, on: scene)
    let after = observer.observe(now: LockStage.now)
    #expect(after.reason == .deadPID)
    #expect(after.style == .undecided)
    #expect(after.modifiedAt == before.modifiedAt)
    #expect(try scene.clear().changed == 1)
  }

  @Test func observersSeeItAsOursAndLearnNothing() throws {
    let scene = try LockStage()
    try scene.write("", age: .seconds(5000))
    let shown = scene.look()
    do {
      let takeover = try LockTakeover.begin(shown, at: LockPlace(settings: scene.settings))
      let during = scene.look()
      #expect(during.state == .held || during.state == .hung)
      #expect(during.holders.map(\.pid) == [getpid()])
      _ = consume takeover
    }
    let after = scene.look()
    #expect(after.reason == .orphan)
    #expect(after.style == .undecided)
    #expect(after.modifiedAt == shown.modifiedAt)
  }
}
