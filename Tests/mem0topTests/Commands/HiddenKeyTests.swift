import DemoWorld
import Foundation
import TestSupport
import Testing

/// A configured key is in no text that is shown or kept, wherever it came from.
@Suite(.tags(.alone)) struct HiddenKeyTests {
  private static let key = "m0sk-Zq81kLx7Yw"

  private let program: Program
  private let directory: WatchedDirectory

  init() throws { (program, directory) = try Program.besideOneItem(seesWorkers: true) }

  /// Everything that the program has written below its home, apart from what other programs wrote.
  private func kept() throws -> String {
    let root = program.home.path
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.filter { !$0.hasSuffix("config.toml") && !$0.hasSuffix("theirs.log") }
      .compactMap { FileManager.default.contents(atPath: root + "/" + $0) }
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  @Test func itIsInNoOutputAndNoFile() async throws {
    let receiver = try await DemoReceiver.start(latency: .zero ... .zero)
    let body = #"{"detail":"bad key \#(Self.key)"}"#
    receiver.setFault(.status(401, body: body))
    receiver.setFault(
      .status(302, headers: [("Location", "/login?k=1/\(Self.key)")], body: body),
      on: .health
    )
    try directory.write("ERROR curl -H 'X-API-Key: \(Self.key)' failed\n", to: "theirs.log")
    let environment = [
      "MEM0TOP_SERVER_URL": receiver.url, "MEM0TOP_SERVER_API": "mem0",
      "MEM0TOP_SERVER_KEY_ENV": "KEY", "KEY": Self.key, "MEM0TOP_FILES_LOG": "theirs.log",
    ]
    let worker = try PythonChild(
      "import sys; print('on', flush=True); sys.stdin.read()",
      "mem0_queue_worker",
      Self.key
    )
    var shown = ""
    for arguments in [
      ["sync"], ["sync", "--json"], ["status"], ["status", "--json"], ["log"], ["probe"],
      ["config"], ["config", "--json"], ["history"], ["check"], ["unlock", "--dry-run"],
    ] {
      let outcome = try await program.run(arguments, environment: environment)
      shown += outcome.output + outcome.complaint
    }
    #expect(worker.isRunning)
    await receiver.stop()
    #expect(shown.contains("(key)"))
    #expect(!shown.contains(Self.key), "\(shown)")
    #expect(try !kept().contains(Self.key))
  }

  /// An invisible character within it is left out when it is shown, and hides nothing.
  @Test func aKeyThatSomebodyBrokeUpIsHidden() async throws {
    let broken = Self.key.prefix(6) + "\u{FE0F}" + Self.key.dropFirst(6)
    try directory.write("ERROR key \(broken) failed\n", to: WatchedDirectory.log)
    let environment = ["MEM0TOP_SERVER_KEY_ENV": "KEY", "KEY": Self.key]
    for arguments in [["log"], ["status"], ["status", "--json"]] {
      let outcome = try await program.run(arguments, environment: environment)
      #expect(outcome.output.contains("(key)"), "\(outcome)")
      #expect(!outcome.output.contains(Self.key), "\(outcome)")
    }
  }

  /// Between quotes it is spelt otherwise, and each reader of JSON or TOML gets it back.
  @Test func aKeyIsHiddenAsItIsQuoted() async throws {
    let key = #"m0sk"Zq\81/kLx7Yw"#
    let json = #"m0sk\"Zq\\81/kLx7Yw"#
    let forms = [key, json, #"m0sk\"Zq\\81\/kLx7Yw"#]
    try directory.write(forms.map { "ERROR \($0) failed\n" }.joined(), to: WatchedDirectory.log)
    try program.home.write(
      "[server]\nkey_env = \"KEY\"\n[worker]\ncommand = [\"deliver\", \"\(json)\"]\n",
      to: ".config/mem0top/config.toml"
    )
    for arguments in [["log"], ["log", "--json"], ["config"], ["config", "--json"], ["status"]] {
      let outcome = try await program.run(arguments, environment: ["KEY": key])
      #expect(outcome.status == 0 && !outcome.output.contains("Yw"), "\(outcome)")
    }
  }

  /// What a server, a proxy or a mail makes of it on its way.
  @Test func aKeyThatWasReshapedIsHidden() async throws {
    let key = "AbCdEf/GhIjKl+MnOpQr0123456789=="
    let forms = [
      "AbCdEf%2FGhIjKl%2BMnOpQr0123456789%3D%3D", "AbCdEf%2fGhIjKl%2bMnOpQr0123456789%3d%3d",
      "AbCdEf/GhIjKl%2BMnOpQr0123456789%3D%3D", String(key.dropLast()),
      key.prefix(12) + "\t" + key.dropFirst(12),
      key.prefix(12) + "\u{200B}" + key.dropFirst(12),
    ]
    try directory.write(forms.map { "ERROR \($0) failed\n" }.joined(), to: WatchedDirectory.log)
    let environment = ["MEM0TOP_SERVER_KEY_ENV": "KEY", "KEY": key]
    for arguments in [["log"], ["log", "--json"]] {
      let outcome = try await program.run(arguments, environment: environment)
      #expect(outcome.output.contains("(key)") && !outcome.output.contains("GhIjK"), "\(outcome)")
      #expect(!outcome.output.contains("MnOpQ"), "\(outcome)")
    }
  }

  @Test func whatQuotesWrongArgumentsOrSettingsHidesIt() async throws {
    let environment = ["MEM0_API_KEY": Self.key]
    for arguments in [["status", Self.key], [Self.key], ["check", "--\(Self.key)"]] {
      let outcome = try await program.run(arguments, environment: environment)
      #expect(outcome.status == (arguments[0] == "check" ? 3 : 64))
      #expect(!(outcome.output + outcome.complaint).contains(Self.key), "\(outcome)")
    }
    let own = ["OWN_KEY": Self.key]
    for line in ["api = \"\(Self.key)\"", "\"\(Self.key)\" = 1"] {
      let text = "[server]\nkey_env = \"OWN_KEY\"\n\(line)\n"
      try program.home.write(text, to: ".config/mem0top/config.toml")
      for command in ["status", "config", "check"] {
        let outcome = try await program.run([command], environment: own)
        #expect(outcome.status == (command == "check" ? 3 : 78))
        #expect(!(outcome.output + outcome.complaint).contains(Self.key), "\(outcome)")
      }
    }
  }

  @Test func anUnsetVariableIsOneSentenceEverywhere() async throws {
    let environment = [
      "MEM0TOP_SERVER_URL": "http://127.0.0.1:9", "MEM0TOP_SERVER_API": "mem0",
      "MEM0TOP_SERVER_KEY_ENV": "MEM0_API_KEY",
    ]
    let sentence =
      "Nothing is sent: server.key_env names MEM0_API_KEY, which is not set; export it where mem0top"
      + " starts."
    for arguments in [["sync"], ["retry", "--all", "--now"], ["status"], ["probe"]] {
      let outcome = try await program.run(arguments, environment: environment)
      #expect((outcome.output + outcome.complaint).contains(sentence.dropLast()), "\(arguments)")
    }
    let report = try await program.run("status", "--json", environment: environment).json()
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.contains { $0["code"] as? String == "server_rejects" })
  }

  @Test(arguments: ["key_file = \"sk-0123456789abcdef\"", "key_env = \"sk-0123456789abcdef\""])
  func aKeyInTheWrongPlaceIsRefusedAndNotPrinted(line: String) async throws {
    try program.home.write("[server]\n\(line)\n", to: ".config/mem0top/config.toml")
    for command in ["config", "sync", "status"] {
      let outcome = try await program.run(command)
      #expect(outcome.status == 78)
      #expect(outcome.complaint.contains("config.toml:2"))
      #expect(!(outcome.output + outcome.complaint).contains("0123456789abcdef"))
    }
  }

  @Test(arguments: ["key_file = \"/c2VjcmV0LWtleQ==\"", "key_env = \"m0sk_c2VjcmV0LWtleQ\""])
  func aKeyThatLooksLikeAPathOrANameIsNotPrinted(line: String) async throws {
    let text = "[server]\nurl = \"http://127.0.0.1:9\"\napi = \"mem0\"\n\(line)\n"
    try program.home.write(text, to: ".config/mem0top/config.toml")
    for command in ["config", "sync", "status", "probe"] {
      let outcome = try await program.run(command)
      #expect(!(outcome.output + outcome.complaint).contains("c2VjcmV0"), "\(outcome)")
    }
  }

  @Test func aCustomServerIsDescribedOrRefused() async throws {
    let text = "[server]\nurl = \"http://127.0.0.1:9\"\napi = \"custom\"\n"
    try program.home.write(text, to: ".config/mem0top/config.toml")
    let bare = try await program.run("status")
    #expect(bare.status == 78 && bare.complaint.contains("[server.custom]"), "\(bare.complaint)")
    let custom = """
      [server.custom]
      health = "/health"
      add = "/notes"
      body = '{"user_id": "{project}", "content": {content}}'
      accept = "note.id"
      """
    try program.home.write(text + custom, to: ".config/mem0top/config.toml")
    let broken = try await program.run("status")
    #expect(broken.status == 78 && broken.complaint.contains("body is JSON"), "\(broken.complaint)")
  }

  @Test func aCustomServerTakesMemories() async throws {
    let receiver = try await DemoReceiver.start(latency: .zero ... .zero)
    let text = """
      [server]
      url = "\(receiver.url)"
      api = "custom"
      key_env = "KEY"
      [server.custom]
      health = "/health"
      add = "/notes"
      body = '{"user_id": "{project}", "content": "{content}"}'
      headers = { X-Tenant = "mine", X-Auth = "tenant-secret-77" }
      accept = "note.id"
      """
    try program.home.write(text, to: ".config/mem0top/config.toml")
    let outcome = try await program.run("sync", environment: ["KEY": Self.key])
    let config = try await program.run("config", environment: ["KEY": Self.key])
    await receiver.stop()
    #expect(outcome.status == 0, "\(outcome.complaint)")
    let request = try #require(receiver.requests.first { $0.path == "/notes" })
    #expect(request.values(of: "Authorization") == ["Bearer \(Self.key)"])
    #expect(request.values(of: "X-Tenant") == ["mine"])
    #expect(config.status == 0 && config.output.contains("custom = {"))
    #expect(!config.output.contains("tenant-secret-77"))
  }
}
