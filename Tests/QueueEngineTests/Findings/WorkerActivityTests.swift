import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What counts as a worker's activity: to be refused does not.
@Suite struct WorkerActivityTests {
  private static let now = LockScene.now
  private static let refusal = "Could not acquire lock (timeout)\n"

  private let directory: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    directory = try TemporaryDirectory()
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path("state")
    )
    settings.workerMatch = ["worker-\(UUID().uuidString)"]
    self.settings = settings
    let queued = Self.now - .seconds(5 * 3600)
    try directory.write(
      "{\"queue\":[{\"id\":\"a\",\"content\":\"c\",\"timestamp\":\(queued.secondsSinceEpoch)}]}",
      to: "mem0_queue.json"
    )
    try FileManager.default.createDirectory(
      atPath: directory.path("logs"),
      withIntermediateDirectories: false
    )
  }

  /// What is found with this log, which was just written, and once these lines have come on top.
  private func finding(log: String, appending lines: String = "") throws -> Finding? {
    try directory.write(log, to: "logs/mem0_worker.log")
    var reader = SnapshotReader(settings: settings)
    var snapshot = reader.read(now: Self.now)
    if !lines.isEmpty {
      try directory.append(lines, to: "logs/mem0_worker.log")
      snapshot = reader.read(now: Self.now)
    }
    return findings(in: snapshot, at: Self.now, settings: settings)
      .first { $0.code == .workerNotRunning }
  }

  @Test func refusalsAloneAreNone() throws {
    let finding = try #require(try finding(log: Self.refusal + Self.refusal))
    #expect(finding.summary == "1 item waits, and the last worker could not start its work")
  }

  @Test func refusalsThatComeWhileWeWatchAreNone() throws {
    #expect(try finding(log: Self.refusal, appending: Self.refusal) != nil)
  }

  @Test func whatWasDoneBeforeThemCountsWithItsTime() throws {
    let moment = (Self.now - .seconds(4 * 3600)).iso8601
    let finding = try #require(
      try finding(log: "\(moment) ✅ Synced: p (ID: 12345678...)\n" + Self.refusal)
    )
    #expect(finding.summary == "1 item waits, and no worker has been active for 4h 00m")
  }

  @Test func aRunThatCouldNotWorkIsNone() throws {
    #expect(try finding(log: "Could not work: Cannot write x: No space left on device.\n") != nil)
  }

  @Test(arguments: ["✨ Worker done:\n", "something\n", "no line end"])
  func anythingElseIs(line: String) throws {
    #expect(try finding(log: Self.refusal + line) == nil)
    #expect(try finding(log: Self.refusal, appending: line) == nil)
  }
}
