import DemoWorld
import Mem0Client
import QueueEngine
import TestSupport
import Testing

/// What the client makes of connections that fail, and whether it says rightly what was sent.
@Suite(.tags(.alone)) struct DeliveryFailureTests {
  private func settings(url: String) -> ServerSettings {
    var settings = ServerSettings()
    settings.url = url
    return settings
  }

  @Test(arguments: ServerAPI.allCases, [ReceiverFault.silence, .silenceAfterStoring])
  func silenceIsUnknownAtTheDeadline(api: ServerAPI, fault: ReceiverFault) async throws {
    let start = ContinuousClock.now
    let outcome = try await DeliveryTrial.outcome(api, fault, deadline: .milliseconds(1200))
    #expect(outcome == .unknown("timeout after 1 s"))
    #expect(ContinuousClock.now - start < .seconds(6))
  }

  @Test(arguments: ServerAPI.allCases, [ReceiverFault.reset, .resetAfterStoring])
  func aResetIsUnknown(api: ServerAPI, fault: ReceiverFault) async throws {
    try await DeliveryTrial.run(api) { trial in
      trial.receiver.setFault(fault)
      let outcome = await trial.client.add(DeliveryTrial.memory)
      #expect(outcome == .unknown("connection reset by peer"))
      #expect(trial.receiver.stored.count == (fault.storesFirst ? 1 : 0))
    }
  }

  @Test func aConnectionThatIsClosedWithoutAnAnswerIsUnknown() async throws {
    let outcome = try await DeliveryTrial.outcome(.bridge, ReceiverFault(.close))
    guard case .unknown(let text) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(text.contains("closed"))
  }

  @Test func anAcceptedAnswerThatDripsIsUnknown() async throws {
    let outcome = try await DeliveryTrial.outcome(
      .bridge,
      ReceiverFault(.drip(status: 200)),
      deadline: .milliseconds(700)
    )
    #expect(outcome == .unknown("HTTP 200, then timeout after 700 ms"))
  }

  @Test func aRefusalThatDripsIsStillARefusal() async throws {
    let outcome = try await DeliveryTrial.outcome(
      .bridge,
      ReceiverFault(.drip(status: 422)),
      deadline: .milliseconds(700)
    )
    #expect(outcome == .rejected("HTTP 422"))
  }

  @Test func anAcceptedAnswerWithoutEndIsUnknown() async throws {
    let outcome = try await DeliveryTrial.outcome(.bridge, ReceiverFault(.flood(status: 200)))
    #expect(outcome == .unknown("HTTP 200, then body: larger than 64 KiB"))
  }

  @Test func aRefusalWhoseBodyHasNoEndIsStillARefusal() async throws {
    let outcome = try await DeliveryTrial.outcome(.bridge, ReceiverFault(.flood(status: 422)))
    #expect(outcome == .rejected("HTTP 422"))
  }

  @Test func aRefusedConnectionIsUnreachable() async throws {
    try await DeliveryTrial.run { trial in
      await trial.receiver.goDown()
      let outcome = await trial.client.add(DeliveryTrial.memory)
      #expect(outcome == .failed(.unreachable, "connect: connection refused"))
      #expect(await !trial.client.isHealthy())
      try await trial.receiver.comeUp()
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      #expect(await trial.client.isHealthy())
    }
  }

  @Test func anOutageEndsTheConnectionsThatWereOpen() async throws {
    try await DeliveryTrial.run { trial in
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      await trial.receiver.goDown()
      // The end of the idle connection may be noticed only when it is used.
      let refused = DeliveryOutcome.failed(.unreachable, "connect: connection refused")
      var outcome = await trial.client.add(DeliveryTrial.memory)
      if outcome != refused { outcome = await trial.client.add(DeliveryTrial.memory) }
      #expect(outcome == refused)
      #expect(trial.receiver.stored.count == 1)
    }
  }

  @Test func aNameWithoutAddressIsUnreachable() async throws {
    // RFC 6761: no name under .invalid ever resolves.
    let client = try DeliveryClient(
      settings: settings(url: "http://mem0.invalid:8081"),
      environment: [:]
    )
    let outcome = await client.add(DeliveryTrial.memory)
    #expect(outcome == .failed(.unreachable, "dns: no address found for mem0.invalid"))
  }

  @Test func aServerWithoutTLSIsUnreachableAndLearnsNothing() async throws {
    let receiver = try Receiver(.answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
    defer { receiver.stop() }
    let client = try DeliveryClient(
      settings: settings(url: "https://127.0.0.1:\(receiver.port)"),
      environment: [:]
    )
    let outcome = await client.add(DeliveryTrial.memory)
    #expect(outcome == .failed(.unreachable, "tls: the server does not speak TLS"))
    #expect(receiver.heads.allSatisfy { !$0.contains("remember") })
  }

  @Test func aConnectionThatNeverComesAboutIsUnreachableNotUnknown() async throws {
    // The handshake gets no answer, so that the memory never leaves.
    let receiver = try Receiver(.silence)
    defer { receiver.stop() }
    let client = try DeliveryClient(
      settings: settings(url: "https://127.0.0.1:\(receiver.port)"),
      environment: [:],
      deadline: .milliseconds(600)
    )
    let outcome = await client.add(DeliveryTrial.memory)
    #expect(outcome == .failed(.unreachable, "timeout: no whole answer within 600 ms"))
  }

  @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "<html>hello</html>\r\n\r\n"])
  func anAnswerThatIsNotHTTPIsNoDelivery(text: String) async throws {
    let receiver = try Receiver(.answer(text))
    defer { receiver.stop() }
    let client = try DeliveryClient(settings: settings(url: receiver.url), environment: [:])
    let outcome = await client.add(DeliveryTrial.memory)
    // It answers without waiting for the body, so that both may be the truth.
    let reason = "http: the answer is not HTTP"
    #expect([.unknown(reason), .failed(.unreachable, reason)].contains(outcome), "\(outcome)")
  }

  @Test func healthAndDeliveryFailIndependently() async throws {
    try await DeliveryTrial.run { trial in
      trial.receiver.setFault(.status(503), on: .health)
      #expect(await !trial.client.isHealthy())
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      trial.receiver.setFault(nil, on: .health)
      trial.receiver.setFault(.status(500))
      #expect(await trial.client.isHealthy())
      #expect(await trial.client.add(DeliveryTrial.memory) == .unknown("HTTP 500"))
    }
  }

  @Test func aCancelledDeliveryEndsAtOnceAndIsUnknown() async throws {
    try await DeliveryTrial.run(deadline: .seconds(60)) { trial in
      trial.receiver.setFault(.silence)
      let client = trial.client
      let start = ContinuousClock.now
      let delivery = Task { await client.add(DeliveryTrial.memory) }
      while trial.receiver.requests.isEmpty, ContinuousClock.now - start < .seconds(20) {
        await Task.yield()
      }
      delivery.cancel()
      guard case .unknown = await delivery.value else {
        Issue.record("a cancelled delivery that had been sent is not unknown")
        return
      }
      #expect(ContinuousClock.now - start < .seconds(25))
    }
  }
}
