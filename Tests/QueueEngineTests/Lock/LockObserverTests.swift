import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Real locks of the kernel, real openings, and real workers.
struct LockObserverTests {
  @Test func noFileIsFree() throws {
    var scene = try LockScene()
    let status = scene.look()
    #expect(status.state == .free)
    #expect(status.identity == nil)
  }

  @Test func aFlockIsHeldAndThenIdle() throws {
    var scene = try LockScene()
    try scene.write("")
    let child = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    let held = scene.look()
    #expect(held.state == .held)
    #expect(held.holders.map(\.pid) == [child.pid])
    #expect(held.holders.first?.command.contains("fcntl") == true)
    #expect(held.evidence.contains("kernel lock (FLOCK), taken by pid \(child.pid)"))
    child.finish()
    let idle = scene.lookUntil(.idle)
    #expect(idle.state == .idle)
    #expect(idle.style == .flock)
    // An hour later, and in another run of the program, it is still known to be normal.
    #expect(scene.look(at: LockScene.now + .seconds(3600)).state == .idle)
    var later = LockObserver(settings: scene.settings)
    let moment = LockScene.now + .seconds(7200)
    #expect(later.observe(now: moment).state == .idle)
  }

  /// This program locks a file of either style: killed, it leaves a lock that shuts others out.
  @Test func bothKindsOfKernelLockTeachNothing() throws {
    var scene = try LockScene()
    let child = try PythonChild(
      """
      import fcntl, os, struct, sys
      f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT | os.O_EXCL)
      fcntl.flock(f, fcntl.LOCK_EX)
      fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
      os.write(f, b"%d" % os.getpid())
      print("ready"); input()
      """,
      arguments: [scene.lock]
    )
    #expect(scene.look().state == .held)
    child.finish()
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  @Test(arguments: ["fcntl.lockf(f, fcntl.LOCK_EX)", ofd])
  func otherKernelLocksAreHeld(call: String) throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(9000))
    let child = try PythonChild(
      "import fcntl, struct, sys, os\nf = os.open(sys.argv[1], os.O_RDWR)\n"
        + call.replacing("(f,", with: "(f,") + "\nprint('ready'); input()",
      arguments: [scene.lock]
    )
    let status = scene.look(progress: LockScene.now)
    #expect(status.state == .held)
    #expect(status.holders.map(\.pid) == [child.pid])
    #expect(status.evidence.contains { $0.hasPrefix("kernel lock") })
  }

  private static let ofd =
    "fcntl.fcntl(f, 37, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0))"

  @Test func whoWaitsIsNoHolder() throws {
    var scene = try LockScene()
    try scene.write("")
    let holder = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    let waiter = try PythonChild(
      "import fcntl, sys\nf = open(sys.argv[1]); print('ready'); fcntl.flock(f, fcntl.LOCK_EX); input()",
      arguments: [scene.lock]
    )
    var status = scene.look()
    let deadline = ContinuousClock.now + .seconds(10)
    while !status.evidence.contains("1 process waits for it"), ContinuousClock.now < deadline {
      status = scene.look()
    }
    #expect(status.evidence.contains("1 process waits for it"))
    #expect(status.holders.map(\.pid) == [holder.pid])
    #expect(waiter.firstLine == "ready")
  }

  /// Bad input 48.
  @Test func emptyAndOpenByAWriterIsHeld() throws {
    var scene = try LockScene()
    try scene.write("")
    let child = try PythonChild(LockPrograms.writing, arguments: [scene.lock])
    let status = scene.look()
    #expect(status.state == .held)
    #expect(status.holders.map(\.pid) == [child.pid])
    #expect(status.evidence.contains("no kernel lock on it"))
  }

  @Test(arguments: ["O_PATH | os.O_RDWR", "O_RDONLY"])
  func whoOnlyLooksIsNoOwnerAndWhoReadsMayBeOne(mode: String) throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(3000))
    let child = try PythonChild(
      "import os, sys; a = os.open(sys.argv[1], os.\(mode)); print('ready'); input()",
      arguments: [scene.lock]
    )
    let status = scene.look()
    #expect(status.reason == (mode == "O_RDONLY" ? .workerRunning : .orphan))
    #expect(status.possibleOwners.map(\.pid) == (mode == "O_RDONLY" ? [child.pid] : []))
    #expect(
      scene.observer.lastEvidence.openers.map(\.process.process.pid) == [child.pid]
    )
  }

  /// Bad input 49.
  @Test func emptyUnopenedAndOldIsAnOrphan() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(11_220))
    let status = scene.look()
    #expect(status.state == .stale)
    #expect(status.reason == .orphan)
    #expect(status.evidence.contains("written 3h 07m ago"))
    #expect(status.evidence.contains("no worker is running"))
  }

  /// Bad input 53: the parent that took the lock is dead, and its child still has it.
  @Test func anInheritedFlockIsHeld() throws {
    var scene = try LockScene()
    try scene.write("")
    let parent = try PythonChild(LockPrograms.inheriting, arguments: [scene.lock])
    let child = try #require(Int32(parent.firstLine))
    var status = scene.look()
    let deadline = ContinuousClock.now + .seconds(10)
    while status.process != nil, ContinuousClock.now < deadline { status = scene.look() }
    #expect(status.state == .held)
    #expect(status.pid == parent.pid)
    #expect(status.holders.map(\.pid) == [child])
    #expect(status.evidence.contains("pid \(parent.pid) is not running"))
    parent.finish()
    #expect(scene.lookUntil(.idle).state == .idle)
  }

  /// The main thread has exited: its own open files are gone, those of the others are not.
  @Test func aZombieMainThreadWithALiveThreadIsAlive() throws {
    var scene = try LockScene()
    try scene.write("")
    let child = try PythonChild(
      """
      import ctypes, os, sys, threading, time
      f = open(sys.argv[1], "w")
      def body():
        while open(f"/proc/{os.getpid()}/stat").read().split(") ")[1][0] != "Z": time.sleep(0.001)
        print("ready"); sys.stdin.readline(); os._exit(0)
      threading.Thread(target=body).start()
      ctypes.CDLL(None).syscall(60, 0)
      """,
      arguments: [scene.lock]
    )
    let status = scene.look()
    #expect(status.state == .held)
    #expect(status.holders.map(\.pid) == [child.pid])
    try scene.write("\(child.pid)")
    #expect(scene.look().process?.pid == child.pid)
  }

  @Test func aHoldWithoutProgressHangs() throws {
    var scene = try LockScene()
    try scene.write("")
    let child = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    let later = LockScene.now + .seconds(301)
    #expect(scene.look().state == .held)
    #expect(scene.look(at: later, progress: later - .seconds(10)).state == .held)
    let status = scene.look(at: later)
    #expect(status.state == .hung)
    #expect(status.holders.map(\.pid) == [child.pid])
    #expect(!status.isClearable)
  }

  @Test func aRunningWorkerMayOwnAnOldLock() throws {
    let script = "mem0-\(UUID().uuidString).py"
    var scene = try LockScene(worker: script)
    try scene.directory.write("print('ready'); input()", to: script)
    try scene.write("", age: .seconds(100))
    #expect(scene.look().reason == .orphan)
    let worker = try PythonChild(script: scene.directory.path(script))
    let mention = try PythonChild("print('ready'); input()", arguments: [script])
    let status = scene.look()
    #expect(status.reason == .workerRunning)
    #expect(scene.observer.workers.map(\.pid) == [worker.pid])
    #expect(status.possibleOwners.map(\.pid) == [worker.pid, mention.pid])
    worker.finish()
    // What merely mentions it protects the lock, too.
    #expect(scene.look().possibleOwners.map(\.pid) == [mention.pid])
    mention.finish()
    #expect(scene.look().reason == .orphan)
  }
}
