import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 82: no two settings lead to the same file, whichever way they do.
@Suite("One file for each setting")
struct FileConflictTests {
  private static let queue = WorkScene.queue(["a"])

  @Test(
    "spellings, links, hard links and mounts are seen through; so is a file that is not there yet"
  )
  func ways() throws {
    let scene = try WorkScene(queue: Self.queue)
    let path = scene.settings.path(of: \.queue)
    #expect(FileConflict.problem(in: scene.settings) == nil)
    try #require(symlink("mem0_queue.json", scene.directory.path("link")) == 0)
    try #require(link(path, scene.directory.path("hard")) == 0)
    try #require(symlink(".", scene.directory.path("here")) == 0)
    for name in ["mem0_queue.json", "./mem0_queue.json", "link", "hard", "here/mem0_queue.json"] {
      for file in [\FileNames.lock, \.log, \.metrics, \.deadLetters] {
        var settings = scene.settings
        settings.files[keyPath: file] = name
        #expect(FileConflict.problem(in: settings)?.contains("files.queue and files.") == true)
      }
    }
    var settings = scene.settings
    (settings.files.lock, settings.files.log) = ("new", "here/new")
    #expect(FileConflict.problem(in: settings)?.contains("files.lock and files.log") == true)
    (settings.files.lock, settings.files.log) = ("/dev/null", "/dev/null")
    #expect(FileConflict.problem(in: settings) == nil)
    settings.files.log = DirectoryGuard.fileName
    #expect(FileConflict.problem(in: settings)?.contains("guard") == true)
    settings.files.log = "link"
    settings.reservedFiles = ["the settings file": path]
    #expect(FileConflict.problem(in: settings)?.hasPrefix("the settings file and files.") == true)
  }

  @Test(
    "a name that is given to files of ours is nobody's",
    arguments: [
      ".mem0top-aaaaaaaaaaaaaaaa", "mem0_emergency.json.taken-1", "mem0_emergency.json.kept-7",
    ]
  )
  func ownNames(name: String) throws {
    var settings = try WorkScene(queue: Self.queue).settings
    settings.files.deadLetters = name
    #expect(FileConflict.problem(in: settings)?.hasPrefix("files.dlq is \(name), a name") == true)
  }

  @Test("a mount over a file", .enabled(if: geteuid() == 0, "needs root"))
  func mounts() throws {
    let scene = try WorkScene(queue: Self.queue)
    let other = scene.settings.path(of: \.lock)
    try scene.directory.write("", to: "mem0_queue.lock")
    try #require(mount(scene.settings.path(of: \.queue), other, nil, UInt(MS_BIND), nil) == 0)
    defer { umount(other) }
    #expect(FileConflict.problem(in: scene.settings)?.contains("files.lock") == true)
  }

  @Test("what became one file since is refused at the moment of acting, and not a byte changes")
  func atTheMoment() throws {
    let scene = try WorkScene(queue: Self.queue, deadLetters: #"{"items":[{"id":"a"}]}"#)
    try #require(symlink("mem0_queue.json", scene.settings.path(of: \.lock)) == 0)
    let attempts: [() throws -> Void] = [
      { _ = try scene.claim() },
      { _ = try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings) },
      {
        let memory = NewMemory(project: "p", content: "c")
        _ = try EnqueueMemories(memories: [memory]).perform(settings: scene.settings)
      },
    ]
    for attempt in attempts {
      let error = #expect(throws: ActionError.self) { try attempt() }
      #expect(error?.description.contains("lead to the same file") == true, "\(error as Any)")
    }
    #expect(try scene.queueText == Self.queue)
  }
}
