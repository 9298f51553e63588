import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A large old version becomes its copy without being written, and a kill leaves no half of that.
@Suite("A copy that was the file")
struct LinkedCopyTests {
  private static let content = String(repeating: "x", count: CopyStore.leastLinked)
  private static let letters =
    #"{"items":[{"id":"d","content":"\#(content)","retry_count":3,"last_attempt":1700000000}]}"#
  private static let hash = ContentHash(Array(letters.utf8))

  private let scene: WorkScene
  private let store: CopyStore

  init() throws {
    scene = try WorkScene(queue: #"{"queue":[]}"#, deadLetters: Self.letters)
    store = CopyStore(settings: scene.settings)
  }

  private var path: String { scene.settings.path(of: \.deadLetters) }

  /// The second name, as a kill leaves it.
  private var second: String {
    scene.directory.path(LinkedCopy.Name(list: .deadLetters, hash: Self.hash).text)
  }

  private func retry() throws -> Int {
    try RetryItems(keys: [ItemKey(id: "d")]).perform(settings: scene.settings).changed
  }

  private func expectCopy() throws {
    let copy = try #require(try store.copies().last)
    #expect(try store.bytes(of: copy) == Array(Self.letters.utf8))
    #expect(try FileStamp.at(store.path(of: copy)).mode & 0o777 == 0o600)
    #expect(!FileManager.default.fileExists(atPath: second))
  }

  @Test func itIsTheOldVersionItself() throws {
    let old = try FileStamp.at(path)
    #expect(try retry() == 1)
    try expectCopy()
    let copy = try #require(try store.copies().last)
    #expect(try FileStamp.at(store.path(of: copy)).inode == old.inode)
    #expect(try #require(NamedFile(of: path)).names == 1)
  }

  /// A program that has a small file open and writes late spoils no copy.
  @Test func aSmallFileIsWritten() throws {
    try scene.directory.write(
      Self.letters.replacing(Self.content, with: "x"),
      to: "mem0_queue_dlq.json"
    )
    let old = try FileStamp.at(path)
    #expect(try retry() == 1)
    let copy = try #require(try store.copies().last)
    #expect(try FileStamp.at(store.path(of: copy)).inode != old.inode)
  }

  @Test func aSymbolicLinkIsFollowed() throws {
    let real = scene.directory.path("real.json")
    try #require(rename(path, real) == 0)
    try #require(symlink(real, path) == 0)
    #expect(try retry() == 1)
    try expectCopy()
    #expect(try #require(NamedFile(of: real)).names == 1)
  }

  /// Killed before the new version took the name; whoever comes next may have another state directory.
  @Test func aSecondNameThatAKillHasLeftHindersNoChange() throws {
    try #require(link(path, second) == 0)
    #expect(try retry() == 1)
    try expectCopy()
    #expect(try store.copies().count == 1)
  }

  @Test func aSecondNameThatAKillHasLeftHindersNoWorker() throws {
    try #require(link(path, second) == 0)
    var file = WorkFile(.deadLetters, settings: scene.settings)
    _ = try file.refresh()
    #expect(!FileManager.default.fileExists(atPath: second))
  }

  /// Killed after it took the name: what is left is the old version, and becomes the copy.
  @Test func anOldVersionThatAKillHasLeftBecomesTheCopy() throws {
    let newer = Self.letters.replacing("1700000000", with: "0")
    try #require(rename(path, second) == 0)
    try scene.directory.write(newer, to: "mem0_queue_dlq.json")
    try Leftovers.sweep(scene.settings)
    try expectCopy()
  }

  /// Others may write to the directory: what they put under such a name is neither followed nor changed.
  @Test(arguments: [true, false])
  func whatSomebodyPutThereIsLeftAlone(isSymbolic: Bool) throws {
    let other = scene.directory.path("other")
    try scene.directory.write("x", to: "other")
    try #require(chmod(other, 0o644) == 0)
    try #require((isSymbolic ? symlink(other, second) : link(other, second)) == 0)
    try Leftovers.sweep(scene.settings)
    let name = LinkedCopy.Name(list: .deadLetters, hash: Self.hash)
    #expect(throws: SystemError.self) { try store.adopt(second, name) }
    #expect(try FileStamp.at(other).mode & 0o777 == 0o644)
    #expect(try store.copies().isEmpty)
  }

  @Test func otherNamesAreFoundBeforeAnythingIsSent() throws {
    try #require(link(path, scene.directory.path("backup.json")) == 0)
    var file = WorkFile(.deadLetters, settings: scene.settings)
    #expect(try file.refresh())
    #expect(ReplacementTrial(.deadLetters, settings: scene.settings).obstacle()?.cause == .links)
    #expect(FileManager.default.fileExists(atPath: scene.directory.path("backup.json")))
  }

  @Test func aChangeThatIsNotMadeLeavesNoSecondName() throws {
    let head = JournalEntry.Head(
      kind: .retry,
      time: "2026-01-01T00:00:00Z",
      file: path,
      before: Self.hash,
      after: ContentHash([])
    )
    #expect(try isLinked(try ChangeJournal(settings: scene.settings).begin(head, items: [])))
    #expect(try #require(NamedFile(of: path)).names == 1)
    #expect(!FileManager.default.fileExists(atPath: second))
  }

  /// Links and gives up.
  private func isLinked(_ ticket: consuming JournalTicket) throws -> Bool {
    let isLinked = ticket.link(.deadLetters, Self.hash, in: store)
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
    #expect(!FileManager.default.fileExists(atPath: second))
  }
}
