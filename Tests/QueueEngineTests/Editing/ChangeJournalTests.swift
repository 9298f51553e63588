import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What a crash leaves in the journal is settled by what the file holds.
@Suite("Change journal")
struct ChangeJournalTests {
  private let scene: RetryScene
  private let journal: ChangeJournal

  init() throws {
    scene = try RetryScene(#"{"items":[{"id":"a","content":"x"}]}"#)
    journal = ChangeJournal(settings: scene.settings)
  }

  private let items: [JournalEntry.Item] = [
    .init(key: ItemKey(id: "a \"\n", occurrence: 2), bytes: [0xFF, 0x0A, 0x7B]),
    .init(key: ItemKey(id: "b"), bytes: []),
  ]

  private func entry(before: String, after: String, undoes: Int? = nil) -> JournalEntry.Head {
    JournalEntry.Head(
      kind: undoes == nil ? .drop : .undo,
      time: "2026-01-01T00:00:00Z",
      file: scene.path,
      before: ContentHash(Array(before.utf8)),
      after: ContentHash(Array(after.utf8)),
      undoes: undoes
    )
  }

  /// The pieces in which an entry is written.
  private func pieces(
    _ head: JournalEntry.Head,
    _ items: [JournalEntry.Item]
  ) throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    try JournalEntry.write(head, items) { pieces.append($0) }
    return pieces
  }

  /// An entry as a crash leaves it: written, and neither committed nor taken back.
  private func abandon(_ entry: JournalEntry.Head, _ items: [JournalEntry.Item]? = nil) throws {
    mkdir(scene.settings.stateDirectory, 0o700)
    let state = StateDirectory(
      root: scene.settings.stateDirectory,
      watching: scene.settings.directory
    )
    try state.create()
    mkdir(journal.path, 0o700)
    let number = (try journal.pages().last?.number ?? 0) + 1
    let page = JournalPage(number: number, kind: entry.kind, state: .intent)
    try Data(try pieces(entry, items ?? self.items).joined()).write(
      to: URL(filePath: journal.path + "/" + page.fileName)
    )
  }

  private func states() throws -> [JournalPage.State] { try journal.pages().map(\.state) }

