import Testing

@testable import mem0top

/// The protocol, message by message, without a process.
@Suite struct ModelContextServerTests {
  private func server(_ allowsActions: Bool = false) -> ModelContextServer {
    ModelContextServer(allowsActions: allowsActions) {
      (tool, arguments) async throws(CommandFailure) in
      if tool == .save { throw .refused("No.\nBecause.") }
      return ["tool": .text(tool.rawValue), "arguments": arguments]
    }
  }

  private func answer(_ line: String, allowsActions: Bool = false) async -> JSONDocument? {
    await server(allowsActions).answer(to: Array(line.utf8))
  }

  private func request(_ method: String, _ parameters: String = "{}") -> String {
    #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":\#(parameters)}"#
  }

  private static let stateless =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  @Test(arguments: [
    ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-11-25"),
    ("2099-01-01", "2025-11-25"),
  ])
  func aHandshakeIsAnsweredWithAVersionThatWeSpeak(asked: String, given: String) async {
    let result = await answer(request("initialize", #"{"protocolVersion":"\#(asked)"}"#))?["result"]
    #expect(result?["protocolVersion"] == .text(given))
    #expect(result?["serverInfo"]?["name"] == "mem0top")
    #expect(result?["resultType"] == nil)
  }

  @Test func discoveryTellsWhatThereIs() async {
    let result = await answer(request("server/discover", "{\(Self.stateless)}"))?["result"]
    #expect(result?["supportedVersions"] == ["2026-07-28"])
    #expect(result?["resultType"] == "complete")
    #expect(result?["cacheScope"] == "private")
    #expect(result?["ttlMs"]?.integer != nil)
  }

  @Test func anotherVersionIsRefusedWithThoseThatWeSpeak() async {
    let parameters = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01"}}"#
    for method in ["server/discover", "tools/list", "tools/call"] {
      let error = await answer(request(method, parameters))?["error"]
      #expect(error?["code"] == -32022)
      #expect(error?["data"]?["supported"] == ["2026-07-28"])
      #expect(error?["data"]?["requested"] == "2027-01-01")
    }
  }

  @Test func theListIsTheSameEachTimeAndHasActionsOnlyWhereAllowed() async throws {
    let calm = await answer(request("tools/list", "{\(Self.stateless)}"))?["result"]
    guard case .list(let tools)? = calm?["tools"] else {
      Issue.record("no tools")
      return
    }
    #expect(
      tools.map { $0["name"] } == ["mem0_queue_status", "mem0_queue_save", "mem0_dead_letters"]
    )
    #expect(tools.allSatisfy { $0["outputSchema"]?["type"] == "object" })
    #expect(calm?["ttlMs"] != nil)
    let again = await answer(request("tools/list", "{\(Self.stateless)}"))?["result"]
    #expect(again == calm)
    let acting = await answer(request("tools/list"), allowsActions: true)?["result"]
    guard case .list(let all)? = acting?["tools"] else {
      Issue.record("no tools")
      return
    }
    #expect(all.count == 5)
    #expect(all.suffix(2).allSatisfy { $0["annotations"]?["destructiveHint"] == true })
    #expect(all.suffix(2).allSatisfy { $0["inputSchema"]?["properties"]?["dry_run"] != nil })
    #expect(acting?["resultType"] == nil)
  }

  @Test func aToolAnswersWithTheSameAsTextAndAsStructure() async {
    let call = #"{"name":"mem0_queue_status",\#(Self.stateless)}"#
    let result = await answer(request("tools/call", call))?["result"]
    #expect(result?["structuredContent"]?["tool"] == "mem0_queue_status")
    #expect(result?["isError"] == false)
    #expect(result?["resultType"] == "complete")
    guard case .list(let content)? = result?["content"], let text = content.first?["text"]?.text
    else {
      Issue.record("no text")
      return
    }
    #expect(JSONDocument(Array(text.utf8)) == result?["structuredContent"])
  }

  @Test func aRefusalIsForTheModelAndNotForTheProtocol() async {
    let call = #"{"name":"mem0_queue_save","arguments":{}}"#
    let result = await answer(request("tools/call", call))?["result"]
    #expect(result?["isError"] == true)
    #expect(result?["content"] == [["type": "text", "text": "No.\nBecause."]])
  }

  @Test(arguments: ["mem0_unlock", "mem0_retry", "rm"])
  func whatIsNotAllowedIsNotCalled(name: String) async {
    let error = await answer(request("tools/call", #"{"name":"\#(name)"}"#))?["error"]
    #expect(error?["code"] == -32602)
  }

  @Test(arguments: [
    "{", "[]", "x", "1", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
    #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
    #"{"jsonrpc":"2.0","id":1,"method":3}"#, #"{"jsonrpc":"2.0","id":1,"method":"x"}"#,
    #"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
    #"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#,
    #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"mem0_queue_status","arguments":[]}}"#,
  ])
  func whatIsWrongIsSaidByAnError(line: String) async {
    let answer = await answer(line)
    #expect(answer?["error"]?["code"]?.integer != nil, "\(line)")
    #expect(answer?["result"] == nil)
  }

  @Test(arguments: [
    #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
    #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
  ])
  func whatWantsNoAnswerGetsNone(line: String) async {
    #expect(await answer(line) == nil)
  }
}
