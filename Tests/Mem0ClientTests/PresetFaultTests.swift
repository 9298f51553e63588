import DemoWorld
import Mem0Client
import QueueEngine
import TestSupport
import Testing

/// What the open-source server and the hosted platform say in words of their own (bad inputs 115, 116).
@Suite(.tags(.alone)) struct PresetFaultTests {
  private static let codes = [
    "provider_auth_failed", "provider_rate_limited", "provider_timeout", "provider_unavailable",
    "datastore_unavailable", "vector_store_unavailable", "unknown",
  ]

  private func fault(code: String) -> ReceiverFault {
    .status(502, body: #"{"detail":"it broke","code":"\#(code)","request_id":"r"}"#)
  }

  @Test(arguments: codes)
  func a502WithACodeIsTheServers(code: String) async throws {
    let outcome = try await DeliveryTrial.outcome(.mem0, fault(code: code))
    #expect(outcome == .failed(.dependency, "HTTP 502 \(code): it broke"))
  }

  @Test func aRequestThatTheProviderRefusesIsTheItems() async throws {
    let outcome = try await DeliveryTrial.outcome(.mem0, fault(code: "provider_bad_request"))
    #expect(outcome == .rejected("HTTP 502 provider_bad_request: it broke"))
  }

  @Test(arguments: [ServerAPI.bridge, .platform, .custom])
  func otherReceiversHaveNoSuchCodes(api: ServerAPI) async throws {
    let outcome = try await DeliveryTrial.outcome(api, fault(code: "provider_bad_request"))
    #expect(outcome == .unknown("HTTP 502 it broke"))
  }

  @Test(arguments: ["{}", "<html>", #"{"code":7}"#])
  func withoutACodeItIsAnyServerError(body: String) async throws {
    let outcome = try await DeliveryTrial.outcome(.mem0, .status(502, body: body))
    #expect(outcome == .unknown("HTTP 502"))
  }

  @Test(arguments: [
    #"{"status":"FAILED","event_id":"e","error":"no quota"}"#,
    #"{"status":"FAILED","event_id":"e","error":"no quota","results":[{"id":"1"}]}"#,
  ])
  func anEventThatFailedAtOnceIsNotStored(body: String) async throws {
    let outcome = try await DeliveryTrial.outcome(.platform, .status(200, body: body))
    #expect(outcome == .failed(.broken, "HTTP 200 no quota"))
  }

  @Test func aPendingEventIsFollowedUntilItIsDecided() async throws {
    try await DeliveryTrial.run(.platform, key: "key-0a1b2c3d") { trial in
      var manner = ReceiverManner()
      manner.pendingAnswers = 2
      trial.receiver.setManner(manner)
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      let questions = trial.receiver.requests.filter { $0.path == "/v1/event/1/" }
      #expect(questions.count == 3)
      #expect(questions.allSatisfy { $0.values(of: "Authorization") == ["Token key-0a1b2c3d"] })
    }
  }

  @Test func anEventThatFailsLaterIsNotStored() async throws {
    try await DeliveryTrial.run(.platform) { trial in
      var manner = ReceiverManner()
      manner.pendingAnswers = 1
      manner.eventResult = .failed
      trial.receiver.setManner(manner)
      let outcome = await trial.client.add(DeliveryTrial.memory)
      #expect(outcome == .failed(.broken, "HTTP 200 event embedding failed"))
      #expect(trial.receiver.stored.isEmpty)
    }
  }

  @Test(arguments: [nil, ReceiverFault.status(404), .status(500), .silence])
  func anEventThatIsNotDecidedInTimeIsUnknown(fault: ReceiverFault?) async throws {
    try await DeliveryTrial.run(.platform, deadline: .milliseconds(1200)) { trial in
      var manner = ReceiverManner()
      manner.eventResult = .pending
      trial.receiver.setManner(manner)
      trial.receiver.setFault(fault, on: .events)
      let start = ContinuousClock.now
      let outcome = await trial.client.add(DeliveryTrial.memory)
      #expect(outcome == .unknown("the server has not decided within 1 s"))
      #expect(ContinuousClock.now - start < .seconds(5))
    }
  }

  @Test func aTemplateIsFilledInOnceAndEscaped() async throws {
    let memory = Memory(id: "i\"1", project: "{content}", content: "a\n\"{id}\\ {nothing} {")
    try await DeliveryTrial.run(.custom) { trial in
      #expect(await trial.client.add(memory) == .stored)
      let stored = try #require(trial.receiver.stored.first)
      #expect(stored.content == memory.content && stored.project == memory.project)
      #expect(stored.queueID == memory.id)
    }
  }

  @Test func ownHeadersGoToTheServerAlone() async throws {
    let (home, other) = (
      try Receiver(
        .script { _ in
          Receiver.Turn(texts: [(0, Receiver.kept("200 OK", body: #"{"note":{"id":1}}"#))])
        }
      ),
      try Receiver(Receiver.http("200 OK"))
    )
    defer { for receiver in [home, other] { receiver.stop() } }
    var settings = ServerSettings()
    settings.api = .custom
    settings.url = home.url
    settings.custom = DeliveryTrial.custom
    settings.custom.headers = ["X-Tenant": "mine"]
    settings.custom.keyHeader = "X-Secret"
    settings.keyEnvironment = "KEY"
    settings.health = [HealthEndpoint(name: "other", url: other.url)]
    let client = try DeliveryClient(settings: settings, environment: ["KEY": "key-0a1b2c3d"])
    #expect(await client.isHealthy())
    #expect(await client.add(DeliveryTrial.memory) == .stored)
    let head = try #require(home.heads.first)
    #expect(head.contains("X-Tenant: mine\r\n") && head.contains("X-Secret: key-0a1b2c3d\r\n"))
    #expect(
      !other.heads.joined().contains("mine") && !other.heads.joined().contains("key-0a1b2c3d")
    )
  }
}