  /// The file takes its new form as a whole: with the item in it, whatever else changed, nothing was dropped.
  @Test(arguments: [
    (#"{"items":[{"id":"z"},{"id":"a","content":"x"}]}"#, false), (#"{"items":[]}"#, true),
  ])
  func aDropThatNeverHappenedLeavesNothing(content: String, isListed: Bool) throws {
    let item = JournalEntry.Item(
      key: ItemKey(id: "a"),
      bytes: Array(#"{"id":"a","content":"x"}"#.utf8)
    )
    try abandon(entry(before: "1", after: "2"), [item])
    try content.write(toFile: scene.path, atomically: false, encoding: .utf8)
    _ = try journal.settle()
    #expect(try states() == (isListed ? [.unsure] : []))
  }

  @Test func anEntryComesBackAsItWas() throws {
    let written = entry(before: "1", after: "2", undoes: 7)
    let bytes = Array(try pieces(written, items).joined())
    let read = try #require(JournalEntry(bytes))
    #expect(read.items == items)
    #expect(read.before == written.before && read.after == written.after)
    #expect(read.undoes == 7 && read.kind == .undo && read.file == scene.path)
    for length in bytes.indices {
      #expect(JournalEntry(Array(bytes.prefix(length))) == nil, "cut at \(length)")
    }
  }

  @Test func aLargeEntryIsWrittenInPieces() throws {
    let many = (0..<30_000).map { number in
      JournalEntry.Item(key: ItemKey(id: "\(number)"), bytes: Array("\(number * 7)".utf8))
    }
    let written = try pieces(entry(before: "1", after: "2"), many)
    #expect(written.count > 1 && written.allSatisfy { $0.count < 256 << 10 })
    #expect(JournalEntry(Array(written.joined()))?.items == many)
    let ticket = try journal.begin(entry(before: "1", after: "2"), items: many)
    let page = try #require(try journal.pages().last)
    #expect(try journal.entry(page)?.items == many)
    commit(ticket)
  }

  @Test func anEntryWhoseHashesWereMadeBeforeTheyHadLanesIsSettled() throws {
    var made = entry(before: "old", after: "")
    made.after = Array(try scene.text().utf8).withUnsafeBytes { ContentHasher.hashInOneLane($0) }
    try abandon(made)
    #expect(try journal.settle().isEmpty)
    #expect(try states() == [.done])
  }

  @Test func anEntryWhoseChangeWasMadeIsCommitted() throws {
    try abandon(entry(before: "old", after: try scene.text()))
    #expect(try journal.settle().isEmpty)
    #expect(try states() == [.done])
  }

  @Test func anEntryWhoseChangeWasNotMadeIsDropped() throws {
    try abandon(entry(before: try scene.text(), after: "new"))
    #expect(try journal.settle().isEmpty)
    #expect(try states().isEmpty)
  }

  @Test func anEntryWhoseFileChangedSinceIsKeptWithARemark() throws {
    try abandon(entry(before: "old", after: "new"))
    let remarks = try journal.settle()
    #expect(remarks.count == 1)
    #expect(remarks.first?.contains("mem0_queue_dlq.json was changed since") == true)
    #expect(try states() == [.unsure])
    #expect(try journal.settle().isEmpty)
    #expect(try DroppedItem.kept(in: scene.settings).map(\.id) == ["a \"\n", "b"])
  }

  @Test func anUndoThatWasMadeSettlesWhatItTookBack() throws {
    let ticket = try journal.begin(entry(before: "1", after: "2"), items: items)
    commit(ticket)
    try abandon(entry(before: "old", after: try scene.text(), undoes: 1))
    _ = try journal.settle()
    #expect(try states() == [.undone, .done])
  }

  @Test func anEntryThatIsNotWholeIsDropped() throws {
    try abandon(entry(before: "old", after: try scene.text()))
    let page = try #require(try journal.pages().first)
    try #require(truncate(journal.path + "/" + page.fileName, 40) == 0)
    #expect(try journal.settle().isEmpty)
    #expect(try states().isEmpty)
  }

  @Test func theOldestGoFirstAndItIsSaid() throws {
    for _ in 0..<3 {
      var items = items
      items[0].bytes = [UInt8](repeating: 65, count: ChangeJournal.mostBytes / 2)
      commit(try journal.begin(entry(before: "1", after: "2"), items: items))
    }
    let remarks = try journal.prune()
    #expect(try journal.pages().map(\.number) == [3])
    #expect(remarks.count == 2)
    #expect(remarks.first?.contains("copies of 2 items dropped") == true)
  }

  @Test func theLastPlaceOfAMemoryDoesNotGoForTheSakeOfRetries() throws {
    func keep(_ kind: JournalEntry.Kind, _ size: Int) throws {
      let head = JournalEntry.Head(
        kind: kind,
        time: "2026-01-01T00:00:00Z",
        file: "/q",
        before: ContentHash([1]),
        after: ContentHash([2])
      )
      let item = JournalEntry.Item(
        key: ItemKey(id: "a"),
        bytes: [UInt8](repeating: 65, count: size)
      )
      commit(try journal.begin(head, items: [item]))
    }
    try keep(.drop, ChangeJournal.mostBytes / 2)
    try keep(.restore, 10)
    for _ in 0..<3 { try keep(.retry, ChangeJournal.mostBytes / 2) }
    #expect(try journal.prune().isEmpty)
    // The restore stays known as long as the drop may be restored.
    #expect(try journal.pages().map(\.number) == [1, 2, 5])
    try keep(.drop, ChangeJournal.mostBytes / 2)
    try keep(.drop, ChangeJournal.mostBytes / 2)
    #expect(try journal.prune().count == 2)
    #expect(try journal.pages().map(\.kind) == [.restore, .retry, .drop])
  }

  @Test func oldDraftsThatACrashLeftAreSweptAndNothingElse() throws {
    let others = [".mem0top-notes", ".mem0top-", "x.mem0top-12ab", ".mem0top-ABCD"]
    for name in [".mem0top-12ab", ".mem0top-12ad"] + others {
      try scene.directory.write("", to: name)
      let isYoung = name == ".mem0top-12ad"
      let written = Date(timeIntervalSinceNow: isYoung ? -5 : -600)
      try FileManager.default.setAttributes(
        [.modificationDate: written],
        ofItemAtPath: scene.directory.path(name)
      )
    }
    try #require(mkdir(scene.directory.path(".mem0top-12ac"), 0o700) == 0)
    _ = try scene.retry("a")
    let kept = others + [".mem0top-12ac", ".mem0top-12ad", "mem0_queue_dlq.json"]
    #expect(try scene.files() == Set(kept))
  }

  private func commit(_ ticket: consuming JournalTicket) {
    ticket.commit()
  }
}
