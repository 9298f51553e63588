import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Openers and locks that a careless look at `/proc` misses.
struct HiddenOpenerTests {
  /// A thread may have a table of open files of its own.
  @Test func aThreadWithItsOwnFilesIsSeen() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(500))
    let child = try PythonChild(
      """
      import ctypes, os, sys, threading
      def body():
        if ctypes.CDLL(None, use_errno=True).unshare(0x400) != 0: os._exit(1)
        os.open(sys.argv[1], os.O_WRONLY); print("ready"); sys.stdin.readline(); os._exit(0)
      threading.Thread(target=body).start()
      """,
      arguments: [scene.lock]
    )
    let status = scene.look()
    #expect(status.state == .held || status.state == .hung)
    #expect(status.holders.map(\.pid) == [child.pid])
  }

  @Test func theFortiethDescriptorIsSeen() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(500))
    let child = try PythonChild(
      """
      import os, sys
      all = [os.open(sys.argv[1], os.O_RDONLY) for _ in range(40)] + [os.open(sys.argv[1], os.O_WRONLY)]
      print("ready"); input()
      """,
      arguments: [scene.lock]
    )
    let status = scene.look()
    #expect(status.holders.map(\.pid) == [child.pid])
    #expect(scene.observer.lastEvidence.openers.count == 41)
  }

  /// Bad input 85: the kernel's table of locks is longer than any buffer.
  @Test func aLongTableOfLocksIsReadToItsEnd() throws {
    var scene = try LockScene()
    try scene.directory.write("", to: "other")
    // The kernel lists later locks first: these come before and after the one that counts.
    let many = """
      import fcntl, sys
      f = open(sys.argv[1], "w"); g = open(sys.argv[1], "r+")
      for at in range(0, 9000, 2): fcntl.lockf(f, fcntl.LOCK_EX, 1, at)
      print("ready"); input()
      """
    let first = try PythonChild(many, arguments: [scene.directory.path("other")])
    let holder = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    try scene.directory.write("", to: "third")
    let second = try PythonChild(many, arguments: [scene.directory.path("third")])
    #expect([first.firstLine, second.firstLine] == ["ready", "ready"])
    var table = ProcessTable()
    #expect(table.contents(of: "locks").count > 200_000)
    let status = scene.look()
    #expect(status.evidence.contains("kernel lock (FLOCK), taken by pid \(holder.pid)"))
  }

  /// Another name for the file, in another mount, leads to it all the same.
  @Test(.enabled(if: geteuid() == 0, "only root can mount"))
  func anOpenerThroughAnotherNameIsSeen() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(500))
    try scene.directory.write("", to: "elsewhere")
    let child = try PythonChild(
      """
      import os, subprocess, sys
      os.unshare(0x20000) if hasattr(os, "unshare") else __import__("ctypes").CDLL(None).unshare(0x20000)
      subprocess.run(["mount", "--make-rprivate", "/"], check=True)
      subprocess.run(["mount", "--bind", sys.argv[1], sys.argv[2]], check=True)
      f = open(sys.argv[2], "a"); print("ready"); input()
      """,
      arguments: [scene.lock, scene.directory.path("elsewhere")]
    )
    #expect(scene.look().holders.map(\.pid) == [child.pid])
  }
}
