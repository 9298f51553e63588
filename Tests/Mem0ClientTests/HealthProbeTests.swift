import Foundation
import Mem0Client
import QueueEngine
import TestSupport
import Testing

@Suite(.tags(.alone)) struct HealthProbeTests {
  /// One probe of a receiver that behaves so.
  private func probe(
    _ behaviour: Receiver.Behaviour,
    deadline: Duration = .seconds(5)
  ) async throws -> EndpointStatus {
    let receiver = try Receiver(behaviour)
    defer { receiver.stop() }
    return try await probe(url: receiver.url + "/health", deadline: deadline)
  }

  private func probe(url: String, deadline: Duration = .seconds(5)) async throws -> EndpointStatus {
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: url)]
    let probe = HealthProbe(settings: settings, environment: [:], deadline: deadline)
    return try #require(await probe.probe(now: Timestamp(1_000_000)).endpoints.first)
  }

  @Test func anAnswerOf200IsUp() async throws {
    let status = try await probe(Receiver.http("200 OK"))
    #expect(status.httpStatus == 200)
    #expect(status.error == nil)
    #expect(status.consecutiveFailures == 0)
    #expect(status.history.count == 1)
    let latency = try #require(status.latency)
    #expect(latency > .zero && latency < .seconds(5))
    #expect(try #require(status.probedAt) > Timestamp(1_000_000))
  }

  @Test(arguments: [0, 185])
  func theKeyIsHiddenWhereTheServerRepeatsIt(distance: Int) async throws {
    let key = "sk-0123456789-secret"
    let location = "/login/" + String(repeating: "x", count: distance) + key
    let receiver = try Receiver(Receiver.http("302 Found", headers: "Location: \(location)\r\n"))
    defer { receiver.stop() }
    var settings = ServerSettings()
    settings.api = .mem0
    settings.url = receiver.url
    settings.keyEnvironment = "KEY"
    settings.health = [HealthEndpoint(name: "api", url: receiver.url + "/docs")]
    let probe = HealthProbe(settings: settings, environment: ["KEY": key])
    let status = await probe.probe(now: Timestamp(1_000_000))
    let error = try #require(status.endpoints.first?.error)
    #expect(receiver.heads.contains { $0.contains(key) })
    #expect(error.contains("(key)") && !error.contains("sk-"))
  }

  @Test func anAnswerThatIsNotJSONIsStillHealthy() async throws {
    #expect(try await probe(Receiver.http("200 OK", body: "<html>hello")).error == nil)
  }

  @Test(arguments: [
    ("500 Internal Server Error", "http: 500 Internal Server Error"),
    ("503 Service Unavailable", "http: 503 Service Unavailable"),
    ("401 Unauthorized", "http: 401 Unauthorized"),
  ])
  func anErrorStatusIsClassHTTP(status: String, error: String) async throws {
    let endpoint = try await probe(Receiver.http(status))
    #expect(endpoint.error == error)
    #expect(endpoint.httpStatus == Int(status.prefix(3)))
  }

  @Test func aRedirectIsRefusedAndItsTargetNeverAsked() async throws {
    let target = try Receiver(Receiver.http("200 OK"))
    defer { target.stop() }
    let location = "Location: http://user:secret@127.0.0.1:\(target.port)/there?token=x\r\n"
    let endpoint = try await probe(Receiver.http("302 Found", headers: location))
    let error = try #require(endpoint.error)
    #expect(error == "redirect: HTTP 302 to http://127.0.0.1:\(target.port)/there, not followed")
    #expect(target.heads.isEmpty)
  }

  @Test(arguments: [
    Receiver.Behaviour.silence,
    .drip(after: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
    .drip(after: "HTTP/1.1 200 OK\r\nX-Long: "),
  ])
  func aSlowAnswerEndsAtTheDeadline(behaviour: Receiver.Behaviour) async throws {
    let start = ContinuousClock.now
    let endpoint = try await probe(behaviour, deadline: .milliseconds(400))
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(endpoint.error?.hasPrefix("timeout: ") == true, "\(endpoint.error ?? "none")")
    #expect(endpoint.latency == nil)
    #expect(endpoint.history == [nil])
  }

  @Test(
    arguments: [
      ("200 OK", nil), ("500 Oh", "http: 500 Internal Server Error"),
      ("404 Not Found", "http: 404 Not Found"),
    ] as [(String, String?)],
    ["", "Content-Length: 999999999\r\n"]
  )
  func ofAPageBeyondTheCapTheStatusCounts(answer: (String, String?), head: String) async throws {
    let endpoint = try await probe(.flood(after: "HTTP/1.1 \(answer.0)\r\n\(head)\r\n"))
    #expect(endpoint.error == answer.1)
    #expect(endpoint.httpStatus == Int(answer.0.prefix(3)))
    #expect(endpoint.latency != nil)
    #expect(endpoint.consecutiveFailures == (answer.0.hasPrefix("500") ? 1 : 0))
  }

  @Test func ofAnErrorWhoseBodyBreaksOffTheStatusCounts() async throws {
    let head = "HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\nhalf"
    #expect(try await probe(.answer(head)).error == "http: 500 Internal Server Error")
  }

  /// The HTTP library below takes such an answer for one that is only announced.
  @Test(arguments: ["000", "001", "099", "101"])
  func aStatusThatIsNoneIsAFailure(status: String) async throws {
    let text = "HTTP/1.1 \(status) X\r\nContent-Length: 3\r\n\r\nerr"
    let error = try #require(try await probe(.answer(text)).error)
    #expect(error.hasPrefix("http: "), "\(error)")
  }

  @Test func aBodyThatBreaksOffIsClassBody() async throws {
    let endpoint = try await probe(
      .answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    )
    #expect(endpoint.error?.hasPrefix("body: ") == true, "\(endpoint.error ?? "none")")
  }

  @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "<html>hello</html>\r\n\r\n", ""])
  func garbageIsClassHTTP(text: String) async throws {
    let endpoint = try await probe(.answer(text))
    let error = try #require(endpoint.error)
    #expect(error.hasPrefix("http: "), "\(error)")
    #expect(error.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
  }

  @Test func aReasonPhraseIsScrubbed() async throws {
    let endpoint = try await probe(Receiver.http("500 a\u{202E}b\u{200B}c"))
    let error = try #require(endpoint.error)
    #expect(error.unicodeScalars.allSatisfy { $0 != "\u{202E}" && $0 != "\u{200B}" })
  }

  @Test func aRefusedConnectionIsClassConnect() async throws {
    let receiver = try Receiver(.silence)
    receiver.stop()
    let endpoint = try await probe(url: receiver.url)
    #expect(endpoint.error == "connect: connection refused")
    #expect(endpoint.httpStatus == nil)
  }

  @Test func aServerThatSpeaksNoTLSIsClassTLS() async throws {
    let receiver = try Receiver(.answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
    defer { receiver.stop() }
    let endpoint = try await probe(url: "https://127.0.0.1:\(receiver.port)/")
    #expect(endpoint.error == "tls: the server does not speak TLS")
  }

  @Test func aNameWithoutAddressIsClassDNS() async throws {
    // RFC 6761: no name under .invalid ever resolves.
    let endpoint = try await probe(url: "http://mem0.invalid:8080/health")
    #expect(endpoint.error == "dns: no address found for mem0.invalid")
  }

  @Test func endpointsAreAskedSideBySide() async throws {
    let receivers = try (0..<4).map { _ in try Receiver(.silence) }
    defer { for receiver in receivers { receiver.stop() } }
    var settings = ServerSettings()
    settings.health = receivers.map { HealthEndpoint(name: "\($0.port)", url: $0.url) }
    let probe = HealthProbe(
      settings: settings,
      environment: [:],
      deadline: .seconds(2)
    )
    let start = ContinuousClock.now
    let status = await probe.probe(now: Timestamp(0))
    #expect(ContinuousClock.now - start < .seconds(7), "one after the other would take 8 s")
    #expect(status.endpoints.map(\.name) == receivers.map { "\($0.port)" })
    #expect(status.endpoints.allSatisfy { $0.error?.hasPrefix("timeout") == true })
  }

  @Test func threeFailuresInARowAreDownAndOneSuccessIsUp() async throws {
    let receiver = try Receiver(Receiver.http("200 OK"))
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: receiver.url)]
    let probe = HealthProbe(settings: settings, environment: [:])
    #expect(await probe.probe(now: Timestamp(0)).state == .up)
    receiver.stop()
    var states: [ServerState] = []
    for second in 1...3 { states.append(await probe.probe(now: Timestamp(Double(second))).state) }
    #expect(states == [.up, .up, .down], "it keeps its state until the third")
  }

  @Test func whatNeverAnsweredIsUnknownUntilTheThird() async throws {
    let receiver = try Receiver(.silence)
    receiver.stop()
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: receiver.url)]
    let probe = HealthProbe(settings: settings, environment: [:])
    var states: [ServerState] = []
    for second in 1...3 { states.append(await probe.probe(now: Timestamp(Double(second))).state) }
    #expect(states == [.unknown, .unknown, .down])
  }

  @Test func oneOfTwoThatFailedThreeTimesIsDegraded() async throws {
    let receivers = (try Receiver(Receiver.http("200 OK")), try Receiver(.silence))
    defer { receivers.0.stop() }
    receivers.1.stop()
    var settings = ServerSettings()
    settings.health = [receivers.0, receivers.1].map {
      HealthEndpoint(name: "\($0.port)", url: $0.url)
    }
    let probe = HealthProbe(settings: settings, environment: [:])
    let status = await probe.probeUntilCertain(now: Timestamp(0))
    #expect(status.state == .degraded && status.isAnswering)
    #expect(status.endpoints.map(\.state) == [.up, .down])
  }

  @Test(
    arguments: [
      ("200 OK", #"{"needsSetup":false}"#, nil),
      ("200 OK", "<html>", "body: HTTP 200, but not JSON"),
      ("500 Oh", "{}", "http: 500"),
    ] as [(String, String, String?)]
  )
  func theOpenSourceServerMustAnswerInJSON(
    status: String,
    body: String,
    error: String?
  ) async throws {
    let receiver = try Receiver(Receiver.http(status, body: body))
    defer { receiver.stop() }
    let endpoint = try #require(await presetProbe(.mem0, receiver).endpoints.first)
    #expect(error.map { endpoint.error?.hasPrefix($0) == true } ?? (endpoint.error == nil))
  }

  @Test func anOlderOpenSourceServerIsAskedForItsDocumentation() async throws {
    let receiver = try Receiver(
      .script { request in
        let isDocumentation = request.head.hasPrefix("GET /docs ")
        let status = isDocumentation ? "200 OK" : "404 Not Found"
        return Receiver.Turn(texts: [(0, Receiver.kept(status, body: "<html>"))])
      }
    )
    defer { receiver.stop() }
    let status = await presetProbe(.mem0, receiver)
    #expect(status.state == .up && status.rejection == nil)
    #expect(receiver.heads.count == 2)
  }

  private func presetProbe(_ api: ServerAPI, _ receiver: Receiver) async -> ServerStatus {
    var settings = ServerSettings()
    settings.api = api
    settings.url = receiver.url
    return await HealthProbe(settings: settings, environment: [:]).probe(now: Timestamp(0))
  }

  @Test func whoeverLooksOnceAsksUntilItIsCertain() async throws {
    let receiver = try Receiver(.silence)
    defer { receiver.stop() }
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: receiver.url)]
    let probe = HealthProbe(settings: settings, environment: [:], deadline: .milliseconds(300))
    let start = ContinuousClock.now
    let status = await probe.probeUntilCertain(now: Timestamp(0))
    #expect(ContinuousClock.now - start >= .seconds(2), "three questions a second apart")
    #expect(status.state == .down && status.endpoints.first?.consecutiveFailures == 3)
    #expect(await probe.probeUntilCertain(now: Timestamp(9)).endpoints.first?.history.count == 4)
  }

  @Test func theHistoryIsBounded() async throws {
    let receiver = try Receiver(.silence)
    receiver.stop()
    var settings = ServerSettings()
    settings.health = [HealthEndpoint(name: "api", url: receiver.url)]
    let probe = HealthProbe(settings: settings, environment: [:])
    var status = ServerStatus()
    for second in 0..<70 { status = await probe.probe(now: Timestamp(Double(second))) }
    #expect(status.endpoints.first?.history.count == 60)
    #expect(status.endpoints.first?.consecutiveFailures == 70)
    #expect(status.endpoints.first?.troubledSince == Timestamp(0))
  }

  @Test func withoutEndpointsNothingIsAsked() async {
    let status = await HealthProbe(settings: ServerSettings(), environment: [:])
      .probe(now: Timestamp(0))
    #expect(status == ServerStatus())
    #expect(status.state == .unknown)
  }
}
