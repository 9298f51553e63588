import DemoWorld
import Mem0Client
import QueueEngine
import Testing

/// Whether a memory that may have been stored is found again.
@Suite struct MemoryLookupTests {
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
    try await DeliveryTrial.run(.mem0, key: "k-123") { trial in
      _ = await trial.client.find(DeliveryTrial.memory)
      let request = try #require(trial.receiver.requests.first)
      #expect(request.path == "/search")
      #expect(request.values(of: "X-API-Key") == ["k-123"])
      #expect(
        String(decoding: request.body, as: UTF8.self)
          == #"{"filters":{"queue_id":"3f2a91c0-0000-4000-8000-000000000001","#
          + #""user_id":"mem0-brain"},"query":"remember this","user_id":"mem0-brain"}"#
      )
    }
  }

  @Test(arguments: [ServerAPI.bridge, .platform])
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
    (ReceiverFault.status(500), "HTTP 500"),
    (.status(401, body: #"{"detail":"key k-123"}"#), "HTTP 401 key (key)"),
    (.status(200, body: "<html>"), "HTTP 200 without results to the search"),
    (.silence, "timeout: no whole answer within 1 s"),
  ])
  func aSearchThatFailsSaysWhy(fault: ReceiverFault, reason: String) async throws {
    #expect(try await lookup(fault, key: "k-123") == .failed(reason))
  }
}
