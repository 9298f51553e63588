import Foundation
import Mem0Client
import QueueEngine
import TestSupport
import Testing

@Suite struct ServerKeyTests {
  private func settings(_ receiver: Receiver, api: ServerAPI = .mem0) -> ServerSettings {
    var settings = ServerSettings()
    settings.api = api
    settings.url = receiver.url
    return settings
  }

  @Test(arguments: [
    ("401 Unauthorized", "it rejects our key"), ("403 Forbidden", "it rejects our key"),
    ("404 Not Found", "the address is wrong"), ("429 Too Many Requests", "the quota is used up"),
  ])
  func aServerThatRefusesUsIsNeverDown(status: String, reason: String) async throws {
    let receiver = try Receiver(Receiver.http(status))
    defer { receiver.stop() }
    var settings = settings(receiver)
    settings.keyEnvironment = "KEY"
    let probe = HealthProbe(settings: settings, environment: ["KEY": "key-0a1b2c3d"])
    var last = ServerStatus()
    for second in 0..<4 { last = await probe.probe(now: Timestamp(Double(second))) }
    #expect(last.state == .up)
    #expect(last.endpoints.first?.consecutiveFailures == 0)
    let rejection = try #require(last.rejection)
    #expect(rejection.contains(reason))
    #expect(rejection.contains("HTTP \(status.prefix(3))"))
  }

  @Test func aServerThatWantsAKeyWhereNoneIsSetSaysSo() async throws {
    let receiver = try Receiver(Receiver.http("401 Unauthorized"))
    defer { receiver.stop() }
    let status = await HealthProbe(settings: settings(receiver), environment: [:])
      .probe(now: Timestamp(0))
    #expect(status.rejection?.contains("it wants a key, and none is set") == true)
  }

