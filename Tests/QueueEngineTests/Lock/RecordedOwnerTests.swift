import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Real lock files with a process id, and the real processes behind it.
struct RecordedOwnerTests {
  /// Bad inputs 50 and 51, and other content that is no process id.
  @Test(arguments: [
    "0", "-1", "99999999999999999999", "4194305", "12 34", "0x10", "+5", "{}", "007",
  ])
  func noProcessIDIsUnknown(text: String) throws {
    var scene = try LockScene()
    try scene.write(text, age: .seconds(9000))
    let status = scene.look()
    #expect(status.state == .unknown)
    #expect(status.reason == .badPID)
    #expect(status.pid == nil)
    #expect(status.bytes == Array(text.utf8))
  }

  @Test func aDeadPIDIsStaleAtOnce() throws {
    var scene = try LockScene()
    let child = try PythonChild("print('ready'); input()")
    try scene.write("\(child.pid)\n")
    let held = scene.look()
    #expect(held.state == .held)
    #expect(held.process?.pid == child.pid)
    child.finish()
    // No scan is asked for: the process itself is looked at each time.
    let status = scene.look(force: false)
    #expect(status.reason == .deadPID)
    #expect(status.evidence.contains("pid \(child.pid) is not running"))
    #expect(status.process == nil)
  }

  /// Bad input 52.
  @Test func aReusedPIDIsStale() throws {
    var scene = try LockScene()
    let child = try PythonChild("print('ready'); input()")
    try scene.write("\(child.pid)", age: .seconds(120))
    let status = scene.look()
    #expect(status.reason == .reusedPID)
    #expect(status.process?.pid == child.pid)
  }

  /// A process seen behind the recorded id is remembered with its start, over runs of the program.
  @Test func anotherStartThanRememberedIsReused() throws {
    var scene = try LockScene()
    let child = try PythonChild("print('ready'); input()")
    try scene.write("\(child.pid)")
    #expect(scene.look().state == .held)
    let note = StateDirectory(root: scene.settings.stateDirectory, watching: scene.directory.path)
      .lockMemory
    var memory = try #require(note.load().flatMap(LockMemory.init(text:)))
    #expect(memory.owner?.pid == child.pid)
    memory.owner?.startTicks -= 1
    try note.save(memory.text)
    scene.observer = LockObserver(settings: scene.settings)
    #expect(scene.look().reason == .reusedPID)
  }

  @Test func aLockOfAnotherBootIsStale() throws {
    var scene = try LockScene()
    let child = try PythonChild("print('ready'); input()")
    try scene.write("\(child.pid)")
    let stat = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
    let line = try #require(stat.split(separator: "\n").first { $0.hasPrefix("btime") })
    let boot = try #require(Double(line.dropFirst(6)))
    scene.setTime(Timestamp(boot - 10))
    let status = scene.look()
    #expect(status.reason == .previousBoot)
  }

  @Test func aZombieIsDead() throws {
    var scene = try LockScene()
    let parent = try PythonChild(
      """
      import os, time
      child = os.fork()
      if child == 0: os._exit(0)
      while open(f"/proc/{child}/stat").read().split(") ")[1][0] != "Z": time.sleep(0.001)
      print(child); input()
      """
    )
    try scene.write(parent.firstLine)
    let status = scene.look()
    #expect(status.reason == .deadPID)
  }

  /// A container in which a process with the number after that in the first argument does something.
  private static func container(_ work: String) -> String {
    """
    import os, subprocess, sys
    inner = '''
    import os, sys
    open("/proc/sys/kernel/ns_last_pid", "w").write(sys.argv[1])
    if os.fork() == 0: \(work)
    while True:
        try: os.wait()
        except ChildProcessError: break
    '''
    unshare = ["unshare", "-p", "-f", "--mount-proc"]
    subprocess.run(unshare + [sys.executable, "-u", "-c", inner, sys.argv[1]])
    """
  }

  /// It tells its number and waits.
  private static let owner = "print(os.getpid()); sys.stdin.readline(); os._exit(0)"

  /// The number in the file is dead here, and alive in a container that shares the directory.
  @Test(.enabled(if: geteuid() == 0, "only root can make a PID namespace"))
  func aNamesakeInAnotherNamespaceIsUnknown() throws {
    var scene = try LockScene()
    let child = try PythonChild(Self.container(Self.owner), arguments: ["31000"])
    let pid = try #require(Int32(child.firstLine))
    try #require(kill(pid, 0) != 0, "the number is in use here too")
    try scene.write("\(pid)", age: .seconds(60))
    #expect(scene.look().reason == .otherNamespace)
    child.finish()
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  /// The number is dead here and in the container, and there its group or its session goes on working.
  @Test(
    .enabled(if: geteuid() == 0, "only root can make a PID namespace"),
    arguments: ["os.setsid()", "os.setpgid(0, 0)"]
  )
  func aGroupInAnotherNamespaceIsUnknown(_ leading: String) throws {
    var scene = try LockScene()
    // It leads a group, leaves a child that does the work, and ends.
    let work =
      "\(leading); number = os.getpid(); os.fork() and os._exit(0);"
      + " print(number); sys.stdin.readline(); os._exit(0)"
    let child = try PythonChild(Self.container(work), arguments: ["31100"])
    let pid = try #require(Int32(child.firstLine))
    try #require(kill(pid, 0) != 0, "the number is in use here too")
    try scene.write("\(pid)", age: .seconds(60))
    #expect(scene.look().reason == .otherNamespace)
    child.finish()
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  /// The number in the file is an innocent's here, and the owner's in a container.
  @Test(.enabled(if: geteuid() == 0, "only root can make a PID namespace"))
  func anInnocentWithTheNumberOfAContainersProcessHoldsNothing() throws {
    var scene = try LockScene()
    let innocent = try PythonChild("print('ready'); input()")
    let owner = try PythonChild(Self.container(Self.owner), arguments: ["\(innocent.pid - 1)"])
    try #require(owner.firstLine == "\(innocent.pid)")
    try scene.write("\(innocent.pid)")
    let status = scene.look()
    #expect(status.reason == .otherNamespace)
    #expect(status.holders.isEmpty)
    owner.finish()
    #expect(scene.lookUntil(.held).holders.map(\.pid) == [innocent.pid])
  }
}
