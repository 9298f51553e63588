import Foundation
import QueueEngine
import TestSupport
import Testing

@testable import mem0top

/// `mcp` with the official SDK as its client, `hook` and the status line as an assistant calls them.
@Suite struct AssistantTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
  }

  private func writeIncident() throws {
    try directory.writeIncident()
  }

  /// What the client does: lists, asks, saves, tries to act; it prints one JSON object.
  private static let client = """
    import asyncio, json, sys
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client
    async def main(program, variables, mode, *arguments):
      server = StdioServerParameters(
        command=program, args=["mcp", *arguments], env=json.load(open(variables)))
      async with Client(stdio_client(server), mode=mode) as client:
        found = {"version": client.protocol_version}
        tools = (await client.list_tools()).tools
        found["tools"] = [tool.name for tool in tools]
        found["status"] = (await client.call_tool("mem0_queue_status", {})).structured_content
        saved = await client.call_tool(
          "mem0_queue_save", {"project_id": "web", "content": "a note, #1"})
        found["saved"] = saved.structured_content
        refused = await client.call_tool("mem0_queue_save", {"project_id": " ", "content": "x"})
        found["refused"] = [refused.is_error, refused.content[0].text]
        found["letters"] = (await client.call_tool("mem0_dead_letters", {"limit": 2})).structured_content
        if arguments:
          found["preview"] = (
            await client.call_tool("mem0_unlock", {"dry_run": True})).structured_content
          early = await client.call_tool("mem0_retry", {"all": True})
          found["early"] = [early.is_error, early.content[0].text]
          found["unlock"] = (await client.call_tool("mem0_unlock", {})).structured_content
          found["retry"] = (await client.call_tool("mem0_retry", {"all": True})).structured_content
        print(json.dumps(found))
    asyncio.run(main(*sys.argv[1:]))
    """

  private func talk(_ mode: String, _ arguments: String...) throws -> [String: Any] {
    let python = try #require(Peer.protocolPython)
    // In a file: as an argument the worker's name would make a worker of the client.
    let variables = "variables.json"
    try program.home.write(
      Array(JSONSerialization.data(withJSONObject: program.environment)),
      to: variables
    )
    let words =
      [python, "-c", Self.client, Program.path, program.home.path(variables), mode] + arguments
    let said = try TmuxSession.run(words)
    let line = try #require(said.split(separator: "\n").last { $0.hasPrefix("{") }, "\(said)")
    return try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      "\(said)"
    )
  }

  @Test(
    .enabled(if: Peer.protocolPython != nil, "no Python has the package mcp (pip install mcp)"),
    arguments: [
      ("legacy", "2025-11-25"), ("auto", "2026-07-28"), ("2026-07-28", "2026-07-28"),
    ]
  )
  func theOfficialClientIsServed(mode: String, version: String) throws {
    try writeIncident()
    let found = try talk(mode)
    #expect(found["version"] as? String == version)
    #expect(
      found["tools"] as? [String] == ["mem0_queue_status", "mem0_queue_save", "mem0_dead_letters"]
    )
    let status = try #require(found["status"] as? [String: Any])
    let server = try #require(status["vps"] as? [String: Any])
    #expect(server["is_up"] is NSNull)
    #expect((server["statement"] as? String)?.contains("not known") == true)
    #expect(server["reported"] as? String == "vps_status=down")
    #expect(status["next_step"] as? String == "mem0top unlock", "\(status)")
    let saved = try #require(found["saved"] as? [String: Any])
    // The stale lock keeps it out of the queue; it is on disk all the same.
    #expect(saved["place"] as? String == "emergency_file")
    #expect(try directory.text(of: "mem0_emergency.json").contains("a note, #1"))
    #expect((found["refused"] as? [Any])?.first as? Bool == true)
    let letters = try #require(found["letters"] as? [String: Any])
    #expect(letters["count"] as? Int == 12 && letters["shown"] as? Int == 2)
    #expect(directory.exists(WatchedDirectory.lock))
  }

  @Test(
    .enabled(if: Peer.protocolPython != nil, "no Python has the package mcp (pip install mcp)")
  )
  func actionsRefuseWhatTheCommandsRefuse() throws {
    try writeIncident()
    let found = try talk("auto", "--allow-actions")
    #expect((found["preview"] as? [String: Any])?["result"] as? String == "preview")
    let early = try #require(found["early"] as? [Any])
    #expect(early.first as? Bool == true)
    #expect((early.last as? String)?.contains("clear it first") == true, "\(found)")
    #expect((found["unlock"] as? [String: Any])?["changed"] as? Int == 1, "\(found)")
    #expect((found["retry"] as? [String: Any])?["changed"] as? Int ?? 0 > 0)
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  @Test func nothingButAnswersIsOnStandardOutput() throws {
    try writeIncident()
    let input = program.home.path("input")
    try program.home.write(
      """
      {"jsonrpc":"2.0","id":1,"method":"ping"}

      no json
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":7,"result":{}}
      {"jsonrpc":"2.0","id":2}
      {"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"mem0_queue_status"}}
      {"jsonrpc":"2.0","id":3,"method":"ping"}
      """,
      to: "input"
    )
    let said = try TmuxSession.run([
      "/bin/sh", "-c", "HOME=\"$2\" \"$1\" mcp <\"$3\"", "sh", Program.path, program.home.path,
      input,
    ])
    let answers = try said.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    // The last line has no end; had it been cut, it were no JSON.
    #expect(answers.map { "\($0["id"] ?? "")" } == ["1", "<null>", "2", "b", "3"])
  }

  // MARK: - Hook

  @Test func aCalmQueueIsNotMentioned() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let outcome = try await program.run("hook", "session-start")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.complaint.isEmpty)
  }

  /// Alone, because the hook says nothing where the machine is too busy to look in time.
  @Test(.tags(.alone)) func aSessionBeginsWithTheTruth() async throws {
    try writeIncident()
    let report = try await program.run("hook", "session-start").json()
    let message = try #require(report["systemMessage"] as? String)
    #expect(message.contains("stale lock"))
    let output = try #require(report["hookSpecificOutput"] as? [String: Any])
    #expect(output["hookEventName"] as? String == "SessionStart")
    let context = try #require(output["additionalContext"] as? String)
    #expect(context.contains("mem0top unlock"))
    #expect(context.contains("vps_status=down"))
    #expect(context.count <= SessionNote.mostCharacters)
  }

  @Test(arguments: [["--bogus"], ["--dir", ""], ["extra"]])
  func aHookEndsWell(arguments: [String]) async throws {
    let outcome = try await program.run(["hook", "session-start"] + arguments)
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    // Who wrote it down wrong finds that out all the same.
    #expect(outcome.complaint.hasPrefix("mem0top: "))
  }

  /// To say nothing would mean that all is well.
  @Test func aHookThatRunsOutOfTimeSaysSo() async throws {
    // Whoever opens a pipe that nobody writes into waits; the files are read without waiting, so it is a
    // queue that takes long.
    let item = #"{"id":"3f2a91c0","project_id":"p","content":"c","timestamp":1}"#
    try directory.write(
      "{\"queue\":[" + Array(repeating: item, count: 400_000).joined(separator: ",") + "]}",
      to: WatchedDirectory.queue
    )
    let outcome = try await program.run("hook", "session-start")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("mem0top cannot tell how the memory queue is"))
  }

  @Test func aBrokenConfigurationIsSaidAndNoFailure() async throws {
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("hook", "session-start")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("lock.style"))
  }

  @Test(.tags(.alone)) func aServerThatDoesNotAnswerHoldsNoSessionUp() async throws {
    try writeIncident()
    let silent = try PythonChild(
      """
      import socket
      s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
      print(s.getsockname()[1]); input()
      """
    )
    let environment = ["MEM0TOP_SERVER_HEALTH": "[\"http://127.0.0.1:\(silent.firstLine)/health\"]"]
    let start = ContinuousClock.now
    let outcome = try await program.run(["hook", "session-start"], environment: environment)
    let elapsed = ContinuousClock.now - start
    #expect(outcome.status == 0)
    // 200 ms is the promise; a debug build on a busy machine gets some more to start.
    #expect(elapsed < .milliseconds(600), "\(elapsed)")
    #expect(!outcome.output.contains("The VPS is down"))
    let line = try await program.run(["status", "--format", "claude"], environment: environment)
    #expect(line.output.contains("stale lock"))
    #expect(!line.output.contains("server down"))
  }

  @Test func aNoteIsBounded() {
    var snapshot = Snapshot(generatedAt: Timestamp(0), directory: "/d")
    snapshot.metrics.content = Metrics()
    let findings = (0..<200).map {
      Finding(.poisonItems, "Finding number \($0) with some words", evidence: ["fact \($0)"])
    }
    let observation = Observation(snapshot: snapshot, findings: findings, now: Timestamp(0))
    let context = SessionNote(observation)?.context ?? ""
    #expect((1500...SessionNote.mostCharacters).contains(context.count))
    #expect(context.hasSuffix("words."))
  }

  // MARK: - Status line and plugin

  @Test func theStatusLineIsOneRowAndNeverNothing() async throws {
    try writeIncident()
    let plain = try await program.run(
      ["status", "--format", "claude"],
      environment: ["NO_COLOR": "1"]
    )
    #expect(plain.output.contains(" → mem0top unlock\n"))
    #expect(plain.output.filter(\.isNewline).count == 1)
    #expect(plain.output.count <= 81)
    let coloured = try await program.run("status", "--format", "claude")
    #expect(coloured.output.contains("\u{1B}[1;31m✖ stale lock"))
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let broken = try await program.run("status", "--format", "claude")
    #expect(broken.status == 0 && broken.output.hasPrefix("▲ mem0top: "))
  }

  @Test func thePluginNamesCommandsThatThereAre() async throws {
    for name in [".claude-plugin/plugin.json", ".mcp.json", "hooks/hooks.json"] {
      let path = Peer.contribution("claude-code/" + name)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(object != nil, "\(name)")
      for command in text.matches(of: /"command": "mem0top ([a-z -]+)"/) {
        let words = command.1.split(separator: " ").map(String.init) + ["--help"]
        #expect(try await program.run(words).status == 0, "\(command.0)")
      }
    }
    let skill = try String(
      contentsOfFile: Peer.contribution("claude-code/skills/memory-queue/SKILL.md"),
      encoding: .utf8
    )
    for tool in skill.matches(of: /mem0_queue_(?!queue|lock)[a-z]+(?!\.)/) {
      #expect(AssistantTool.Name(rawValue: String(tool.0)) != nil, "\(tool.0)")
    }
  }
}