  @Test func anUnsetKeyVariableMeansThatNothingIsSent() async throws {
    let receiver = try Receiver(Receiver.http("200 OK"))
    defer { receiver.stop() }
    var settings = settings(receiver)
    settings.keyEnvironment = "MEM0_API_KEY"
    let status = await HealthProbe(settings: settings, environment: ["MEM0_API_KEY": ""])
      .probe(now: Timestamp(0))
    #expect(
      status.rejection
        == "Nothing is sent: server.key_env names MEM0_API_KEY, which is not set; "
        + "export it where mem0top starts."
    )
    #expect(status.state == .unknown)
    #expect(receiver.heads.isEmpty)
  }

  @Test(arguments: [
    (ServerAPI.mem0, "GET /auth/setup-status ", "X-API-Key: key-0a1b2c3d"),
    (.platform, "GET /v1/ping/ ", "Authorization: Token key-0a1b2c3d"),
  ])
  func theKeyGoesInThePresetsHeader(api: ServerAPI, request: String, header: String) async throws {
    let receiver = try Receiver(Receiver.http("200 OK"))
    defer { receiver.stop() }
    var settings = settings(receiver, api: api)
    settings.keyEnvironment = "KEY"
    let status = await HealthProbe(settings: settings, environment: ["KEY": "key-0a1b2c3d"])
      .probe(now: Timestamp(0))
    #expect(status.state == .up)
    let head = try #require(receiver.heads.first)
    #expect(head.hasPrefix(request))
    #expect(head.contains(header + "\r\n"))
  }

  @Test func theKeyNeverGoesToAnotherServer() async throws {
    let (home, other) = (
      try Receiver(Receiver.http("200 OK")), try Receiver(Receiver.http("200 OK"))
    )
    defer { for receiver in [home, other] { receiver.stop() } }
    var settings = settings(home)
    settings.keyEnvironment = "KEY"
    settings.health = [HealthEndpoint(name: "other", url: other.url)]
    let status = await HealthProbe(settings: settings, environment: ["KEY": "key-0a1b2c3d"])
      .probe(now: Timestamp(0))
    #expect(status.state == .up)
    #expect(other.heads.count == 1)
    #expect(!other.heads.joined().contains("key-0a1b2c3d"))
  }

  @Test func aKeyFileThatOthersMayReadIsRefused() async throws {
    let receiver = try Receiver(Receiver.http("200 OK"))
    defer { receiver.stop() }
    let directory = try TemporaryDirectory()
    try directory.write("k-456\n", to: "key")
    let file = directory.path("key")
    var settings = settings(receiver)
    settings.keyFile = file
    let probe = HealthProbe(settings: settings, environment: [:])

    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    let refused = await probe.probe(now: Timestamp(0))
    #expect(refused.rejection?.contains("chmod 600") == true)
    #expect(receiver.heads.isEmpty)

    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    #expect(await probe.probe(now: Timestamp(1)).state == .up)
    #expect(receiver.heads.joined().contains("X-API-Key: k-456\r\n"))
  }

  @Test func aKeyThatWouldAddAHeaderIsRefused() async throws {
    let receiver = try Receiver(Receiver.http("200 OK"))
    defer { receiver.stop() }
    var settings = settings(receiver)
    settings.keyEnvironment = "KEY"
    let status = await HealthProbe(settings: settings, environment: ["KEY": "a\r\nX-Evil: 1"])
      .probe(now: Timestamp(0))
    #expect(status.rejection?.contains("one line of plain ASCII") == true)
    #expect(receiver.heads.isEmpty)
  }

  @Test func addressesAreShownWithoutWhatMayBeSecret() {
    #expect(
      WebAddress.shown("https://me:pass@Mem0.example:8443/health?key=1#top")
        == "https://mem0.example:8443/health"
    )
    #expect(WebAddress("ftp://host/") == nil)
    #expect(WebAddress("http://") == nil)
    #expect(WebAddress("http://:80/") == nil)
    #expect(WebAddress("http://host/\u{1B}[2J") == nil)
  }

  @Test func presetsNameTheirHealthPath() {
    var settings = ServerSettings()
    #expect(settings.endpoints.isEmpty)
    settings.url = "http://127.0.0.1:8081/"
    #expect(settings.endpoints.map(\.url) == ["http://127.0.0.1:8081/health"])
    settings.api = .mem0
    #expect(settings.endpoints.map(\.url) == ["http://127.0.0.1:8081/auth/setup-status"])
    settings.api = .platform
    #expect(settings.endpoints.map(\.url) == ["http://127.0.0.1:8081/v1/ping/"])
  }

  @Test(arguments: ["/c2VjcmV0LWtleQ", "/no/such/file-sk-0123456789"])
  func aKeyInThePlaceOfItsPathIsNotPrinted(key: String) async throws {
    var settings = ServerSettings()
    settings.url = "http://127.0.0.1:9"
    settings.keyFile = key
    let status = await HealthProbe(settings: settings, environment: [:]).probe(now: Timestamp(0))
    let rejection = try #require(status.rejection)
    #expect(rejection.contains("server.key_file") && !rejection.contains(key))
    settings.concealKey(environment: [:])
    #expect(!Scrubber.scrub("the file \(key) is not there").contains(key))
  }

  @Test func aKeyInThePlaceOfItsVariablesNameIsNotPrinted() async throws {
    let key = "m0sk_a1b2c3d4e5f6a7b8"
    var settings = ServerSettings()
    settings.url = "http://127.0.0.1:9"
    settings.keyEnvironment = key
    let status = await HealthProbe(settings: settings, environment: [:]).probe(now: Timestamp(0))
    #expect(status.rejection?.hasPrefix("Nothing is sent: server.key_env names a variable") == true)
    settings.concealKey(environment: [:])
    #expect(Scrubber.scrub("key_env = \(key)") == "key_env = (key)")
  }

  @Test func theKeyIsConcealedWhereverItWasRead() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file-key-7731\n", to: "key")
    var settings = ServerSettings()
    settings.keyEnvironment = "KEY"
    settings.keyFile = directory.path("key")
    settings.custom.headers = ["X-Auth": "Bearer header-key-7731", "X-Tenant": "somebody"]
    settings.concealKey(environment: ["KEY": "variable-key-7731"])
    for key in ["variable-key-7731", "file-key-7731", "header-key-7731"] {
      #expect(Scrubber.scrub("curl -H 'X: \(key)' http://h") == "curl -H 'X: (key)' http://h")
      #expect(Scrubber.scrub(bytes: "é \(key)\u{1B}".utf8) == "é (key)\u{241B}")
      #expect(Scrubber.scrub("cut \(key.dropLast(3))") == "cut (key)", "a text that was cut in it")
    }
    #expect(Scrubber.scrub("somebody") == "somebody")
  }
}
