import Foundation
import Synchronization
import TestSupport
import Testing

@testable import QueueEngine

/// Bad inputs 63 and 69: files that go, come back and are cut while they are being read.
@Suite("Bad input: vanishing files", .timeLimit(.minutes(2)))
struct VanishingFileTests {
  private let directory: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    directory = try TemporaryDirectory()
    settings = EngineSettings(directory: directory.path, stateDirectory: directory.path("state"))
    try FileManager.default.createDirectory(
      atPath: directory.path("logs"),
      withIntermediateDirectories: true
    )
  }

  /// Bad input 63: a look finds the file or does not, and never a third thing.
  @Test func aFileThatComesAndGoesIsThereOrMissing() throws {
    let whole = Array(#"{"queue":[\#(String(repeating: #"{"id":"a"},"#, count: 2000))7]}"#.utf8)
    let draft = directory.path("draft")
    let path = settings.path(of: \.queue)
    let isOver = Mutex(false)
    let rounds = Mutex(0)
    let directory = directory
    let writer = Thread {
      while !isOver.withLock({ $0 }) {
        do {
          try directory.write(whole, to: "draft")
          rename(draft, path)
          // As long as it was absent it is there.
          try directory.write(whole, to: "draft")
          unlink(path)
        } catch {
          break
        }
        rounds.withLock { $0 += 1 }
      }
    }
    writer.start()
    defer { isOver.withLock { $0 = true } }
    var reader = SnapshotReader(settings: settings)
    var seen: [FileState: Int] = [:]
    let deadline = ContinuousClock.now + .seconds(30)
    while min(seen[.ok] ?? 0, seen[.missing] ?? 0) < 20 || rounds.withLock({ $0 }) < 200 {
      try #require(ContinuousClock.now < deadline, "seen \(seen)")
      let queue = reader.read(now: Timestamp(Date().timeIntervalSince1970)).queue
      seen[queue.state, default: 0] += 1
      if queue.state == .ok { #expect(queue.content?.pending == 2001) }
    }
    #expect(Set(seen.keys) == [.ok, .missing])
  }

  /// Bad input 69: whatever the order of appending, cutting and rotating, the last line is shown.
  @Test(arguments: 0..<20)
  func aLogIsFollowedThroughEverything(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let path = settings.path(of: \.log)
    try directory.write("", to: settings.files.log)
    var follower = LogFollower(path: path)
    for round in 0..<60 {
      // Longer than the one before: a file of the same size and tick of the clock looks the same.
      let line = "line \(round) " + String(repeating: "x", count: round)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: truncate(path, 0)
      case 1:
        rename(path, path + ".1")
        try directory.write("", to: settings.files.log)
      case 2:
        // As `copytruncate` does: the same file, with something shorter or longer in it at once.
        try directory.write("a new file\n", to: settings.files.log)
      default: break
      }
      try directory.append(line + "\n", to: settings.files.log)
      follower.refresh(now: Timestamp(1_800_000_000))
      let shown = try #require(follower.reading.content)
      #expect(follower.reading.state == .ok)
      #expect(shown.lines.last?.text == line, "round \(round)")
    }
  }
}
