import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// No lock that somebody may hold is cleared, and a refused one is left as it was.
struct ClearLockRefusalTests {
  @Test(arguments: [LockPrograms.flocking, LockPrograms.writing])
  func aHeldLockStays(program: String) throws {
    let scene = try LockStage()
    let text = "\(try LockStage.deadPID())"
    try scene.write(text, age: .seconds(9000))
    let child = try PythonChild(program, arguments: [scene.lock])
    // Held or hung, by the age of the last progress; never cleared.
    let refusal = try #require(scene.refusal())
    #expect(
      refusal.description.hasPrefix("The lock is not cleared: it is held by pid \(child.pid)")
    )
    #expect(refusal.description.contains("import"))
    #expect(refusal.description.contains(", started "))
    #expect(!refusal.evidence.isEmpty)
    #expect(scene.lockText == text)
  }

  @Test func aLivePIDsLockStays() throws {
    let scene = try LockStage()
    let child = try PythonChild(LockPrograms.pidFile, arguments: [scene.lock])
    #expect(scene.refusal()?.description.contains("held by pid \(child.pid)") == true)
    #expect(scene.lockText == "\(child.pid)")
    child.finish()
    #expect(!scene.lockExists)
  }

  @Test func aHungHoldersLockStays() throws {
    let scene = try LockStage()
    scene.settings.maxHold = .zero
    try scene.write("")
    let child = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    let refusal = try #require(scene.refusal())
    #expect(refusal.description.contains("held by pid \(child.pid)"))
    let way = "end its holder first (mem0top unlock --force \(child.pid))."
    #expect(refusal.description.hasSuffix(way))
    #expect(scene.lockExists)
  }

  @Test func aYoungLockStays() throws {
    let scene = try LockStage()
    try scene.write("")
    let refusal = try #require(scene.refusal())
    #expect(refusal.description.contains("too recent to judge; "))
    #expect(scene.lockExists)
  }

  @Test(arguments: ["0", "99999999999999999999", "other-machine:12"])
  func aLockThatCannotBeJudgedStays(text: String) throws {
    let scene = try LockStage()
    try scene.write(text, age: .seconds(9000))
    #expect(scene.refusal()?.description.contains("it cannot be judged: it ") == true)
    #expect(scene.lockText == text)
  }

  /// Bad inputs 54 to 57 and 60.
  @Test(arguments: ["symlink", "directory", "fifo", "hardlink", "future"])
  func whatIsNoOrdinaryLockStays(kind: String) throws {
    let scene = try LockStage()
    let target = scene.directory.path("target")
    try scene.directory.write("99999", to: "target")
    switch kind {
    case "symlink": symlink(target, scene.lock)
    case "directory": mkdir(scene.lock, 0o700)
    case "fifo": mkfifo(scene.lock, 0o600)
    case "hardlink": link(target, scene.lock)
    default: try scene.write("", age: .seconds(-500))
    }
    let inode = scene.inode
    #expect(scene.refusal()?.description.contains("it cannot be judged: ") == true)
    #expect(scene.inode == inode)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "99999")
  }

  /// Bad input 53: both recorded processes are dead, and a child still has the lock.
  @Test func anInheritedFlockStays() throws {
    let scene = try LockStage()
    let parent = try PythonChild(LockPrograms.inheriting, arguments: [scene.lock])
    let child = try #require(Int32(parent.firstLine))
    #expect(isTrueSoon { scene.look().evidence.contains("pid \(parent.pid) is not running") })
    #expect(scene.refusal()?.description.contains("held by pid \(child)") == true)
    #expect(scene.lockText == "\(parent.pid)")
    parent.finish()
  }

  /// Bad input 59: what lies there now is not what the person saw.
  @Test(arguments: ["another file", "another owner", "gone", "held"])
  func anotherLockThanTheOneShownStays(change: String) throws {
    let scene = try LockStage()
    let (first, second) = (try LockStage.deadPID(), try LockStage.deadPID())
    try scene.write("\(first)", age: .seconds(60))
    let shown = scene.look()
    #expect(shown.isClearable)
    var child: PythonChild?
    switch change {
    case "another file":
      // The old one is kept, so that its inode number cannot come back.
      rename(scene.lock, scene.directory.path("old"))
      try scene.write("\(first)", age: .seconds(60))
    case "another owner":
      let handle = try FileHandle(forUpdating: URL(filePath: scene.lock))
      handle.write(Data("\(second)".utf8))
      handle.closeFile()
    case "gone": unlink(scene.lock)
    default: child = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    }
    let text = scene.lockText
    let refusal = try #require(scene.refusal(expecting: shown))
    if let child {
      #expect(refusal.description.contains("held by pid \(child.pid)"))
    } else {
      #expect(refusal.description.hasPrefix("The lock is not the one that was shown: "))
    }
    #expect(scene.lockText == text)
  }

  @Test func twoClearsDoNotMix() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())")
    let other = try DirectoryGuard.acquire(in: scene.directory.path)
    #expect(throws: ActionError.self) {
      _ = try DirectoryGuard.acquire(in: scene.directory.path, timeout: .milliseconds(30))
    }
    let refusal = DirectoryGuard.refusal(in: scene.directory.path)
    #expect(refusal.description.hasPrefix("Another mem0top (pid \(getpid())) is acting"))
    #expect(scene.lockExists)
    _ = consume other
    #expect(try scene.clear().changed == 1)
  }
}
