import QueueEngine
import TestSupport
import Testing

@testable import Fleet

/// Another version, a broken program and a hostile one cost their own line and nothing else.
@Suite struct WireToleranceTests {
  private static func value(_ text: String) throws -> WireValue {
    try WireValue(line: Array(text.utf8))
  }

  private static var hello: Hello {
    Hello(
      program: "0.1.0",
      host: "dev-1",
      at: Timestamp(1_767_238_212.25),
      settings: EngineSettings(directory: "/home/u/.claude", stateDirectory: ""),
      allowsActions: true,
      workerCommand: ["python3", "-m", "worker"]
    )
  }

  @Test func aHelloArrivesAsItWasSent() throws {
    let hello = Self.hello
    #expect(try Hello(WireValue(line: hello.line.dropLast())) == hello)
    let settings = hello.settings.engineSettings(directory: hello.directory)
    #expect(settings.workerInterval == .seconds(600))
    #expect(settings.directory == "/home/u/.claude")
  }

  @Test func aHelloOfAnotherMinorStepIsUnderstood() throws {
    let newer = try Self.value(
      #"{"is":"hello","protocol":{"major":1,"minor":7},"program":"9","host":"h","directory":"/d","#
        + #""at":5,"moods":["new"],"settings":{"deadLetterAlert":3,"colour":"red"}}"#
    )
    let hello = try Hello(newer)
    #expect(hello.protocol.isUnderstood)
    #expect(hello.settings.deadLetterAlert == 3)
    #expect(!hello.allowsActions)
    let other = try Hello(Self.value(#"{"is":"hello","protocol":{"major":2,"minor":0}}"#))
    #expect(!other.protocol.isUnderstood)
    #expect(throws: WireError.notUnderstood) { try Hello(Self.value(#"{"is":"hello"}"#)) }
  }

  @Test func unknownWordsClaimLeast() throws {
    var assembler = SnapshotAssembler()
    let line = try Self.value(
      #"{"is":"snapshot","at":9,"whole":true,"directory":"/d","weather":{"sun":1},"#
        + #""lock":{"state":"melted","reason":"too_hot","style":"new","evidence":["e"]},"#
        + #""queue":{"state":"haunted","content":{"pending":3}},"#
        + #""findings":[{"severity":"critical","code":"unheard_of","summary":"?"},"#
        + #"{"severity":"dire","code":"lock_hung","summary":"s"}]}"#
    )
    #expect(try assembler.take(line))
    #expect(assembler.snapshot?.lock.state == .unknown)
    #expect(assembler.snapshot?.lock.reason == nil)
    #expect(assembler.snapshot?.queue.state == .unreadable)
    #expect(assembler.snapshot?.queue.content?.pending == 3)
    #expect(assembler.findings.map(\.code) == [.lockHung])
    #expect(assembler.findings.map(\.severity) == [.warning])
    #expect(try Report(Self.value(#"{"is":"song","text":"la"}"#)) == nil)
    #expect(try Request(Self.value(#"{"ask":"dance"}"#)) == nil)
  }

  @Test(arguments: [
    "", "x", "[]", "{", "{\"a\":}", "{\"a\":1}x", "Last login: Mon Nov 30", "\u{1B}[2J", "null",
    "7",
    String(repeating: "[", count: 4_000), String(repeating: "{\"a\":", count: 300) + "1",
    "{\"a\":[" + String(repeating: "0,", count: WireValue.most) + "0]}",
    String(repeating: "{\"a\":", count: 30) + "1" + String(repeating: "}", count: 30),
  ])
  func whatIsNoLineOfOursIsRefused(text: String) {
    #expect(throws: WireError.notJSON) { try WireValue(line: Array(text.utf8)) }
  }

  @Test func textsAreScrubbed() throws {
    let value = try WireValue(line: Array(#"{"is":"refused","text":"\u001b[31mred\u202e"}"#.utf8))
    #expect(value["text"].text == "␛[31mred‹U+202E›")
    let raw = try WireValue(line: Array("{\"t\":\"\u{9B}31m\u{7F}\"}".utf8))
    #expect(raw["t"].text?.unicodeScalars.contains("\u{9B}") == false)
  }

  @Test(arguments: [
    "1e999", "-1e999", "9223372036854775807", "-9223372036854775808", "NaN", "1e18",
  ])
  func numbersThatOverflowDoNot(number: String) throws {
    var assembler = SnapshotAssembler()
    _ = try assembler.take(
      Self.value(
        #"{"is":"log","from":\#(number),"lines":[{"text":"a","stampBytes":\#(number)}]}"#
      )
    )
    let line = #"""
      {"is":"snapshot","at":\#(number),"whole":true,"items":\#(number),"letters":{"count":\#(number),"next":\#(number)},
      "queue":{"state":"ok","revision":\#(number),"content":{"pending":\#(number),"oldest":\#(number)}},
      "server":{"endpoints":[{"name":"a","latency":[\#(number),\#(number)],"consecutiveFailures":\#(number)}]},
      "deadLetters":{"state":"ok","content":{"items":[],"suspects":[7,\#(number)]}},
      "log":{"state":"ok","content":{"bytes":\#(number),"lineNumberOfFirst":\#(number),"lines":[]}},
      "lock":{"state":"held","pid":\#(number),"heldSince":\#(number),"bytes":[\#(number)]}}
      """#.filter { $0 != "\n" }
    #expect(try assembler.take(Self.value(line)))
    let snapshot = try #require(assembler.snapshot)
    let settings = EngineSettings(directory: "/d", stateDirectory: "")
    for moment in [0, 1_767_238_212, 1e18] {
      _ = findings(in: snapshot, at: Timestamp(moment), settings: settings)
    }
  }

  @Test(arguments: Seeds.range)
  func noLineThatWasDamagedTraps(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    var source = RandomSnapshot(seed: seed)
    var snapshot = RandomSnapshot.first
    var writer = SnapshotWriter(depth: .whole)
    var assembler = SnapshotAssembler()
    for _ in 0..<3 {
      source.change(&snapshot)
      let found = findings(
        in: snapshot,
        at: snapshot.generatedAt,
        settings: EngineSettings(directory: "/d", stateDirectory: "")
      )
      for var line in writer.lines(for: snapshot, findings: found) {
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
          line[.random(in: line.indices, using: &generator)] = .random(
            in: 0...255,
            using: &generator
          )
        }
        do throws(WireError) {
          _ = try assembler.take(WireValue(line: line.dropLast()))
        } catch {
          continue
        }
      }
    }
    for item in assembler.snapshot?.deadLetters.content?.items ?? [] {
      _ = item.isDue(at: snapshot.generatedAt)
    }
  }

  @Test func aLineIsKeptNoLongerThanAllowed() {
    var splitter = LineSplitter(longest: 8)
    #expect(splitter.add(Array("ab".utf8)).isEmpty)
    #expect(
      splitter.add(Array("c\n\n12345678\n123456789\nd".utf8)).map(Self.text) == [
        "abc", "", "12345678", nil,
      ]
    )
    for _ in 0..<100 { #expect(splitter.add(Array("endless".utf8)).isEmpty) }
    #expect(splitter.add(Array("\ne\n".utf8)).map(Self.text) == [nil, "e"])
  }

  private static func text(_ line: LineSplitter.Line) -> String? {
    if case .whole(let bytes) = line { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  @Test(arguments: ["", "../x", "A b", "a/b", ".", String(repeating: "a", count: 65)])
  func anIDThatCouldNameAnotherFileIsRefused(id: String) throws {
    #expect(throws: WireError.notUnderstood) {
      try Request(Self.value(#"{"ask":"outcome","id":"\#(id)"}"#))
    }
  }

  @Test func everyRequestArrives() throws {
    var key = ItemKey(id: "a\"b", occurrence: 2)
    key.digest = .max
    var lock = LockStatus(state: .stale, reason: .deadPID)
    lock.bytes = [0x34, 0x0A]
    let requests: [Request] = [
      .depth(isWhole: true), .depth(isWhole: false), .look, .item(key), .previews([key]), .history,
      .returns([key]), .act(id: "1-a", .retry([key])), .act(id: "2", .drop([key])),
      .act(id: "3", .undo), .act(id: "4", .clearLock(lock)),
      .act(id: "5", .endHolder(pid: 7, startedAt: Timestamp(5))),
      .act(id: "6", .endHolder(pid: 7, startedAt: nil)), .outcome(id: "7"), .cancel, .runWorker,
    ]
    for request in requests {
      #expect(try Request(WireValue(line: request.line.dropLast())) == request)
    }
  }

  @Test func everyReportArrives() throws {
    let key = ItemKey(id: "a")
    let entry = AuditEntry(
      time: "2026-01-01T00:00:00Z",
      origin: .key,
      action: "undo",
      result: .refused,
      summary: "s",
      changed: 1,
      evidence: ["e"]
    )
    let reports: [Report] = [
      .beat(Timestamp(5.5)), .item(key, ItemDetail(key: key, content: ["c", ""])),
      .previews([key: ["l"]]), .history([entry]),
      .returns([key], [RetryReversal(keys: [key], time: "t", origin: nil)]), .waits(id: "1", "w"),
      .ended(id: "1", .done(ActionOutcome(action: "undo", summary: "s", changed: 3))),
      .ended(id: "1", .failed(.refused("r", evidence: ["e"]))),
      .ended(id: "1", .failed(.failed("f"))), .ended(id: "1", .notDone),
      .ended(id: "1", .unknown), .workerLine("l"), .workerEnded(-9), .workerNotStarted("n"),
      .refused("r"),
    ]
    for report in reports {
      #expect(try Report(WireValue(line: report.line.dropLast())) == report)
    }
  }
}
