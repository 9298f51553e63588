import DemoWorld
import Foundation
import Mem0Client
import QueueEngine
import SyncWorker
import Testing

/// Whole runs against a receiver that misbehaves by script; the rules themselves are `FaultJudgeTests`.
@Suite struct SyncFaultTests {
  private static let poison = ReceiverScope.item("memory 0")

  @Test(arguments: ServerAPI.allCases, [400, 413, 422, 500, 503])
  func aPoisonItemIsCountedAndHoldsNobodyUp(api: ServerAPI, status: Int) async throws {
    try await SyncScene.play(api) { scene in
      try scene.queue(12)
      scene.receiver.setFault(.status(status), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 11 && report.failedCount == 1)
      #expect(try scene.retries == [0: 1])
      let line = try #require(scene.log.firstIndex(of: "⏳ Retry 1/5: p0"))
      #expect(scene.log[line - 1].hasPrefix("⚠️ Upload failed: HTTP \(status)"))
      let entry = try #require(AuditLog(settings: scene.settings).entries(last: 1).first)
      #expect(entry.evidence.contains { $0.hasPrefix("1 × HTTP \(status)") })
    }
  }

  @Test(arguments: ServerAPI.allCases)
  func anItemThatFailsForTheFifthTimeBecomesADeadLetter(api: ServerAPI) async throws {
    try await SyncScene.play(api) { scene in
      try scene.queue(1, retries: 4)
      scene.receiver.setFault(.status(422, body: #"{"detail":"no such user"}"#), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.movedCount == 1 && report.pending == 0 && report.deadLetterCount == 1)
      let letter = try #require(scene.letters.first)
      #expect(letter["retry_count"] as? Int == 0)
      #expect((letter["last_error"] as? String)?.hasPrefix("HTTP 422") == true)
      #expect(letter["x"] as? Double == 1)
      #expect(scene.log.contains("📋 Moved to DLQ: p0 (ID: 00000000...) after 5 retries"))
    }
  }

  @Test func whatKeepsTheLockFromBeingTakenIsNoTimeout() async throws {
    try await SyncScene.play { scene in
      try scene.queue(1)
      try FileManager.default.createDirectory(
        atPath: scene.path + "/.mem0top.guard",
        withIntermediateDirectories: false
      )
      let reason = try #require(try await scene.sync().reason)
      #expect(reason.contains(".mem0top.guard") && !reason.contains("(timeout)"), "\(reason)")
      #expect(scene.log == ["Could not work: \(reason)"])
    }
  }

  @Test func aDeadLetterThatFailsAgainWaitsLonger() async throws {
    try await SyncScene.play { scene in
      try scene.write(
        #"{"items":[{"id":"a","project_id":"d","content":"x","retry_count":1,"last_attempt":0}]}"#,
        to: "mem0_queue_dlq.json"
      )
      scene.receiver.setFault(.status(500))
      let report = try await scene.sync()
      #expect(report.failedCount == 1)
      #expect(try scene.letters.first?["retry_count"] as? Int == 2)
      #expect(scene.log.contains("⏳ DLQ retry 2: d (next in 120s)"))
    }
  }

  @Test(arguments: [401, 403, 404, 429])
  func aServerThatRefusesUsCostsNothing(status: Int) async throws {
    try await SyncScene.play { scene in
      try scene.queue(20)
      scene.receiver.setFault(.status(status))
      let start = ContinuousClock.now
      let report = try await scene.sync()
      #expect(ContinuousClock.now - start >= .seconds(2), "three attempts one second apart")
      guard case .serverAtFault(let cause, _) = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(cause.hasPrefix("HTTP \(status)"))
      #expect(try Set(scene.retries.values) == [0] && scene.queued.count == 20)
      #expect(scene.receiver.requests.count { $0.path == "/memory" } <= 5)
      #expect(!scene.hasLock)
    }
  }

  @Test func aServerThatIsDownCostsNothing() async throws {
    try await SyncScene.play { scene in
      try scene.queue(20)
      await scene.receiver.goDown()
      let report = try await scene.sync()
      guard case .serverAtFault = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(try Set(scene.retries.values) == [0] && scene.queued.count == 20)
      #expect(scene.text(of: "mem0_metrics.json").contains("\"down\""))
      #expect(scene.log.contains("⚠️ Upload failed: connect: connection refused"))
      #expect(AuditLog(settings: scene.settings).entries(last: 1).first?.result == .failed)
      try await scene.receiver.comeUp()
      #expect(try await scene.sync().syncedCount == 20)
      #expect(scene.receiver.deliveries.values.allSatisfy { $0 == 1 })
    }
  }

  @Test func withAFailingHealthCheckAnErrorIsTheServers() async throws {
    try await SyncScene.play { scene in
      try scene.queue(5)
      scene.receiver.setFault(.status(500))
      scene.receiver.setFault(.status(503), on: .health)
      let report = try await scene.sync()
      guard case .serverAtFault = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(try Set(scene.retries.values) == [0])
    }
  }

  @Test func aRefusedItemIsCountedOnceOthersWentThrough() async throws {
    try await SyncScene.play { scene in
      try scene.queue(8, projects: 1)
      scene.receiver.setFault(.status(403), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 7)
      #expect(try scene.retries == [0: 1])
    }
  }

  @Test func retryAfterIsHonoured() async throws {
    try await SyncScene.play { scene in
      try scene.queue(3)
      scene.receiver.setFault(.status(429, headers: [("Retry-After", "2")]), times: 3)
      let start = ContinuousClock.now
      let report = try await scene.sync()
      #expect(ContinuousClock.now - start >= .seconds(2))
      #expect(report.isSuccess && report.syncedCount == 3 && report.failedCount == 0)
    }
  }

  @Test(arguments: [ReceiverFault.status(500), .unaccepted])
  func anOutageBehindTheServerCostsThreeItemsOneTry(fault: ReceiverFault) async throws {
    try await SyncScene.play { scene in
      try scene.queue(20)
      scene.receiver.setFault(fault)
      let report = try await scene.sync()
      guard case .storageAtFault = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(report.failedCount == 3)
      #expect(try scene.retries.values.sorted() == Array(repeating: 0, count: 17) + [1, 1, 1])
    }
  }

  @Test(arguments: ServerAPI.allCases)
  func noAnswerInTimeIsCountedAndLookedUpWhereThatIsPossible(api: ServerAPI) async throws {
    try await SyncScene.play(api) { scene in
      try scene.queue(4)
      scene.receiver.setFault(.silenceAfterStoring, on: Self.poison)
      let report = try await scene.sync(deadline: .milliseconds(500))
      #expect(report.isSuccess)
      #expect(try scene.retries == (scene.canBeAsked ? [:] : [0: 1]))
      scene.receiver.setFault(nil, on: Self.poison)
      _ = try await scene.sync()
      #expect(try scene.queued.isEmpty)
      #expect(scene.receiver.deliveries[SyncScene.id(0)] == (scene.canBeAsked ? 1 : 2))
    }
  }

  @Test(arguments: ServerAPI.allCases, [ReceiverFault.reset, .resetAfterStoring])
  func aBrokenConnectionLosesNothing(api: ServerAPI, fault: ReceiverFault) async throws {
    try await SyncScene.play(api) { scene in
      try scene.queue(4)
      scene.receiver.setFault(fault, on: Self.poison, times: 1)
      _ = try await scene.sync()
      _ = try await scene.sync()
      #expect(try scene.queued.isEmpty)
      let count = try #require(scene.receiver.deliveries[SyncScene.id(0)])
      #expect(count == (fault.storesFirst && !scene.canBeAsked ? 2 : 1))
    }
  }

  @Test(arguments: [
    ReceiverFault.Reply.answer(status: 504), .answer(status: 200), .answer(status: 200, body: ""),
  ])
  func whatWasStoredBehindAWrongAnswerIsLookedUp(reply: ReceiverFault.Reply) async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(4)
      scene.receiver.setFault(ReceiverFault(reply, storesFirst: true), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 4 && report.failedCount == 0)
      #expect(scene.receiver.deliveries.values.allSatisfy { $0 == 1 })
    }
  }

