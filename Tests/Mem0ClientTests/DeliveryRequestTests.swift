import DemoWorld
import Mem0Client
import QueueEngine
import Testing

/// What is sent, byte for byte where it matters.
@Suite struct DeliveryRequestTests {
  /// The request in which a memory came.
  private func request(
    _ api: ServerAPI,
    _ memory: Memory = DeliveryTrial.memory,
    key: String? = nil
  ) async throws -> ReceivedRequest {
    var request: ReceivedRequest?
    try await DeliveryTrial.run(api, key: key) { trial in
      #expect(await trial.client.add(memory) == .stored)
      request = trial.receiver.requests.first
    }
    return try #require(request)
  }

  @Test(arguments: [
    (ServerAPI.bridge, "/memory", #"{"content":"remember this","user_id":"mem0-brain"}"#),
    (
      .mem0, "/memories",
      #"{"infer":false,"messages":[{"content":"remember this","role":"user"}],"metadata":"#
        + #"{"created_at":"2023-11-14T22:13:20Z","queue_id":"3f2a91c0-0000-4000-8000-000000000001"}"#
        + #","user_id":"mem0-brain"}"#
    ),
    (
      .platform, "/v3/memories/add/",
      #"{"infer":false,"messages":[{"content":"remember this","role":"user"}],"metadata":"#
        + #"{"created_at":"2023-11-14T22:13:20Z","queue_id":"3f2a91c0-0000-4000-8000-000000000001"}"#
        + #","user_id":"mem0-brain"}"#
    ),
  ])
  func eachPresetSendsItsBody(api: ServerAPI, path: String, body: String) async throws {
    let request = try await request(api)
    #expect(request.path == path)
    #expect(String(decoding: request.body, as: UTF8.self) == body)
    #expect(request.values(of: "Content-Type") == ["application/json"])
  }

  @Test func anUnknownTimeIsLeftOut() async throws {
    var memory = DeliveryTrial.memory
    memory.createdAt = nil
    let body = String(decoding: try await request(.mem0, memory).body, as: UTF8.self)
    #expect(body.contains(#""queue_id""#))
    #expect(!body.contains("created_at"))
  }

  @Test(arguments: ServerAPI.allCases)
  func anyTextArrivesAsItIs(api: ServerAPI) async throws {
    let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
    let content = controls + "\u{7F}\"\\/\u{2028}\u{2029}\u{202E}é e\u{301} 👩‍👩‍👧 \u{10FFFF}\u{FEFF}"
    let memory = Memory(id: "x", project: "a\"b\\c\n</script>", content: content)
    try await DeliveryTrial.run(api) { trial in
      let outcome = await trial.client.add(memory)
      #expect(outcome == .stored)
      let stored = try #require(trial.receiver.stored.first)
      #expect(Array(stored.content.utf8) == Array(content.utf8))
      #expect(Array(stored.project.utf8) == Array(memory.project.utf8))
    }
  }

  @Test func aLargeMemoryArrivesWhole() async throws {
    let memory = Memory(id: "x", project: "p", content: String(repeating: "é\n", count: 3_000_000))
    try await DeliveryTrial.run(.mem0) { trial in
      #expect(await trial.client.add(memory) == .stored)
      #expect(trial.receiver.stored.first?.content.utf8.count == memory.content.utf8.count)
    }
  }

  @Test(arguments: ServerAPI.allCases)
  func everyDeliveryCarriesTheItemsID(api: ServerAPI) async throws {
    let request = try await request(api)
    #expect(request.values(of: "Idempotency-Key") == [DeliveryTrial.memory.id])
  }

  @Test func memoriesThatShareAnIDHaveKeysOfTheirOwn() async throws {
    var memory = DeliveryTrial.memory
    memory.distinction = 0xAB
    let request = try await request(.mem0, memory)
    #expect(request.values(of: "Idempotency-Key") == [memory.id + "%~ab"])
  }

  @Test(arguments: [
    ("a b", "a%20b"), ("a\r\nX-Evil: 1", "a%0D%0AX-Evil:%201"), ("100%", "100%25"),
    ("é", "%C3%A9"), ("\u{0}", "%00"), (String(repeating: "x", count: 512), nil as String?),
    (String(repeating: "x", count: 513), nil), (String(repeating: "é", count: 200), nil),
  ])
  func anIDThatNoHeaderHoldsIsEncodedOrLeftOut(id: String, value: String?) async throws {
    let request = try await request(.bridge, Memory(id: id, project: "p", content: "c"))
    let expected = id.count == 512 ? id : value
    #expect(request.values(of: "Idempotency-Key") == (expected.map { [$0] } ?? []))
    #expect(request.values(of: "X-Evil").isEmpty)
  }

  @Test(arguments: [
    (ServerAPI.mem0, "X-API-Key", "key-0a1b2c3d"),
    (.platform, "Authorization", "Token key-0a1b2c3d"),
    (.custom, "Authorization", "Bearer key-0a1b2c3d"),
  ])
  func theKeyGoesInThePresetsHeader(api: ServerAPI, name: String, value: String) async throws {
    let request = try await request(api, key: "key-0a1b2c3d")
    #expect(request.values(of: name) == [value])
    #expect(!String(decoding: request.body, as: UTF8.self).contains("key-0a1b2c3d"))
  }

  @Test func theHealthCheckOfADeliveryLeavesTheKeyAtHome() async throws {
    let other = try await DemoReceiver.start(latency: .zero ... .zero)
    try await DeliveryTrial.run { trial in
      var settings = ServerSettings()
      settings.api = .mem0
      settings.url = trial.receiver.url
      settings.health = [
        HealthEndpoint(name: "own", url: trial.receiver.url + "/docs"),
        HealthEndpoint(name: "other", url: other.url + "/docs"),
      ]
      settings.keyEnvironment = "KEY"
      let client = try DeliveryClient(settings: settings, environment: ["KEY": "key-0a1b2c3d"])
      #expect(await client.isHealthy())
      #expect(trial.receiver.requests.map { $0.values(of: "X-API-Key") } == [["key-0a1b2c3d"]])
    }
    #expect(other.requests.map { $0.values(of: "X-API-Key") } == [[]])
    await other.stop()
  }

  @Test func eachDeliveryHasAConnectionOfItsOwn() async throws {
    try await DeliveryTrial.run { trial in
      for number in 0..<20 {
        let memory = Memory(id: "\(number)", project: "p", content: "c")
        #expect(await trial.client.add(memory) == .stored)
      }
      #expect(trial.receiver.connectionCount == 20)
      #expect(trial.receiver.stored.map(\.id) == (0..<20).map { "\($0)" })
    }
  }

  @Test func manyDeliveriesGoSideBySide() async throws {
    try await DeliveryTrial.run { trial in
      let client = trial.client
      let outcomes = await withTaskGroup(of: DeliveryOutcome.self) { group in
        for number in 0..<500 {
          group.addTask {
            await client.add(Memory(id: "\(number)", project: "p\(number % 8)", content: "c"))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.allSatisfy { $0 == .stored })
      #expect(trial.receiver.deliveries.count == 500)
      #expect(trial.receiver.deliveries.values.allSatisfy { $0 == 1 })
    }
  }
}
