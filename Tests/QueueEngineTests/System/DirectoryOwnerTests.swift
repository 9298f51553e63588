import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What root makes in somebody's directory is that person's, as under `sudo`.
struct DirectoryOwnerTests {
  private let scene: WorkScene

  init() throws {
    scene = try WorkScene()
  }

  private func owner(of name: String) -> uid_t? {
    var status = stat()
    return lstat(scene.directory.path(name), &status) == 0 ? status.st_uid : nil
  }

  @Test(.enabled(if: geteuid() == 0, "only root makes files that others cannot use"))
  func everythingThatRootMakesBelongsToTheOwnerOfTheDirectory() throws {
    try #require(chown(scene.directory.path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    let lock = try QueueLock.acquire(settings: scene.settings)
    #expect(owner(of: "mem0_queue.lock") == OrdinaryUser.id)
    lock.release()
    let memory = NewMemory(project: "p", content: "c")
    _ = try EnqueueMemories(memories: [memory]).perform(settings: scene.settings)
    try WorkerLog(settings: scene.settings).append(["a line"])
    _ = try WorkerInstanceLock.acquire(settings: scene.settings)
    let names = try FileManager.default.subpathsOfDirectory(atPath: scene.directory.path)
    #expect(names.contains("mem0_queue.json"))
    #expect(names.contains("logs/mem0_worker.log"))
    #expect(names.contains(".mem0top.guard"))
    for name in names { #expect(owner(of: name) == OrdinaryUser.id, "\(name)") }
  }

  /// Their link leads root to where they may not write themselves.
  @Test(.enabled(if: geteuid() == 0, "only root writes where others may not"))
  func rootFollowsNobodyIntoItsOwnDirectories() throws {
    let secret = try TemporaryDirectory()
    try #require(chmod(secret.path, 0o700) == 0)
    try secret.write("root's\n", to: "mem0_worker.log")
    try #require(chown(scene.directory.path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    let logs = scene.directory.path("logs")
    try #require(symlink(secret.path, logs) == 0)
    try #require(lchown(logs, OrdinaryUser.id, OrdinaryUser.id) == 0)
    #expect(throws: SystemError.self) {
      try WorkerLog(settings: scene.settings).append(["a line"])
    }
    #expect(FileManager.default.contents(atPath: secret.path("mem0_worker.log"))?.count == 7)
    unlink(secret.path("mem0_worker.log"))
    #expect(throws: SystemError.self) {
      try WorkerLog(settings: scene.settings).append(["a line"])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: secret.path).isEmpty)
  }

  /// A guard that an earlier `sudo` left to root is given back by the next one.
  @Test(.enabled(if: geteuid() == 0, "only root makes files that others cannot use"))
  func aGuardThatRootHasMadeIsGivenBack() throws {
    try scene.directory.write("", to: ".mem0top.guard")
    try #require(chown(scene.directory.path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    _ = try DirectoryGuard.acquire(in: scene.directory.path)
    #expect(owner(of: ".mem0top.guard") == OrdinaryUser.id)
  }

  /// Files with another name, or with something in them, may be anybody's.
  @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
  func whatIsNotNewStaysAsItIs() throws {
    try scene.directory.write("", to: "elsewhere")
    let guardPath = scene.directory.path(".mem0top.guard")
    try #require(link(scene.directory.path("elsewhere"), guardPath) == 0)
    try #require(chown(scene.directory.path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    _ = try DirectoryGuard.acquire(in: scene.directory.path)
    #expect(owner(of: "elsewhere") == 0)
  }

  private func refusal() throws -> String {
    let directory = scene.directory.path
    return try OrdinaryUser.run {
      do throws(ActionError) {
        _ = try DirectoryGuard.acquire(in: directory)
        return ""
      } catch {
        return error.description
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root makes files that others cannot use"))
  func aForeignGuardIsNamedAsTheCause() throws {
    try scene.directory.write("", to: ".mem0top.guard")
    try #require(chmod(scene.directory.path(".mem0top.guard"), 0o600) == 0)
    try #require(chown(scene.directory.path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    #expect(try refusal().contains("it belongs to user 0; remove it, it is empty"))
  }

  @Test(arguments: [
    (EROFS, "nothing can be changed there"), (ENOSPC, "make room"),
    (EIO, "check that you may write in the directory"),
  ])
  func theAdviceFitsTheCause(code: Int32, words: String) {
    let path = scene.directory.path(".mem0top.guard")
    #expect(DirectoryGuard.failure(code, path).description.contains(words))
  }

  @Test func aDirectoryThatIsNotThereIsSaidAndNothingElse() {
    let path = scene.directory.path("nothing/.mem0top.guard")
    let sentence = DirectoryGuard.failure(ENOENT, path).description
    #expect(sentence == "There is no directory \(scene.directory.path("nothing")).")
  }
}
