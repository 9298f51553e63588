import QueueEngine
import Testing

/// What the probe and the worker's own words prove of the server.
@Suite struct ServerEvidenceTests {
  private static let now = Timestamp(1_800_000_000)

  private func endpoint(_ name: String, failures: Int, answeredBefore: Bool = true)
    -> EndpointStatus
  {
    var endpoint = EndpointStatus(name: name, url: "http://127.0.0.1:9/\(name)")
    endpoint.probedAt = Self.now
    endpoint.consecutiveFailures = failures
    endpoint.history = (answeredBefore ? [0.01] : []) + Array(repeating: nil, count: failures)
    if failures == 0 { endpoint.httpStatus = 200 }
    endpoint.error = failures == 0 ? nil : "connect: connection refused"
    return endpoint
  }

  private func findings(
    _ endpoints: [EndpointStatus],
    log: [String] = []
  ) -> [Finding] {
    var snapshot = Snapshot(generatedAt: Self.now, directory: "/queue")
    snapshot.server = ServerStatus(endpoints: endpoints)
    var queue = QueueContents()
    queue.pending = 3
    queue.oldest = Self.now
    snapshot.queue = FileReading(state: .ok, content: queue)
    var tail = LogTail()
    tail.lines = log.map { LogLineParser.parse(Array($0.utf8)) }
    snapshot.log = FileReading(state: .ok, content: tail, modifiedAt: Self.now)
    let settings = EngineSettings(directory: "/queue", stateDirectory: "/state")
    return QueueEngine.findings(in: snapshot, at: Self.now, settings: settings)
  }

  @Test(arguments: [
    ([0, 0], ServerState.up), ([2, 0], .up), ([3, 0], .degraded), ([3, 2], .degraded),
    ([3, 3], .down), ([9, 3], .down),
  ])
  func anEndpointKeepsItsStateUntilTheThirdFailure(failures: [Int], state: ServerState) {
    let endpoints = failures.map { endpoint("e\($0)", failures: $0) }
    #expect(ServerStatus(endpoints: endpoints).state == state)
  }

  @Test func whatNeverAnsweredIsNotKnown() {
    let fresh = endpoint("new", failures: 1, answeredBefore: false)
    #expect(ServerStatus(endpoints: [endpoint("api", failures: 0), fresh]).state == .unknown)
  }

  @Test func oneEndpointThatIsDownIsNeverAllClear() throws {
    let found = findings([endpoint("api", failures: 0), endpoint("sync", failures: 3)])
    let finding = try #require(found.first { $0.code == .endpointDown })
    #expect(finding.severity == .warning)
    #expect(
      finding.summary
        == "1 endpoint of 2 failed the last 3 probes: sync (connect: connection refused)"
    )
    #expect(!found.contains { $0.code == .allClear || $0.code == .serverDown })
  }

  @Test(arguments: [[0, 0], [2, 0], [3, 3]])
  func otherwiseThereIsNoSuchFinding(failures: [Int]) {
    let found = findings(failures.map { endpoint("e\($0)", failures: $0) })
    #expect(!found.contains { $0.code == .endpointDown })
  }

  private static let unconfirmed =
    "❌ Worker error: The server accepts every memory and confirms none (HTTP 200 without a receipt;"
    + " server.api = \"mem0\" would fit): check server.api; the run stopped, and nothing was counted."

  @Test func aRunWithoutAnyReceiptRejectsUs() throws {
    let found = findings([endpoint("api", failures: 0)], log: [Self.unconfirmed, "✨ Worker done:"])
    let finding = try #require(found.first { $0.code == .serverRejects })
    #expect(finding.summary.contains("server.api = \"mem0\" would fit"))
  }

  @Test func aDeliveryThatWentThroughSinceDisprovesThat() {
    let log = [Self.unconfirmed, "✅ Synced: p (ID: 12345678...)"]
    let found = findings([endpoint("api", failures: 0)], log: log)
    #expect(!found.contains { $0.code == .serverRejects })
  }
}