  @Test func aDenialIsNotLookedUp() async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(4)
      scene.receiver.setFault(.unaccepted, on: Self.poison)
      #expect(try await scene.sync().failedCount == 1)
      #expect(!scene.receiver.requests.contains { $0.path == "/search" })
    }
  }

  @Test(arguments: ServerAPI.allCases)
  func ofTwoMemoriesWithOneIDNeitherIsLost(api: ServerAPI) async throws {
    try await SyncScene.play(api) { scene in
      let items = ["first", "second"].map {
        #"{"id":"same","project_id":"p","content":"the \#($0)","timestamp":1}"#
      }
      try scene.write("{\"queue\":[\(items.joined(separator: ","))]}", to: "mem0_queue.json")
      scene.receiver.setFault(.reset, on: .item("the second"), times: 1)
      _ = try await scene.sync()
      _ = try await scene.sync()
      #expect(try scene.queued.isEmpty)
      #expect(scene.receiver.stored.map(\.content).sorted() == ["the first", "the second"])
      #expect(
        Set(scene.receiver.stored.map(\.id)).count == 2,
        "a server that knows keys keeps both"
      )
    }
  }

  @Test func aSlowBodyIsATimeout() async throws {
    try await SyncScene.play { scene in
      try scene.queue(3)
      scene.receiver.setFault(ReceiverFault(.drip(status: 200)), on: Self.poison)
      let report = try await scene.sync(deadline: .milliseconds(500))
      #expect(report.isSuccess && report.syncedCount == 2)
      #expect(try scene.retries == [0: 1])
    }
  }

  @Test func aServerThatLosesItsProviderCostsNothing() async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(5)
      let body = #"{"detail":"down","code":"provider_unavailable","request_id":"r"}"#
      scene.receiver.setFault(.status(502, body: body))
      let report = try await scene.sync()
      #expect(
        report.ending
          == .serverAtFault(cause: "HTTP 502 provider_unavailable: down", retryAfter: nil)
      )
      #expect(try Set(scene.retries.values) == [0] && scene.queued.count == 5)
    }
  }

  @Test func anItemThatMakesTheProviderFailHoldsNobodyUp() async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(8, projects: 1)
      let body = #"{"detail":"slow","code":"provider_timeout","request_id":"r"}"#
      scene.receiver.setFault(.status(502, body: body), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.syncedCount == 7 && report.failedCount == 0)
      #expect(try scene.retries == [0: 0])
    }
  }

  @Test(arguments: [ReceiverFault.Reply.answer(status: 502), .answer(status: 504)], [true, false])
  func whatADependencyStoredAllTheSameIsNotSentAgain(
    reply: ReceiverFault.Reply,
    hasCode: Bool
  ) async throws {
    try await SyncScene.play(.mem0) { scene in
      try scene.queue(4)
      let body = #"{"detail":"history","code":"datastore_unavailable"}"#
      let fault = hasCode ? ReceiverFault.Reply.answer(status: 502, body: body) : reply
      scene.receiver.setFault(ReceiverFault(fault, storesFirst: true), on: Self.poison)
      #expect(try await scene.sync().syncedCount == 4)
      #expect(scene.receiver.deliveries.values.allSatisfy { $0 == 1 })
    }
  }

  /// A preset that does not fit: the server stores everything, and never says so in our words.
  @Test func aWrongPresetCostsNothingAndIsNamed() async throws {
    try await SyncScene.play { scene in
      try scene.queue(20)
      let body = #"{"results":[{"id":"1"}]}"#
      scene.receiver.setFault(ReceiverFault(.answer(status: 200, body: body), storesFirst: true))
      let report = try await scene.sync()
      let cause = "HTTP 200 without a receipt; server.api = \"mem0\" would fit"
      #expect(report.ending == .receiptMissing(cause: cause))
      #expect(report.failedCount == 0 && report.pending == 20)
      #expect(try Set(scene.retries.values) == [0])
      #expect(scene.receiver.stored.count == 3)
      let line = try #require(scene.log.first { $0.hasPrefix("❌ Worker error: ") })
      #expect(line.contains("confirms none (\(cause)): check server.api"))
    }
  }

  @Test func aFewThatLackTheirReceiptCountAsUsual() async throws {
    try await SyncScene.play { scene in
      try scene.queue(2)
      scene.receiver.setFault(.status(200, body: "{}"))
      #expect(try await scene.sync().isSuccess)
      #expect(try scene.retries == [0: 1, 1: 1])
    }
  }

  @Test func oneThatLacksItsReceiptAmongOthersCounts() async throws {
    try await SyncScene.play { scene in
      try scene.queue(12)
      scene.receiver.setFault(.status(200, body: "{}"), on: Self.poison)
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 11)
      #expect(try scene.retries == [0: 1])
    }
  }

  @Test func aServerThatClosesAfterA500IsNotDownForTheOthers() async throws {
    try await SyncScene.play { scene in
      try scene.queue(40, projects: 2)
      for number in stride(from: 0, to: 40, by: 10) {
        let fault = ReceiverFault(.answer(status: 500, headers: [("Connection", "close")]))
        scene.receiver.setFault(fault, on: .item(SyncScene.id(number)))
      }
      let report = try await scene.sync()
      #expect(report.isSuccess && report.syncedCount == 36 && report.failedCount == 4)
    }
  }
}
