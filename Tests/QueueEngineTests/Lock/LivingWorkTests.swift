import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A dead process id proves that one process is gone, not that its work is: real processes that go on.
struct LivingWorkTests {
  /// Writes its number into the lock, starts a child that goes on without the lock, and ends when told.
  private static let forking = """
    import os, sys
    PREPARATION
    f = open(sys.argv[1], "x"); f.write(str(os.getpid())); f.close()
    child = os.fork()
    if child == 0:
      CHILD
      import time
      while True: time.sleep(60)
    print(child); sys.stdin.readline(); os._exit(0)
    """

  private static func forking(preparation: String = "", child: String = "pass") -> String {
    forking.replacing("PREPARATION", with: preparation).replacing("CHILD", with: child)
  }

  /// Bad input 79, seen while the parent lived: the child is known whatever it is called.
  @Test func aDescendantThatWasSeenProtects() throws {
    var scene = try LockScene()
    let parent = try PythonChild(
      Self.forking(child: "os.setsid()"),
      arguments: [scene.lock]
    )
    let child = try #require(Int32(parent.firstLine))
    defer { kill(child, SIGKILL) }
    #expect(scene.look().state == .held)
    parent.finish()
    let status = scene.lookUntil(.unknown)
    #expect(status.reason == .workerRunning)
    #expect(status.possibleOwners.map(\.pid) == [child])
    // Another run of the program has it from what was kept.
    scene.observer = LockObserver(settings: scene.settings)
    #expect(scene.look().possibleOwners.map(\.pid) == [child])
    kill(child, SIGKILL)
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  /// Bad input 79, never seen before: the group or session of the dead process tells.
  @Test(arguments: ["group", "session"])
  func oneOfItsGroupProtects(kind: String) throws {
    var scene = try LockScene()
    // A child of a test leads a group of its own already, and can lead no session any more.
    let inner = """
      if os.fork(): os.wait(); os._exit(0)
      os.setsid()
      """
    let isGroup = kind == "group"
    let parent = try PythonChild(
      Self.forking(preparation: isGroup ? "" : inner, child: isGroup ? "pass" : "os.setpgid(0, 0)"),
      arguments: [scene.lock]
    )
    let child = try #require(Int32(parent.firstLine))
    defer { kill(child, SIGKILL) }
    parent.finish()
    let status = scene.lookUntil(.unknown)
    #expect(status.reason == .workerRunning)
    #expect(status.possibleOwners.map(\.pid) == [child])
    #expect(!status.isClearable)
    kill(child, SIGKILL)
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  /// Bad input 79, behind a name: the child of a worker is one, too.
  @Test func aForkedWorkerProtectsByItsName() throws {
    let script = "mem0-\(UUID().uuidString).py"
    var scene = try LockScene(worker: script)
    try scene.directory.write(Self.forking(child: "os.setsid()"), to: script)
    let parent = try PythonChild(
      script: scene.directory.path(script),
      arguments: [scene.lock]
    )
    let child = try #require(Int32(parent.firstLine))
    defer { kill(child, SIGKILL) }
    parent.finish()
    #expect(scene.lookUntil(.unknown).possibleOwners.map(\.pid) == [child])
  }

  /// Bad input 80: the shell that wrapped the worker was killed, and its child goes on.
  @Test func theChildOfAKilledWrapperProtects() throws {
    let script = "mem0-\(UUID().uuidString).sh"
    var scene = try LockScene(worker: script)
    try scene.directory.write(
      "echo $$ > \"$1\"; python3 -c 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'; true",
      to: script
    )
    let shell = try PythonChild(
      "import os, sys; os.execv('/bin/sh', ['sh', sys.argv[1], sys.argv[2]])",
      arguments: [scene.directory.path(script), scene.lock]
    )
    let child = try #require(Int32(shell.firstLine))
    defer { kill(child, SIGKILL) }
    let held = scene.look()
    #expect(held.state == .held)
    #expect(scene.observer.lastEvidence.doubtfulWorkers.map(\.pid) == [child])
    kill(shell.pid, SIGKILL)
    #expect(scene.lookUntil(.unknown).possibleOwners.map(\.pid).contains(child))
  }

  /// Started as `deliver.py`: no name tells, but he writes the log.
  @Test(arguments: ["log", "queue", "deadLetters"])
  func whoHasAWorkersFileOpenForWritingProtects(file: String) throws {
    var scene = try LockScene()
    let names = ["queue": \FileNames.queue, "deadLetters": \.deadLetters, "log": \.log]
    let name = scene.settings.files[keyPath: try #require(names[file])]
    try scene.directory.write("", to: name)
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    #expect(scene.look().reason == .deadPID)
    let worker = try PythonChild(LockPrograms.writing, arguments: [scene.directory.path(name)])
    let status = scene.look()
    #expect(status.reason == .workerRunning)
    #expect(status.possibleOwners.map(\.pid) == [worker.pid])
    #expect(scene.observer.workers == [])
    worker.finish()
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  /// `worker | tee -a log` leaves a `tee` that has only the log open.
  @Test func whoKeepsALogForOthersProtectsNothing() throws {
    var scene = try LockScene()
    try scene.directory.write("", to: scene.settings.files.log)
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    let log = scene.directory.path(scene.settings.files.log)
    let keeper = try PythonChild(
      "import os, sys; print('ready'); os.execvp('tee', ['tee', '-a', sys.argv[1]])",
      arguments: [log]
    )
    #expect(isTrueSoon { Self.has(keeper.pid, open: log) })
    #expect(scene.look().reason == .deadPID)
  }

  private static func has(_ pid: Int32, open path: String) -> Bool {
    (0..<8).contains { descriptor in
      let link = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/\(pid)/fd/\(descriptor)"
      )
      return link == path
    }
  }

  /// Bad input 89: a worker behind a profiler, a loader, or a text after `-c`.
  @Test(arguments: ["-m cProfile SCRIPT", "-m trace --count -C OUT SCRIPT", "-c CODE SCRIPT"])
  func aWorkerBehindSomethingProtects(form: String) throws {
    let script = "mem0-\(UUID().uuidString).py"
    var scene = try LockScene(worker: script)
    let code = "print('ready', flush=True); input()"
    try scene.directory.write(code, to: script)
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    let arguments = form.split(separator: " ").map { word in
      switch word {
      case "SCRIPT": scene.directory.path(script)
      case "OUT": scene.directory.path("out")
      case "CODE": code
      default: String(word)
      }
    }
    let worker = try PythonChild(
      "import os, sys; os.execv(sys.executable, ['python3', '-u'] + sys.argv[1:])",
      arguments: arguments
    )
    let status = scene.look()
    #expect(status.possibleOwners.map(\.pid) == [worker.pid])
    #expect(scene.observer.workers.isEmpty == form.hasPrefix("-c"))
  }

  /// Bad input 81: a heartbeat moves the time of an empty O_EXCL lock, and teaches nobody `flock`.
  @Test func aHeartbeatIsNoProofOfFlock() throws {
    let script = "mem0-\(UUID().uuidString).py"
    var scene = try LockScene(worker: script)
    try scene.directory.write(
      """
      import os, select, sys, time
      os.close(os.open(sys.argv[1], os.O_CREAT | os.O_EXCL | os.O_WRONLY)); print("ready", flush=True)
      while not select.select([sys.stdin], [], [], 0.02)[0]: os.utime(sys.argv[1])
      """,
      to: script
    )
    let worker = try PythonChild(script: scene.directory.path(script), arguments: [scene.lock])
    var seen: Set<LockState> = []
    for _ in 0..<20 {
      seen.insert(scene.look().state)
      usleep(20_000)
    }
    #expect(seen == [.settling])
    let later = scene.look(at: LockScene.now + .seconds(100))
    #expect(later.possibleOwners.map(\.pid) == [worker.pid])
    #expect(!later.isTakeable)
  }

  /// Bad input 86: `flock(1)` under cron, whose file never changes.
  @Test func flockTheCommandHoldsAndLeavesItIdle() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(500))
    let code = """
      import os, sys
      os.execvp("flock", ["flock", sys.argv[1], sys.executable, "-c", "print('ready', flush=True); input()"])
      """
    let command = try PythonChild(code, arguments: [scene.lock])
    #expect(command.firstLine == "ready")
    #expect(scene.look().state == .held)
    command.finish()
    #expect(scene.lookUntil(.idle).state == .idle)
  }

  /// A mapping outlives the descriptor it was made from; it is read before a lock is cleared.
  @Test func aMappingProtects() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    let child = try PythonChild(
      """
      import mmap, os, sys
      f = os.open(sys.argv[1], os.O_RDONLY); m = mmap.mmap(f, 0, prot=mmap.PROT_READ)
      os.close(f); os.closerange(3, 20); print("ready"); input()
      """,
      arguments: [scene.lock]
    )
    #expect(child.firstLine == "ready")
    let refusal = try #require(scene.refusal())
    #expect(refusal.description.contains("pid \(child.pid) ("))
    #expect(scene.lockExists)
    child.finish()
    #expect(try scene.clear().changed == 1)
  }
}
