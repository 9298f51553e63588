import Foundation
import TestSupport
import Testing

@testable import QueueEngine

@Suite struct LogFollowerTests {
  private let directory: TemporaryDirectory
  private let now = Timestamp(1_800_000_000)

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func texts(_ follower: borrowing LogFollower) -> [String] {
    follower.reading.content?.lines.map(\.text) ?? []
  }

  @Test func appendedLinesArrive() throws {
    try directory.write("one\ntwo\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(texts(follower) == ["one", "two"])
    try directory.append("three\nfo", to: "log")
    follower.refresh(now: now)
    #expect(texts(follower) == ["one", "two", "three", "fo"])
    try directory.append("ur\n", to: "log")
    follower.refresh(now: now)
    #expect(texts(follower) == ["one", "two", "three", "four"])
  }

  /// A log that was rotated says what its runs came to; its lines are not shown.
  @Test func theRunsOfARotatedLogAreKnown() throws {
    try directory.write("✅ Synced: p (ID: 3f2a91c0...)\n✨ Worker done:\n", to: "log.1")
    try directory.write("", to: "log")
    let rotated = try FileStamp.at(directory.path("log.1")).modifiedAt
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    let history = try #require(follower.reading.content).history
    #expect(history.lastEnd?.latest == rotated && history.lastDeparture != nil)
    #expect(texts(follower).isEmpty)
    try directory.write("Could not acquire lock (timeout)\n", to: "log")
    var second = LogFollower(path: directory.path("log"))
    second.refresh(now: now)
    #expect(second.reading.content?.history.isAfter(\.lastRefusal, \.lastEnd) == true)
  }

  /// Lines of every kind in any order, each stamped a second after the last, tracebacks among them.
  private func manyLines(_ count: Int, seed: Int) -> [String] {
    let kinds = [
      ["✅ Synced: p (ID: 3f2a91c0...)"], ["⏳ Retry 2/5: p"], ["⏳ Retry x/5: p"],
      ["📋 Moved to DLQ: p (ID: 3f2a91c0...) after 5 retries"],
      ["Could not acquire queue lock (timeout)"], ["✨ Worker done:", "  Queue: 5 pending"],
      ["Worker error: disk full"], ["anything else"],
      ["Traceback (most recent call last):", "  fcntl.flock(f)", "BlockingIOError: [Errno 11]"],
      ["Traceback (most recent call last):", "  open(f)", "OSError: no"],
    ]
    var random = SeededGenerator(seed: seed)
    var lines: [String] = []
    while lines.count < count {
      for (index, text) in (kinds.randomElement(using: &random) ?? []).enumerated() {
        let clock = Timestamp(1_700_000_000 + Double(lines.count)).iso8601
        lines.append(index == 0 ? "\(clock) \(text)" : text)
      }
    }
    return lines
  }

  /// What is only skimmed counts as what is read.
  @Test(arguments: 0..<8)
  func aLongLogTellsAtOnceWhatItTellsBitByBit(seed: Int) throws {
    let lines = manyLines(3_000 - seed * 250, seed: seed)
    var bitByBit = LogFollower(path: directory.path("bits"))
    try directory.write("", to: "bits")
    bitByBit.refresh(now: now)
    for start in stride(from: 0, to: lines.count, by: 700) {
      let piece = lines[start..<min(start + 700, lines.count)]
      try directory.append(piece.joined(separator: "\n") + "\n", to: "bits")
      bitByBit.refresh(now: now)
    }
    try directory.write(lines.joined(separator: "\n") + "\n", to: "log")
    var atOnce = LogFollower(path: directory.path("log"))
    atOnce.refresh(now: now)
    let (one, other) = try (
      #require(atOnce.reading.content), #require(bitByBit.reading.content)
    )
    let isSame = one.lines == other.lines
    #expect(isSame)
    #expect(one.lineNumberOfFirst == other.lineNumberOfFirst)
    // A line without a stamp that comes last is dated by the file, which is written more than once.
    let events: [KeyPath<RunHistory, LogMoment?>] = [
      \.lastWork, \.lastProgress, \.lastRefusal, \.lastDeparture, \.lastEnd,
    ]
    for event in events {
      #expect(one.history[keyPath: event]?.place == other.history[keyPath: event]?.place)
    }
  }

  /// Of what was skimmed, what happened last is known: a refusal before a thousand lines of no kind.
  @Test func whatWasSkimmedIsKnown() throws {
    let idle = (0..<2_500).map { "nothing \($0)" }
    let lines = ["2023-11-14T22:13:20Z Could not acquire lock (timeout)"] + idle
    try directory.write(lines.joined(separator: "\n") + "\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(follower.reading.content?.lastRefusal == Timestamp(1_700_000_000))
    #expect(follower.reading.content?.history.lastRefusal?.place == 1)
    #expect(follower.reading.content?.lineNumberOfFirst == 1_501)
    #expect(texts(follower).count == 1_000)
  }

  /// Linux before 6.13 gives both contents the same stamp where both were written in one tick.
  @Test func aRewriteWithinOneTickOfTheClockIsSeen() throws {
    for _ in 0..<50 {
      try directory.write("one line\n", to: "log")
      var follower = LogFollower(path: directory.path("log"))
      let written = try FileStamp.at(directory.path("log"))
      follower.refresh(now: written.modifiedAt)
      let log = try FileHandle(forUpdating: URL(filePath: directory.path("log")))
      try log.write(contentsOf: Data("two line\n".utf8))
      try log.close()
      follower.refresh(now: written.modifiedAt + .seconds(5))
      #expect(texts(follower).last == "two line")
    }
  }

  /// Bad input 69.
  @Test func aRotatedLogIsFollowed() throws {
    try directory.write("old\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    try FileManager.default.moveItem(atPath: directory.path("log"), toPath: directory.path("log.1"))
    follower.refresh(now: now)
    #expect(follower.reading.state == .missing)
    try directory.write("new\n", to: "log")
    follower.refresh(now: now)
    #expect(follower.reading.state == .ok)
    #expect(texts(follower) == ["old", "new"])
  }

  /// Bad input 69.
  @Test func aTruncatedLogIsFollowed() throws {
    try directory.write("a long first line\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    let handle = try FileHandle(forWritingTo: URL(filePath: directory.path("log")))
    handle.truncateFile(atOffset: 0)
    handle.write(Data("b\n".utf8))
    handle.closeFile()
    follower.refresh(now: now)
    #expect(texts(follower) == ["a long first line", "b"])
  }

  @Test func aLogRewrittenLongerThanBeforeIsReadFromItsStart() throws {
    try directory.write("aaaa\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    let handle = try FileHandle(forWritingTo: URL(filePath: directory.path("log")))
    handle.write(Data("bbbbbbbb\ncc\n".utf8))
    handle.closeFile()
    follower.refresh(now: now)
    #expect(texts(follower) == ["aaaa", "bbbbbbbb", "cc"])
  }

  @Test func aHugeLogIsReadFromItsEnd() throws {
    try directory.write("first\n", to: "log")
    let handle = try FileHandle(forWritingTo: URL(filePath: directory.path("log")))
    handle.truncateFile(atOffset: 5 << 30)
    handle.seekToEndOfFile()
    handle.write(Data("\nlast\n".utf8))
    handle.closeFile()
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(texts(follower) == ["last"])
    #expect(follower.reading.content?.bytes == (5 << 30) + 6)
  }

  @Test func onlyTheLastLinesAreKept() throws {
    try directory.write("", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    for block in 0..<5 {
      let lines = (0..<700).map { "line \(block * 700 + $0)\n" }.joined()
      try directory.append(lines, to: "log")
      follower.refresh(now: now)
    }
    let tail = try #require(follower.reading.content)
    #expect(tail.lines.count == LogFollower.keptLines)
    #expect(tail.lines.last?.text == "line 3499")
    #expect(tail.lineNumberOfFirst == 2500)
  }

  @Test func aRefusalThatArrivesWhileWeWatchIsDated() throws {
    try directory.write("start\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(follower.reading.content?.lastRefusal == nil)
    try directory.append("Could not acquire lock (timeout)\nmore\n", to: "log")
    follower.refresh(now: now)
    #expect(follower.reading.content?.lastRefusal == follower.reading.modifiedAt)
  }

  @Test func anOldRefusalWithoutATimeIsNotDated() throws {
    try directory.write("Could not acquire lock (timeout)\n✨ Worker done:\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(follower.reading.content?.lastRefusal == nil)
  }

  @Test func aRefusalAtTheEndIsDatedByTheFile() throws {
    try directory.write("x\nCould not acquire queue lock (timeout)\n", to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(follower.reading.content?.lastRefusal == follower.reading.modifiedAt)
  }

  @Test func aFIFOInItsPlaceDoesNotHang() throws {
    #expect(mkfifo(directory.path("log"), 0o600) == 0)
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    #expect(follower.reading.state == .unreadable)
  }

  // MARK: What lines mean together

  private func lines(_ text: String) throws -> [LogLine] {
    try directory.write(text, to: "log")
    var follower = LogFollower(path: directory.path("log"))
    follower.refresh(now: now)
    return try #require(follower.reading.content).lines
  }

  @Test func anUploadThatFailedIsTheCauseOfTheNextRetry() throws {
    let lines = try lines(
      """
      ⚠️ Upload failed: HTTP 502
      ⏳ Retry 5/5: web
      📋 Moved to DLQ: web (ID: 3f2a91c0...) after 5 retries
      ⏳ Retry 1/5: brain
      ⚠️ Upload failed: timed out
      ⏳ DLQ retry 3: brain (next in 240s)

      """
    )
    #expect(
      lines.map(\.cause) == ["HTTP 502", "HTTP 502", "HTTP 502", nil, "timed out", "timed out"]
    )
    let causes = CauseIndex(lines)
    let moved = DeadLetter(
      key: ItemKey(id: "3f2a91c0-1111"),
      project: "web",
      retryCount: 0,
      lastAttempt: now
    )
    #expect(causes.cause(of: moved) == "HTTP 502")
    let retried = DeadLetter(
      key: ItemKey(id: "aaaaaaaa-1"),
      project: "brain",
      retryCount: 3,
      lastAttempt: now
    )
    #expect(causes.cause(of: retried) == "timed out")
  }

  @Test func theLinesBehindTheEndOfARunBelongToIt() throws {
    let lines = try lines("✨ Worker done:\n   Queue: 3 pending\n   Failed: 0 failed\nQueue full\n")
    #expect(lines.map(\.kind) == [.done, .figure, .figure, .other])
    #expect(try self.lines("Queue: 3 pending\n").map(\.kind) == [.other])
  }

  @Test func theLastLineOfATracebackIsTheFailure() throws {
    let lines = try lines(
      """
      Traceback (most recent call last):
        File "worker.py", line 3, in <module>
          item["retries"] += 1
      KeyError: 'retries'
      ✅ Synced: p (ID: 12345678...)
      Traceback (most recent call last):
        File "worker.py", line 9, in <module>
          fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
      BlockingIOError: [Errno 11] Resource temporarily unavailable

      """
    )
    let kinds: [LogLine.Kind] = [
      .traceback, .traceback, .traceback, .failed, .synced, .traceback, .traceback, .traceback,
      .refused,
    ]
    #expect(lines.map(\.kind) == kinds)
    #expect(lines[3].cause == "KeyError: 'retries'")
  }

  /// Bad input 95.
  @Test func theHoleOfALogThatWasCopiedAndTruncatedHidesNoLine() throws {
    let text = "✅ Synced: p (ID: 12345678...)\n"
    for size in [100, 5000, 700 << 10] {
      try directory.write("", to: "log")
      let handle = try FileHandle(forWritingTo: URL(filePath: directory.path("log")))
      handle.truncateFile(atOffset: UInt64(size))
      handle.seekToEndOfFile()
      handle.write(Data((text + "second\n").utf8))
      handle.closeFile()
      var follower = LogFollower(path: directory.path("log"))
      follower.refresh(now: now)
      #expect(texts(follower) == [String(text.dropLast()), "second"], "\(size)")
      #expect(follower.reading.content?.lines.first?.kind == .synced)
    }
  }
}
