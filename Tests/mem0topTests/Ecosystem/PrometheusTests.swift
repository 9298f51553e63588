import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// `metrics --prometheus` with the programs that read it.
@Suite struct PrometheusTests {
  private static let noTool: Comment = "promtool is not installed (apt: prometheus)"

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.writeIncident()
  }

  /// Runs a shell line with the program as `$1`, a home as `$2`; throws what it printed where it fails.
  private func shell(_ line: String) throws -> String {
    try TmuxSession.run(["/bin/sh", "-c", line, "sh", Program.path, program.home.path])
  }

  @Test(.enabled(if: Peer.isThere("promtool"), noTool))
  func theLinterHasNothingToSay() async throws {
    let receiver = try await DemoReceiver.start()
    let outcome = try await program.run(
      ["metrics", "--prometheus"],
      environment: ["MEM0TOP_SERVER_HEALTH": "[\"\(receiver.endpoints[0].url)\"]"]
    )
    await receiver.stop()
    #expect(outcome.output.contains("mem0top_endpoint_latency_seconds{"))
    try program.home.write(outcome.output, to: "figures")
    let said = try shell("promtool check metrics <\"$2/figures\"")
    #expect(said.isEmpty, "\(said)")
  }

  @Test(.enabled(if: Peer.isThere("promtool"), noTool))
  func theAlertRulesHoldTheirTests() throws {
    _ = try TmuxSession.run([
      "promtool", "check", "rules", Peer.contribution("prometheus/mem0top.rules.yml"),
    ])
    let said = try TmuxSession.run([
      "promtool", "test", "rules", Peer.contribution("prometheus/mem0top.rules.test.yml"),
    ])
    #expect(said.contains("SUCCESS"))
  }

  /// A rule about a finding or a state that does not exist would never fire.
  @Test func theAlertRulesNameWhatThereIs() async throws {
    let rules = try String(
      contentsOfFile: Peer.contribution("prometheus/mem0top.rules.yml"),
      encoding: .utf8
    )
    let figures = try await program.run("metrics", "--prometheus").output
    for name in Set(rules.matches(of: /\bmem0top_[a-z_]+/).map { String($0.0) }) {
      #expect(figures.contains("# TYPE \(name) "), "\(name)")
    }
    for choice in rules.matches(of: /(code|state)=~?"([a-z_|]+)"/) {
      for word in choice.2.split(separator: "|") {
        #expect(figures.contains("\(choice.1)=\"\(word)\""), "\(word)")
      }
    }
  }

  @Test func noItemIsNamedAndEveryFamilyIsExplained() async throws {
    let figures = try await program.run("metrics", "--prometheus").output
    let items = try directory.text(of: WatchedDirectory.deadLetters)
    for id in items.matches(of: /"id":\s*"([^"]{8,})"/).map(\.1) {
      #expect(!figures.contains(id), "\(id)")
    }
    var helped: Set<Substring> = []
    for line in figures.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# HELP") { helped.insert(words[2]) }
      guard !line.hasPrefix("#") else { continue }
      let name = line.prefix { $0 != "{" && $0 != " " }
      #expect(helped.contains(name), "\(line)")
      #expect(!name.hasSuffix("_count") && !name.hasSuffix("_sum"))
    }
    #expect(figures.hasSuffix("\n"))
  }

  @Test func aTextfileIsReplacedWholeAndReadableByAll() async throws {
    let path = program.home.path("mem0.prom")
    try program.home.write("old", to: "mem0.prom")
    chmod(path, 0o600)
    let outcome = try await program.run("metrics", "--textfile", path)
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.complaint.isEmpty)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\nmem0top_queue_items 36\n"))
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o644)
    let names = try FileManager.default.contentsOfDirectory(atPath: program.home.path)
    #expect(!names.contains { $0.hasSuffix(".new") })
  }

  @Test func aTextfileThatNobodyWouldReadIsRefused() async throws {
    let wrong = try await program.run("metrics", "--textfile", program.home.path("mem0.txt"))
    #expect(wrong.status == 1)
    #expect(wrong.complaint.contains(".prom"))
    let nowhere = try await program.run("metrics", "--textfile", program.home.path("no/mem0.prom"))
    #expect(nowhere.status == 1)
    #expect(nowhere.complaint.contains("No such file or directory"))
  }

  @Test(arguments: [
    ["--listen", "0.0.0.0:0"], ["--listen", "x"], ["--remote"], ["--json", "--prometheus"],
    ["--textfile", "a.prom", "--listen", "127.0.0.1:0"],
  ])
  func wrongUsageIsRefused(arguments: [String]) async throws {
    #expect(try await program.run(["metrics"] + arguments).status == 64)
  }

  private func listen() async throws -> (BackgroundProgram, port: String) {
    let server = try BackgroundProgram(
      Program.path,
      ["metrics", "--listen", "127.0.0.1:0"],
      environment: ["HOME": program.home.path],
      log: program.home.path("listen.log")
    )
    return (server, try await server.wait(for: #"http://127\.0\.0\.1:([1-9]\d*)/metrics"#))
  }

  /// What a client gets for bytes that it sends.
  private func exchange(_ port: String, _ request: String) throws -> String {
    let code = """
      import socket, sys
      s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
      s.sendall(sys.argv[2].encode())
      while True:
        b = s.recv(65536)
        if not b: break
        sys.stdout.buffer.write(b)
      """
    return try TmuxSession.run(["python3", "-c", code, port, request])
  }

  @Test func scrapesAreAnsweredToNobodyUnderAnotherName() async throws {
    let (server, port) = try await listen()
    let good = try exchange(port, "GET /metrics HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
    #expect(good.hasPrefix("HTTP/1.1 200 OK"))
    #expect(good.contains("text/plain; version=0.0.4"))
    #expect(good.contains("\nmem0top_queue_items 36\n"))
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let later = try exchange(port, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    #expect(later.contains("\nmem0top_queue_items 0\n"))
    let rebound = try exchange(port, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    #expect(rebound.hasPrefix("HTTP/1.1 403"))
    #expect(!rebound.contains("mem0top_queue_items"))
    #expect(try exchange(port, "\u{16}\u{3}\u{1}\r\n\r\n").hasPrefix("HTTP/1.1 400"))
    #expect(try await server.end() == 0)
  }

  @Test func aClientThatSaysNothingHoldsNobodyUp() async throws {
    let (server, port) = try await listen()
    let code = """
      import socket, sys, time
      silent = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(100)]
      s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
      # One of HTTP/1.0, which need not say whom it asks.
      s.sendall(b"GET /metrics HTTP/1.0\\r\\n\\r\\n")
      print(s.recv(15))
      # Each of them is left after two seconds, or before, where there are many.
      print("left" if not silent[0].recv(1) else "kept")
      """
    let said = try TmuxSession.run(["python3", "-c", code, port])
    #expect(said.contains("200") && said.contains("left"), "\(said)")
    #expect(try await server.end() == 0)
  }

  @Test(
    .enabled(if: Peer.isThere("prometheus"), "prometheus is not installed (apt: prometheus)")
  )
  func prometheusItselfScrapesIt() async throws {
    let (server, port) = try await listen()
    try program.home.write(
      """
      global: {scrape_interval: 1s, scrape_timeout: 1s}
      rule_files: ["\(Peer.contribution("prometheus/mem0top.rules.yml"))"]
      scrape_configs:
        - job_name: mem0top
          static_configs: [{targets: ["127.0.0.1:\(port)"]}]
      """,
      to: "prometheus.yml"
    )
    let own = try TmuxSession.run([
      "python3", "-c",
      "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
    ]).trimmingCharacters(in: .whitespacesAndNewlines)
    let prometheus = try BackgroundProgram(
      try #require(Peer.path("prometheus")),
      [
        "--config.file=\(program.home.path("prometheus.yml"))",
        "--storage.tsdb.path=\(program.home.path("tsdb"))", "--web.listen-address=127.0.0.1:\(own)",
      ],
      log: program.home.path("prometheus.log")
    )
    let query = """
      import json, sys, urllib.request
      try:
        u = "http://127.0.0.1:%s/api/v1/query?query=mem0top_queue_items" % sys.argv[1]
        print(json.load(urllib.request.urlopen(u, timeout=5))["data"]["result"])
      except OSError: pass
      """
    var said = ""
    let isThere = try await TmuxSession.poll(within: .seconds(60)) {
      said = try TmuxSession.run(["python3", "-c", query, own])
      return said.contains("'36'")
    }
    #expect(isThere, "\(said) \(prometheus.log.suffix(2000))")
    #expect(!server.log.contains("rror"))
  }

  @Test(
    .enabled(
      if: Peer.isThere("prometheus-node-exporter"),
      "node_exporter is not installed (apt: prometheus-node-exporter)"
    )
  )
  func nodeExporterTakesTheTextfile() async throws {
    let folder = program.home.path("textfiles")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let outcome = try await program.run("metrics", "--textfile", folder + "/mem0top.prom")
    #expect(outcome.status == 0)
    let exporter = try BackgroundProgram(
      try #require(Peer.path("prometheus-node-exporter")),
      [
        "--collector.disable-defaults", "--collector.textfile",
        "--collector.textfile.directory=\(folder)", "--web.listen-address=127.0.0.1:0",
      ],
      log: program.home.path("exporter.log")
    )
    let port = try await exporter.wait(for: #"127\.0\.0\.1:([1-9]\d*)"#)
    let figures = try exchange(port, "GET /metrics HTTP/1.0\r\n\r\n")
    #expect(figures.contains("\nmem0top_queue_items 36\n"))
    #expect(figures.contains("node_textfile_scrape_error 0"))
  }
}
