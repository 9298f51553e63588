import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

@Suite struct WatchedFileTests {
  private let directory: TemporaryDirectory
  private let now = Timestamp(Date().timeIntervalSince1970)

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func queueFile() -> WatchedFile<QueueContents> {
    WatchedFile(path: directory.path("q.json")) { bytes, name, now, _ throws(DecodingProblem) in
      try QueueDecoder.decode(bytes, file: name, now: now)
    }
  }

  private let oneItem = #"{"queue":[{"id":"a","project_id":"p","content":"c","timestamp":1}]}"#

  @Test func anAbsentFileIsMissing() {
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.state == .missing)
    #expect(file.reading.content == nil)
  }

  @Test func aChangeIsReadAndNothingElse() throws {
    try directory.write(oneItem, to: "q.json")
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.content?.pending == 1)
    let later = now + .seconds(10)
    file.refresh(now: later)
    file.refresh(now: later + .seconds(1))
    let revision = file.reading.revision
    file.refresh(now: later + .seconds(2))
    #expect(file.reading.revision == revision)
    #expect(file.reading.contentAsOf == later + .seconds(2))
    try directory.write(#"{"queue":[]}"#, to: "q.json")
    file.refresh(now: later + .seconds(3))
    #expect(file.reading.content?.pending == 0)
    #expect(file.reading.revision == revision + 1)
  }

  @Test func aTornFileIsNotCalledCorruptBeforeASecondHasPassed() throws {
    try directory.write(oneItem, to: "q.json")
    var file = queueFile()
    file.refresh(now: now)
    try directory.write(String(oneItem.prefix(20)), to: "q.json")
    file.refresh(now: now + .milliseconds(500))
    #expect(file.reading.state == .ok)
    #expect(file.wantsAnotherTry)
    file.refresh(now: now + .milliseconds(1499))
    #expect(file.reading.state == .ok)
    file.refresh(now: now + .milliseconds(1500))
    #expect(file.reading.state == .corrupt)
    #expect(!file.wantsAnotherTry)
    #expect(file.reading.problem?.byteOffset == 20)
  }

  /// Nobody is writing what was last written a second ago, and a hook has no second to wait.
  @Test func aTornFileThatNobodyWritesIsCorruptAtOnce() throws {
    try directory.write("{", to: "q.json")
    let old = timespec(tv_sec: Int(now.secondsSinceEpoch) - 2, tv_nsec: 0)
    utimensat(AT_FDCWD, directory.path("q.json"), [old, old], 0)
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.state == .corrupt)
    #expect(!file.wantsAnotherTry)
  }

  @Test func aTornFileThatIsWholeAgainWasNeverCorrupt() throws {
    try directory.write("{", to: "q.json")
    var file = queueFile()
    file.refresh(now: now)
    try directory.write(oneItem, to: "q.json")
    file.refresh(now: now + .milliseconds(20))
    #expect(file.reading.state == .ok)
    #expect(!file.wantsAnotherTry)
  }

  @Test func theLastGoodContentStaysWithItsAge() throws {
    try directory.write(oneItem, to: "q.json")
    var file = queueFile()
    file.refresh(now: now)
    try directory.write("", to: "q.json")
    file.refresh(now: now + .seconds(1))
    file.refresh(now: now + .seconds(3))
    #expect(file.reading.state == .corrupt)
    #expect(file.reading.content?.pending == 1)
    #expect(file.reading.contentAsOf == now)
    try FileManager.default.removeItem(atPath: directory.path("q.json"))
    file.refresh(now: now + .seconds(4))
    #expect(file.reading.state == .missing)
    #expect(file.reading.content?.pending == 1)
  }

  @Test func whatIsNoFileIsUnreadable() throws {
    try FileManager.default.createDirectory(
      atPath: directory.path("q.json"),
      withIntermediateDirectories: false
    )
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.state == .unreadable)
    #expect(file.reading.problem?.message.contains("not a regular file") == true)
  }

  @Test func aLinkIsFollowed() throws {
    try directory.write(oneItem, to: "real.json")
    try FileManager.default.createSymbolicLink(
      atPath: directory.path("q.json"),
      withDestinationPath: "real.json"
    )
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.content?.pending == 1)
  }

  @Test func aFileOfMoreThanOneGibibyteIsRefusedUnread() throws {
    try directory.write("{", to: "q.json")
    let handle = try FileHandle(forWritingTo: URL(filePath: directory.path("q.json")))
    handle.truncateFile(atOffset: 2 << 30)
    handle.closeFile()
    var file = queueFile()
    file.refresh(now: now)
    #expect(file.reading.state == .corrupt)
    #expect(file.reading.problem?.message.contains("1 GiB") == true)
  }
}
