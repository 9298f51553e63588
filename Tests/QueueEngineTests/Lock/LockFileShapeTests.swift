import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Things at the lock's path that are no ordinary lock file, and files whose facts forbid a verdict.
struct LockFileShapeTests {
  /// Bad inputs 54 to 57, and a file that is too large.
  @Test(arguments: ["link", "directory", "fifo", "hard link", "large"])
  func isNotRegular(shape: String) throws {
    var scene = try LockScene()
    let other = scene.directory.path("other")
    try scene.directory.write("4242", to: "other")
    switch shape {
    case "link": symlink(other, scene.lock)
    case "directory": mkdir(scene.lock, 0o700)
    case "fifo": mkfifo(scene.lock, 0o600)
    case "hard link": link(other, scene.lock)
    default: try scene.write(String(repeating: "1", count: 4097))
    }
    let status = scene.look()
    #expect(status.state == .unknown)
    #expect(status.reason == .notRegular)
    #expect(status.identity != nil)
  }

  @Test func aFullLockFileIsStillJudged() throws {
    var scene = try LockScene()
    try scene.write(String(repeating: " ", count: 4096), age: .seconds(3000))
    let status = scene.look()
    #expect(status.reason == .orphan)
    #expect(status.bytes.count == 4096)
  }

  /// Bad input 58.
  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func anotherOwnerIsUnknown() throws {
    var scene = try LockScene()
    try scene.write("4242")
    chown(scene.lock, 65_534, 65_534)
    let status = scene.look()
    #expect(status.reason == .foreignOwner)
    #expect(status.evidence.contains("it belongs to user 65534, not to this one"))
  }

  /// Bad input 60.
  @Test func theFutureIsUnknown() throws {
    var scene = try LockScene()
    try scene.write("", age: .seconds(-3600))
    let status = scene.look()
    #expect(status.reason == .futureModification)
    #expect(status.evidence.contains { $0.hasSuffix("in the future") })
  }

  @Test func aPathThroughAFileIsFree() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "file")
    var observer = LockObserver(
      settings: EngineSettings(
        directory: directory.path("file"),
        stateDirectory: directory.path("state")
      )
    )
    let status = observer.observe(now: LockScene.now)
    #expect(status.state == .free)
  }

  @Test func aReplacedFileIsAnotherIdentity() throws {
    var scene = try LockScene()
    var seen: Set<FileIdentity> = []
    for _ in 0..<50 {
      unlink(scene.lock)
      try scene.write("")
      let identity = try #require(scene.look(force: false).identity)
      #expect(identity.birthNanoseconds != nil)
      seen.insert(identity)
      usleep(5000)  // Births are stamped by a clock that ticks every 4 ms.
    }
    #expect(seen.count == 50)
  }

  /// A directory that cannot be used for what was learned changes no verdict, and is said.
  @Test func memoryThatCannotBeSavedIsARemark() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "state")
    let settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path("state")
    )
    try directory.write("", to: settings.files.lock)
    var observer = LockObserver(settings: settings)
    let status = observer.observe(now: LockScene.now)
    #expect(status.state == .settling)
    #expect(status.evidence.contains { $0.contains("will be forgotten") })
  }
}
