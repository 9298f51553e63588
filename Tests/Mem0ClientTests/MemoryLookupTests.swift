import DemoWorld
import Mem0Client
import QueueEngine
import TestSupport
import Testing

/// Whether a memory that may have been stored is found again.
@Suite(.tags(.alone)) struct MemoryLookupTests {
  private func lookup(_ fault: ReceiverFault, key: String? = nil) async throws -> MemoryLookup {
    var lookup = MemoryLookup.absent
    try await DeliveryTrial.run(.mem0, deadline: .seconds(1), key: key) { trial in
      trial.receiver.setFault(fault, on: .searches)
      lookup = await trial.client.find(DeliveryTrial.memory)
    }
    return lookup
  }

  @Test(arguments: [ReceiverFault.reset, .silence])
  func whatWasLostIsAbsent(fault: ReceiverFault) async throws {
    try await DeliveryTrial.run(.mem0, deadline: .seconds(1)) { trial in
      trial.receiver.setFault(fault)
      _ = await trial.client.add(DeliveryTrial.memory)
      #expect(await trial.client.find(DeliveryTrial.memory) == .absent)
    }
  }

  @Test(arguments: [ReceiverFault.resetAfterStoring, .silenceAfterStoring])
  func whatWasStoredWithoutAnAnswerIsFound(fault: ReceiverFault) async throws {
    try await DeliveryTrial.run(.mem0, deadline: .seconds(1)) { trial in
      trial.receiver.setFault(fault)
      _ = await trial.client.add(DeliveryTrial.memory)
      #expect(await trial.client.find(DeliveryTrial.memory) == .found)
      var other = DeliveryTrial.memory
      other.id = "another"
      #expect(await trial.client.find(other) == .absent)
    }
  }

  @Test func theSearchNamesTheUserAndTheQueueID() async throws {
    try await DeliveryTrial.run(.mem0, key: "key-0a1b2c3d") { trial in
      _ = await trial.client.find(DeliveryTrial.memory)
      let request = try #require(trial.receiver.requests.first)
      #expect(request.path == "/search")
      #expect(request.values(of: "X-API-Key") == ["key-0a1b2c3d"])
      #expect(
        String(decoding: request.body, as: UTF8.self)
          == #"{"filters":{"queue_id":"3f2a91c0-0000-4000-8000-000000000001","#
          + #""user_id":"mem0-brain"},"query":"remember this","show_expired":true,"#
          + #""threshold":0,"top_k":1}"#
      )
    }
  }

  @Test(arguments: [ServerAPI.bridge, .custom])
  func otherReceiversCannotBeAsked(api: ServerAPI) async throws {
    try await DeliveryTrial.run(api) { trial in
      #expect(await trial.client.find(DeliveryTrial.memory) == .unsupported)
      #expect(trial.receiver.requests.isEmpty)
    }
  }

  @Test func resultsOfOtherMemoriesAreNotTakenForIt() async throws {
    let body = #"{"results":[{"memory":"x","metadata":{"queue_id":"other"}},{"metadata":null}]}"#
    #expect(try await lookup(.status(200, body: body)) == .absent)
  }

  @Test func anotherMemoryWithTheSameIDIsNotTakenForIt() async throws {
    try await DeliveryTrial.run(.mem0) { trial in
      var other = DeliveryTrial.memory
      other.content = "remember that, too"
      #expect(await trial.client.add(other) == .stored)
      #expect(await trial.client.find(other) == .found)
      #expect(await trial.client.find(DeliveryTrial.memory) == .absent)
    }
  }

  @Test func theBareListOfAnOlderServerIsUnderstood() async throws {
    let memory = DeliveryTrial.memory
    let body = #"[{"memory":"\#(memory.content)","metadata":{"queue_id":"\#(memory.id)"}}]"#
    #expect(try await lookup(.status(200, body: body)) == .found)
  }

  @Test(arguments: [
    (ReceiverFault.status(500), DeliveryOutcome.unknown("look-up: HTTP 500")),
    (
      .status(401, body: #"{"detail":"key key-0a1b2c3d"}"#),
      .failed(.refused, "HTTP 401 key (key)")
    ),
    // It has no search: that is not a wrong address.
    (.status(404), .unknown("look-up: HTTP 404")),
    (.status(429), .failed(.throttled(retryAfter: nil), "HTTP 429")),
    // What lies behind the server is at fault, as it would be for an upload.
    (
      .status(502, body: #"{"code":"provider_auth","detail":"bad key"}"#),
      .failed(.dependency, "HTTP 502 provider_auth: bad key")
    ),
    (.status(200, body: "<html>"), .unknown("look-up: HTTP 200 without results to the search")),
    (.silence, .unknown("look-up: timeout: no whole answer within 1 s")),
  ])
  func aSearchThatFailsSaysWhyAndWhoseFaultItIs(
    fault: ReceiverFault,
    outcome: DeliveryOutcome
  ) async throws {
    #expect(try await lookup(fault, key: "key-0a1b2c3d") == .failed(outcome))
  }

  @Test func anOlderServerIsAskedInItsOwnWords() async throws {
    let memory = DeliveryTrial.memory
    let receiver = try Receiver(
      .script { request in
        let isOld =
          request.body.contains(#""user_id":"mem0-brain"}"#)
          && !request.body.contains("threshold")
        let row = #"{"memory":"remember this","metadata":{"queue_id":"\#(memory.id)"}}"#
        let answer =
          isOld
          ? Receiver.kept("200 OK", body: #"{"results":[\#(row)]}"#)
          : Receiver.kept("502 Bad Gateway", body: #"{"detail":"unknown","code":"unknown"}"#)
        return Receiver.Turn(texts: [(0, answer)])
      }
    )
    defer { receiver.stop() }
    var settings = ServerSettings()
    settings.api = .mem0
    settings.url = receiver.url
    let client = try DeliveryClient(settings: settings, environment: [:])
    #expect(await client.find(memory) == .found)
    #expect(receiver.heads.count == 2)
  }

  @Test func thePlatformIsAskedByItsFilters() async throws {
    try await DeliveryTrial.run(.platform, key: "key-0a1b2c3d") { trial in
      #expect(await trial.client.find(DeliveryTrial.memory) == .absent)
      let request = try #require(trial.receiver.requests.first)
      #expect(request.path == "/v3/memories/?page=1&page_size=1")
      #expect(
        String(decoding: request.body, as: UTF8.self)
          == #"{"filters":{"AND":[{"user_id":"mem0-brain"},{"metadata":{"queue_id":"#
          + #""3f2a91c0-0000-4000-8000-000000000001"}}]}}"#
      )
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      #expect(await trial.client.find(DeliveryTrial.memory) == .found)
    }
  }

  @Test(arguments: [
    ("200 OK", #"[{"ref":"a b/1"}]"#, MemoryLookup.found), ("200 OK", "[]", .absent),
    ("200 OK", #"{"note":"not a b/1"}"#, .absent), ("404 Not Found", "{}", .absent),
    ("500 Oh", "{}", .failed(.unknown("look-up: HTTP 500"))),
  ])
  func aCustomLookUpMustShowTheID(
    status: String,
    body: String,
    lookup: MemoryLookup
  ) async throws {
    let receiver = try Receiver(Receiver.http(status, body: body))
    defer { receiver.stop() }
    var settings = ServerSettings()
    settings.api = .custom
    settings.url = receiver.url
    settings.custom = DeliveryTrial.custom
    settings.custom.lookup = "/notes/{project}?ref={id}"
    let client = try DeliveryClient(settings: settings, environment: [:])
    #expect(await client.find(Memory(id: "a b/1", project: "p?", content: "{id}")) == lookup)
    #expect(receiver.heads.first?.hasPrefix("GET /notes/p%3F?ref=a%20b%2F1 ") == true)
  }
}
