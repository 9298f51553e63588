import DemoWorld
import Mem0Client
import QueueEngine
import Testing

/// What the client makes of whole answers, for each preset (`docs/contract.md#whose-fault`).
@Suite struct DeliveryAnswerTests {
  @Test(arguments: ServerAPI.allCases)
  func anAcceptedMemoryIsStored(api: ServerAPI) async throws {
    try await DeliveryTrial.run(api) { trial in
      #expect(await trial.client.add(DeliveryTrial.memory) == .stored)
      let stored = try #require(trial.receiver.stored.first)
      #expect(trial.receiver.stored.count == 1)
      #expect(stored.id == DeliveryTrial.memory.id)
      #expect(stored.project == "mem0-brain")
      #expect(stored.content == "remember this")
      #expect(stored.queueID == (api == .bridge ? nil : DeliveryTrial.memory.id))
    }
  }

  @Test(arguments: ServerAPI.allCases, [400, 413, 422])
  func whatTheItemIsToBlameForIsRejected(api: ServerAPI, status: Int) async throws {
    let fault = ReceiverFault.status(status, body: #"{"detail":"invalid user_id"}"#)
    let outcome = try await DeliveryTrial.outcome(api, fault)
    #expect(outcome == .rejected("HTTP \(status) invalid user_id"))
  }

  @Test(arguments: ServerAPI.allCases, [401, 403, 404])
  func aServerThatRefusesUsIsAtFaultItself(api: ServerAPI, status: Int) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(status))
    #expect(outcome == .failed(.refused, "HTTP \(status)"))
  }

  @Test(arguments: ServerAPI.allCases, [300, 302, 307, 408, 409, 418])
  func everyOtherStatusIsBroken(api: ServerAPI, status: Int) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(status))
    let text = status < 400 ? "HTTP \(status) to nowhere, not followed" : "HTTP \(status)"
    #expect(outcome == .failed(.broken, text))
  }

  @Test(arguments: ServerAPI.allCases, [500, 502, 503, 504])
  func afterAServerErrorNobodyKnows(api: ServerAPI, status: Int) async throws {
    #expect(
      try await DeliveryTrial.outcome(api, .status(status)) == .unknown("HTTP \(status)")
    )
  }

  @Test(arguments: ServerAPI.allCases, ["", "<html>ok</html>", "{}", "null", "true"])
  func a2xxThatSaysNothingLeavesItOpen(api: ServerAPI, body: String) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(200, body: body))
    let text = "HTTP 200 without a receipt"
    #expect(outcome == .unconfirmed(text, way: text))
  }

  @Test(arguments: [
    (ServerAPI.bridge, #"{"success":false}"#), (.mem0, #"{"results":[]}"#), (.mem0, "[]"),
    (.platform, #"{"event_id":null,"results":[]}"#), (.custom, #"{"note":{"id":null}}"#),
    (.custom, #"{"note":{"id":false}}"#), (.custom, #"{"note":{"id":""}}"#),
  ])
  func a2xxThatDeniesItIsBroken(api: ServerAPI, body: String) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(200, body: body))
    #expect(outcome == .failed(.broken, "HTTP 200 without a receipt"))
  }

  @Test(arguments: [
    (ServerAPI.bridge, 201, #"{"success":true}"#), (.bridge, 200, #"{"success":true,"x":[1e2]}"#),
    (.mem0, 200, #"{"results":[{"id":"1"}],"relations":[]}"#), (.mem0, 200, #"[{"id":"1"}]"#),
    (.platform, 202, #"{"event_id":"e"}"#), (.platform, 200, #"{"results":[{"id":"1"}]}"#),
    (.platform, 200, #"{"event_id":"e","status":"SUCCEEDED","results":[]}"#),
    (.custom, 201, #"{"note":{"id":7}}"#), (.custom, 200, #"{"note":{"id":true}}"#),
  ])
  func presetsAcceptTheirOwnReceipts(api: ServerAPI, status: Int, body: String) async throws {
    #expect(try await DeliveryTrial.outcome(api, .status(status, body: body)) == .stored)
  }

  @Test(arguments: [
    (ServerAPI.bridge, 200, #"{"success":1}"#),
    (.bridge, 200, #"{"success":true,"success":false}"#),
    (.bridge, 200, #"{"success":true,"x":[{"a":1,"a":2}]}"#),
    (.bridge, 200, #"{"success":"true"}"#), (.mem0, 201, #"{"results":[{"id":"1"}]}"#),
    (.platform, 200, #"{"event_id":""}"#), (.platform, 200, #"{"event_id":"../x"}"#),
    (.custom, 200, #"{"note":[]}"#),
  ])
  func presetsAcceptNoOtherReceipts(api: ServerAPI, status: Int, body: String) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(status, body: body))
    let text = "HTTP \(status) without a receipt"
    #expect(outcome == .unconfirmed(text, way: text))
  }

  /// What another preset would take for a receipt tells which one the server wants.
  @Test(arguments: [
    (ServerAPI.bridge, #"{"results":[{"id":"1"}]}"#, ServerAPI.mem0),
    (.mem0, #"{"success":true,"message":"m-17"}"#, .bridge),
    (.bridge, #"{"event_id":"e","status":"PENDING"}"#, .platform),
    (.custom, #"{"success":true}"#, .bridge), (.platform, #"{"success":true}"#, .bridge),
  ])
  func thePresetThatWouldFitIsNamed(api: ServerAPI, body: String, other: ServerAPI) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(200, body: body))
    let text = "HTTP 200 without a receipt; server.api = \"\(other.rawValue)\" would fit"
    #expect(outcome == .unconfirmed(text, way: text))
  }

  @Test(arguments: [
    ("120", Duration.seconds(120)), ("0", .zero), ("99999999999999999999", .seconds(86_400)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(86_400)),
    ("soon", nil), ("-5", nil), ("1.5", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("", nil),
  ])
  func aThrottleHonoursItsRetryAfter(text: String, wait: Duration?) async throws {
    let fault = ReceiverFault.status(429, headers: [("Retry-After", text)])
    let outcome = try await DeliveryTrial.outcome(.bridge, fault)
    #expect(outcome == .failed(.throttled(retryAfter: wait), "HTTP 429"))
  }

  @Test(arguments: ServerAPI.allCases)
  func aThrottleWithoutRetryAfterIsOneAllTheSame(api: ServerAPI) async throws {
    let outcome = try await DeliveryTrial.outcome(api, .status(429))
    #expect(outcome == .failed(.throttled(retryAfter: nil), "HTTP 429"))
  }

  @Test(arguments: [
    (#"{"detail":"invalid user_id"}"#, "HTTP 422 invalid user_id"),
    (#"{"error":"no quota"}"#, "HTTP 422 no quota"),
    (#"{"error":{"message":"no quota"}}"#, "HTTP 422 no quota"),
    (#"{"message":"two\nlines"}"#, "HTTP 422 two lines"),
    (
      #"{"detail":[{"loc":["body","user_id"],"msg":"Field required"}]}"#,
      "HTTP 422 user_id: Field required"
    ),
    (#"{"detail":"\u001b]52;c;aGk=\u0007"}"#, "HTTP 422 \u{241B}]52;c;aGk=\u{2407}"),
    (#"{"detail":17}"#, "HTTP 422"),
    ("<html>", "HTTP 422"),
  ])
  func theServersOwnWordsAreShownScrubbed(body: String, text: String) async throws {
    #expect(try await DeliveryTrial.outcome(.mem0, .status(422, body: body)) == .rejected(text))
  }

  @Test func aLongReasonIsCut() async throws {
    let body = #"{"detail":"\#(String(repeating: "x", count: 5000))"}"#
    let text = try await DeliveryTrial.outcome(.mem0, .status(500, body: body)).text
    #expect(text.hasPrefix("HTTP 500 xxx"))
    #expect(text.count <= 120)
  }

  @Test func aKeyThatTheServerRepeatsIsNeverShown() async throws {
    let fault = ReceiverFault.status(401, body: #"{"detail":"bad key k-secret-123!"}"#)
    let outcome = try await DeliveryTrial.outcome(.mem0, fault, key: "k-secret-123")
    #expect(outcome == .failed(.refused, "HTTP 401 bad key (key)!"))
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func aRedirectIsNeverFollowed(status: Int) async throws {
    let target = try await DemoReceiver.start(latency: .zero ... .zero)
    let location = target.url + "/memory?token=x"
    let outcome = try await DeliveryTrial.outcome(
      .bridge,
      .status(status, headers: [("Location", location)])
    )
    #expect(outcome == .failed(.broken, "HTTP \(status) to \(target.url)/memory, not followed"))
    #expect(target.requests.isEmpty)
    await target.stop()
  }
}
