import Foundation
import Glibc
import TestSupport
import Testing

@testable import QueueEngine

/// The old version of a file becomes its copy without being written, and a kill leaves no half of that.
@Suite("A copy that was the file")
struct LinkedCopyTests {
  private static let letters =
    #"{"items":[{"id":"d","content":"x","retry_count":3,"last_attempt":1700000000}]}"#

  private let scene: WorkScene
  private let store: CopyStore

  init() throws {
    scene = try WorkScene(queue: #"{"queue":[]}"#, deadLetters: Self.letters)
    store = CopyStore(settings: scene.settings)
  }

  private var path: String { scene.settings.path(of: \.deadLetters) }

  private func retry() throws -> Int {
    try RetryItems(keys: [ItemKey(id: "d")]).perform(settings: scene.settings).changed
  }

  /// Leaves what a kill before the new version took the name would.
  private func leaveSecondName() throws -> String {
    try StateDirectory(settings: scene.settings).create()
    try #require(mkdir(store.path, 0o700) == 0)
    let hash = ContentHash(Array(Self.letters.utf8))
    let name = store.path + "/1700000000000-dlq-\(hash).json"
    try #require(link(path, name) == 0)
    return name
  }

  @Test func itIsTheOldVersionItself() throws {
    let old = try FileStamp.at(path)
    #expect(try retry() == 1)
    let copy = try #require(try store.copies().last)
    let kept = try FileStamp.at(store.path(of: copy))
    #expect(kept.inode == old.inode && kept.mode & 0o777 == 0o600)
    #expect(try store.bytes(of: copy) == Array(Self.letters.utf8))
    #expect(try #require(NamedFile(of: path)).names == 1)
  }

  @Test func theSameContentIsKeptOnce() throws {
    #expect(try retry() == 1)
    try scene.directory.write(Self.letters, to: "mem0_queue_dlq.json")
    #expect(try retry() == 1)
    #expect(try store.copies().count == 1)
  }

  @Test func aSymbolicLinkIsFollowed() throws {
    let real = scene.directory.path("real.json")
    try #require(rename(path, real) == 0)
    try #require(symlink(real, path) == 0)
    #expect(try retry() == 1)
    let copy = try #require(try store.copies().last)
    #expect(try store.bytes(of: copy) == Array(Self.letters.utf8))
    #expect(try #require(NamedFile(of: real)).names == 1)
  }

  @Test func whatAKillHasLeftIsNoCopyAndHindersNoChange() throws {
    let name = try leaveSecondName()
    #expect(try store.copies().isEmpty)
    #expect(try retry() == 1)
    #expect(!FileManager.default.fileExists(atPath: name))
    #expect(try store.copies().count == 1)
  }

  @Test func whatAKillHasLeftHindersNoWorker() throws {
    let name = try leaveSecondName()
    var file = WorkFile(.deadLetters, settings: scene.settings)
    _ = try file.refresh()
    try file.change(now: WorkScene.now) { listing throws(DecodingProblem) in
      var edit = WorkEdit(of: listing)
      edit.append(Array(#"{"id":"e"}"#.utf8), id: "e", failures: 0)
      return edit
    }
    #expect(!FileManager.default.fileExists(atPath: name))
  }

  @Test func aChangeThatIsNotMadeLeavesNoSecondName() throws {
    let journal = ChangeJournal(settings: scene.settings)
    let hash = ContentHash(Array(Self.letters.utf8))
    let entry = JournalEntry(
      kind: .retry,
      time: "2026-01-01T00:00:00Z",
      file: path,
      before: hash,
      after: ContentHash([]),
      items: []
    )
    #expect(try isLinked(try journal.begin(entry), hash))
    #expect(try #require(NamedFile(of: path)).names == 1)
    #expect(try DirectoryNames.list(store.path).isEmpty)
  }

  /// Links and gives up.
  private func isLinked(_ ticket: consuming JournalTicket, _ hash: ContentHash) throws -> Bool {
    let isLinked = ticket.link(.deadLetters, hash, in: store)
    #expect(try #require(NamedFile(of: path)).names == 2)
    return isLinked
  }

  /// Shared memory is a file system of its own, where the machine has it.
  @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")))
  func onAnotherFileSystemItIsWritten() throws {
    let other = URL(filePath: "/dev/shm/mem0top-copies-\(UUID().uuidString)")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: other) } }
    var settings = scene.settings
    settings.stateDirectory = other.path
    let retry = RetryItems(keys: [ItemKey(id: "d")])
    #expect(try retry.perform(settings: settings).changed == 1)
    let store = CopyStore(settings: settings)
    let copy = try #require(try store.copies().last)
    #expect(try store.bytes(of: copy) == Array(Self.letters.utf8))
  }
}
