import DemoWorld
import Foundation
import Mem0Client
import QueueEngine
import SyncWorker
import Testing

/// Whole runs on real files against a real receiver that behaves.
@Suite struct SyncRunTests {
  @Test(arguments: ServerAPI.allCases)
  func everythingIsDeliveredInOrderWithinAProject(api: ServerAPI) async throws {
    try await SyncScene.play(api) { scene in
      try scene.queue(150)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 150 && report.pending == 0)
      #expect(try scene.queued.isEmpty)
      #expect(scene.text(of: "mem0_queue.json").contains("\"note\": NaN"))
      for project in 0..<4 {
        let ids = scene.receiver.stored.filter { $0.project == "p\(project)" }.map(\.id)
        #expect(ids == stride(from: project, to: 150, by: 4).map(SyncScene.id))
      }
      #expect(!scene.hasLock)
    }
  }

  @Test func logMetricsAndAuditLogSayWhatWasDone() async throws {
    try await SyncScene.play { scene in
      try scene.queue(2)
      _ = try await scene.sync()
      #expect(
        Set(scene.log.prefix(2)) == [
          "✅ Synced: p0 (ID: 00000000...)", "✅ Synced: p1 (ID: 00000000...)",
        ]
      )
      #expect(
        scene.log.dropFirst(2) == [
          "✨ Worker done:", "Queue: 0 pending", "Failed: 0 failed", "Total synced: 2",
        ]
      )
      let metrics = Data(scene.text(of: "mem0_metrics.json").utf8)
      let figures = try #require(
        JSONSerialization.jsonObject(with: metrics) as? [String: Any]
      )
      #expect(figures["vps_status"] as? String == "up")
      #expect(figures["queue_size"] as? Int == 0)
      #expect(figures["total_synced"] as? Int == 2)
      let entries = AuditLog(settings: scene.settings).entries(last: 9)
      #expect(entries.map(\.action) == ["sync"])
      #expect(entries.first?.origin == .worker)
      #expect(entries.first?.changed == 2)
    }
  }

  @Test func dueDeadLettersComeAfterTheQueueAndTheOthersWait() async throws {
    try await SyncScene.play { scene in
      try scene.queue(1)
      try scene.write(
        """
        {"items":[{"id":"aaaaaaaa-1","project_id":"d","content":"x","retry_count":2,"last_attempt":0},
        {"id":"bbbbbbbb-2","project_id":"d","content":"y","retry_count":9,\
        "last_attempt":\(Int(Date().timeIntervalSince1970))}]}
        """,
        to: "mem0_queue_dlq.json"
      )
      let report = try await scene.sync(concurrency: 1)
      #expect(report.recoveredCount == 1 && report.deadLetterCount == 1)
      #expect(scene.receiver.stored.map(\.id) == [SyncScene.id(0), "aaaaaaaa-1"])
      #expect(scene.log.contains("✅ DLQ recovered: d (ID: aaaaaaaa...) after 2 retries"))
      let waiting = try #require(scene.log.first { $0.contains("Waiting backoff") })
      #expect(waiting.hasPrefix("⏸️ Waiting backoff: d (retry in 3"))
      #expect(report.nextRetry.map { $0 > .seconds(3500) } == true)
    }
  }

  /// Files of ours would make a wrong directory look like one in which all is well.
  @Test func aDirectoryWithoutAQueueIsLeftAsItIs() async throws {
    try await SyncScene.play { scene in
      let before = try FileManager.default.contentsOfDirectory(atPath: scene.settings.directory)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.pending == nil && !report.hasChanged)
      #expect(report.summary.hasPrefix("There is no queue in \(scene.settings.directory) yet"))
      let after = try FileManager.default.contentsOfDirectory(atPath: scene.settings.directory)
      #expect(Set(after) == Set(before) && scene.receiver.stored.isEmpty)
    }
  }

  @Test func anEmptyQueueIsDoneAtOnce() async throws {
    try await SyncScene.play { scene in
      try scene.write(#"{"queue":[]}"#, to: "mem0_queue.json")
      let report = try await scene.sync()
      #expect(report.isSuccess && report.pending == 0 && !report.hasChanged)
      #expect(scene.receiver.stored.isEmpty && !scene.hasLock)
    }
  }

  @Test func aQueueThatDoesNotParseIsLeftAlone() async throws {
    try await SyncScene.play { scene in
      try scene.write(#"{"queue":[{"id":"#, to: "mem0_queue.json")
      let report = try await scene.sync()
      guard case .filesRefused(let error) = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(error.description.contains("byte"))
      #expect(scene.text(of: "mem0_queue.json") == #"{"queue":[{"id":"#)
    }
  }

  @Test func askedToStopItAcknowledgesWhatIsUnderWay() async throws {
    try await SyncScene.play(latency: .milliseconds(30) ... .milliseconds(30)) { scene in
      try scene.queue(200)
      let stop = StopRequest()
      async let running = scene.sync(stop: stop)
      let deadline = ContinuousClock.now + .seconds(20)
      while scene.receiver.stored.count < 10, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(2))
      }
      stop.make()
      let report = try await running
      #expect(report.ending == .interrupted)
      #expect(AuditLog(settings: scene.settings).entries(last: 1).first?.result == .refused)
      #expect(report.syncedCount >= 10 && report.syncedCount < 200)
      #expect(scene.receiver.stored.count == report.syncedCount)
      #expect(try scene.queued.count == 200 - report.syncedCount)
      #expect(!scene.hasLock)
      let rest = try await scene.sync()
      #expect(rest.isSuccess && scene.receiver.deliveries.values.allSatisfy { $0 == 1 })
    }
  }

  @Test func whatIsUnderWayForTooLongIsBrokenOffAndMayBeStored() async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(1)
      scene.receiver.setFault(.silenceAfterStoring)
      let stop = StopRequest()
      async let running = scene.sync(deadline: .seconds(60), stop: stop)
      let deadline = ContinuousClock.now + .seconds(20)
      while scene.receiver.stored.isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(2))
      }
      let asked = ContinuousClock.now
      stop.make()
      let report = try await running
      #expect(ContinuousClock.now - asked < .seconds(15))
      #expect(report.ending == .interrupted && report.failedCount == 0)
      #expect(try scene.retries == [0: 0])
      scene.receiver.setFault(nil)
      let next = try await scene.sync()
      #expect(next.syncedCount == 1)
      #expect(scene.receiver.deliveries == [SyncScene.id(0): 1])
    }
  }

  @Test func theTotalIsOneOfAllRuns() async throws {
    try await SyncScene.play { scene in
      try scene.write(#"{"total_synced": 40, "vps_status": "down"}"#, to: "mem0_metrics.json")
      try scene.queue(2)
      _ = try await scene.sync()
      #expect(scene.log.contains("Total synced: 42"))
    }
  }

  @Test func aFailingEndpointOfTwoLeavesTheServerUpInTheMetrics() async throws {
    try await SyncScene.play { scene in
      try scene.write(#"{"vps_status": "down"}"#, to: "mem0_metrics.json")
      scene.receiver.setFault(.status(503), on: .health, times: 1)
      _ = try await scene.sync()
      #expect(scene.text(of: "mem0_metrics.json").contains(#""vps_status": "up""#))
    }
  }
}
