import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// `check`, as a monitoring system reads it: one line, figures, exit code.
struct CheckCommandTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
  }

  private func deadLetters(_ count: Int) throws {
    let items = (0..<count).map {
      #"{"id":"\#($0)","project_id":"p","content":"c","timestamp":1,"last_attempt":0}"#
    }
    try directory.write(
      #"{"items":[\#(items.joined(separator: ","))]}"#,
      to: WatchedDirectory.deadLetters
    )
  }

  @Test func aQuietDirectoryIsOK() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let outcome = try await program.run("check")
    #expect(outcome.status == 0)
    #expect(outcome.output == "MEM0TOP OK - Nothing waits | pending=0;;;0\n")
    #expect(outcome.complaint.isEmpty)
  }

  @Test(arguments: [(5, 0, "OK"), (6, 1, "WARNING"), (10, 1, "WARNING"), (11, 2, "CRITICAL")])
  func deadLettersCountAgainstTheLimits(count: Int, status: Int, word: String) async throws {
    try deadLetters(count)
    let outcome = try await program.run("check")
    #expect(outcome.status == status)
    #expect(outcome.output.hasPrefix("MEM0TOP \(word) - "))
    #expect(outcome.output.contains("dlq=\(count);5;10;0 dlq_due=\(count);;;0"))
  }

  @Test func theLimitsCanBeNamed() async throws {
    try deadLetters(6)
    let lenient = try await program.run("check", "--warn-dlq", "6", "--crit-dlq", "20")
    #expect(lenient.status == 0)
    #expect(lenient.output.contains("dlq=6;6;20;0"))
    let strict = try await program.run("check", "--warn-dlq", "0", "--crit-dlq", "5")
    #expect(strict.status == 2)
  }

  /// What nobody has looked at is not well.
  @Test func whatCannotBeToldIsUnknown() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let server = try await program.run("check", "--only", "vps", "--quiet")
    #expect(server.status == 3, "\(server)")
    #expect(server.output.hasPrefix("MEM0TOP UNKNOWN - No server is set"))
    let all = "vps,queue,lock,dlq,worker,files,metrics"
    #expect(try await program.run("check", "--except", all).status == 3)
    let limit = try await program.run("check", "--only", "lock", "--crit-pending", "5")
    #expect(limit.status == 3)
    #expect(limit.output.contains("A limit of pending is given, but not its topic queue"))
  }

  /// Dead letters are judged without the server, which may let us wait.
  @Test func deadLettersWaitForNoServer() async throws {
    try deadLetters(6)
    let silent = try await DemoReceiver.start(latency: .seconds(30) ... .seconds(30))
    let outcome = try await program.run(
      ["check", "--only", "dlq", "-t", "2"],
      environment: ["MEM0TOP_SERVER_URL": silent.url]
    )
    #expect(outcome.status == 1, "\(outcome)")
    await silent.stop()
  }

  @Test func aStaleLockIsCriticalAndItsAgeIsAFigure() async throws {
    try directory.write(#"{"queue":[{"id":"a","content":"c"}]}"#, to: WatchedDirectory.queue)
    try directory.abandonLock()
    let outcome = try await program.run("check")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("CRITICAL - A stale lock blocks the queue"))
    #expect(outcome.output.contains("lock_age=108"))
    #expect(outcome.output.filter(\.isNewline).count == 1)
  }

  @Test func aCheckMayBeAboutSomeTopics() async throws {
    try deadLetters(11)
    try directory.write(#"{"queue":[{"id":"a","content":"c"}]}"#, to: WatchedDirectory.queue)
    try directory.abandonLock()
    let lock = try await program.run("check", "--only", "lock")
    #expect(lock.status == 2)
    #expect(lock.output.hasPrefix("MEM0TOP CRITICAL - A stale lock blocks the queue"))
    #expect(!lock.output.contains("more)"))
    let letters = try await program.run("check", "--only", "dlq,metrics")
    #expect(letters.output.hasPrefix("MEM0TOP CRITICAL - 11 memories are dead letters"))
    let worker = try await program.run("check", "--only", "worker")
    #expect(worker.status == 0)
    #expect(worker.output.hasPrefix("MEM0TOP OK - Nothing is wrong with worker | pending=1"))
    let rest = try await program.run("check", "--except", "lock,dlq")
    #expect(rest.output.hasPrefix("MEM0TOP OK - Nothing else is wrong (left out: lock, dlq) | "))
  }

  @Test func aDirectoryThatIsNotThereIsNeverLeftUnsaid() async throws {
    let path = program.home.path("nowhere")
    let outcome = try await program.run("check", "--only", "lock", "--dir", path)
    #expect(outcome.status != 0)
    #expect(outcome.output.contains("There is no directory"))
  }

  @Test(arguments: [["--only", "locks"], ["--only", "lock", "--except", "dlq"], ["--only", ""]])
  func aWrongChoiceIsRefused(arguments: [String]) async throws {
    let outcome = try await program.run(["check"] + arguments)
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix("MEM0TOP UNKNOWN - "))
    #expect(outcome.output.filter(\.isNewline).count == 1)
  }

  @Test func whereThereIsNothingToJudgeItIsUnknown() async throws {
    let empty = try await program.run("check")
    #expect(empty.status == 3)
    #expect(empty.output.hasPrefix("MEM0TOP UNKNOWN - There is no queue in "), "\(empty.output)")
    let missing = try await program.run("check", "--dir", program.home.path("nowhere"))
    #expect(missing.status == 3)
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let quiet = try await program.run("check", "--quiet")
    #expect(quiet.status == 0)
    #expect(quiet.output.isEmpty)
  }

  @Test func aServerThatAnswersAddsItsLatency() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let receiver = try await DemoReceiver.start()
    let url = receiver.endpoints[0].url
    let outcome = try await program.run(
      "check",
      environment: ["MEM0TOP_SERVER_HEALTH": "[{ name = \"my api|x\", url = \"\(url)\" }]"]
    )
    await receiver.stop()
    #expect(outcome.status == 0)
    #expect(
      outcome.output.wholeMatch(of: /MEM0TOP OK - .* \| .*'latency_my_api_x'=\d+ms;;;0\n/) != nil
    )
    #expect(outcome.output.filter { $0 == "|" }.count == 1)
  }

  @Test func aServerThatNobodyReachesIsCritical() async throws {
    try directory.write(
      #"{"queue":[{"id":"a","project_id":"p","content":"c"}]}"#,
      to: WatchedDirectory.queue
    )
    let environment = ["MEM0TOP_SERVER_URL": "http://127.0.0.1:1"]
    let outcome = try await program.run("check", environment: environment)
    #expect(outcome.status == 2)
    #expect(
      outcome.output.hasPrefix("MEM0TOP CRITICAL - No health endpoint answers"),
      "\(outcome.output)"
    )
    let line = try await program.run("status", "--oneline", environment: environment)
    #expect(line.output.hasPrefix("✖ server down"), "\(line.output)")
  }

  @Test(arguments: [1, 2])
  func aServerThatComesBackInTimeIsNot(failures: Int) async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let receiver = try await DemoReceiver.start()
    receiver.setFault(.status(503), on: .health, times: failures)
    let outcome = try await program.run(
      "check",
      environment: ["MEM0TOP_SERVER_HEALTH": "[\"\(receiver.endpoints[0].url)\"]"]
    )
    await receiver.stop()
    #expect(outcome.output.hasPrefix("MEM0TOP OK - The VPS is up"), "\(outcome.output)")
  }

  @Test(arguments: [
    ["--warn-dlq", "9", "--crit-dlq", "3"], ["--warn-dlq", "-1"], ["--warn-dlq", "20:10"],
    ["--crit-oldest", "soon"], ["--timeout", "0"], ["-t", "x"], ["--warn-dlq", "11"], ["--bogus"],
  ])
  func limitsThatMakeNoSenseAreUnknown(arguments: [String]) async throws {
    let outcome = try await program.run(["check"] + arguments)
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix("MEM0TOP UNKNOWN - "), "\(outcome.output)")
  }

  @Test func rangesAreThoseOfTheGuidelines() async throws {
    try deadLetters(6)
    try directory.write(
      #"{"queue":[{"id":"a","project_id":"p","content":"c"}]}"#,
      to: WatchedDirectory.queue
    )
    let outside = try await program.run("check", "--warn-dlq", "10:", "--crit-dlq", "@6:6")
    #expect(outside.status == 2)
    #expect(outside.output.contains("CRITICAL - 6 memories are dead letters, inside @6:6"))
    #expect(outside.output.contains(" dlq=6;10:;@6:6;0 "))
    let most = try await program.run("check", "--only", "dlq", "--warn-dlq", "6")
    #expect(most.status == 0)
    let pending = try await program.run(
      "check",
      "--only",
      "queue",
      "--warn-pending",
      "~:0",
      "--crit-pending",
      "5"
    )
    #expect(pending.status == 1)
    #expect(pending.output.contains("WARNING - 1 memory waits, outside ~:0 | pending=1;~:0;5;0"))
  }

  @Test func theRunbooksAlertIsOneLine() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let arguments = ["check", "--only", "lock,dlq", "--crit-lock-age", "10m", "--crit-dlq", "10"]
    #expect(try await program.run(arguments + ["--quiet"]).output.isEmpty)
    try directory.abandonLock(age: .seconds(700))
    let outcome = try await program.run(arguments + ["--quiet"])
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("The lock is 11m 4"), "\(outcome.output)")
    #expect(outcome.output.contains("s;300;600;0"))
  }

  @Test func moreIsSaidOnFurtherLines() async throws {
    try deadLetters(11)
    try directory.write(#"{"queue":[{"id":"a","content":"c"}]}"#, to: WatchedDirectory.queue)
    try directory.abandonLock()
    let one = try await program.run("check").output.split(separator: "\n")
    #expect(one.count == 1)
    let two = try await program.run("check", "-v").output.split(separator: "\n")
    // Ages may be a second greater.
    let shapes = [one[0], two[0]].map { $0.suffix(12).filter { !$0.isNumber } }
    #expect(two.count > 1 && shapes[0] == shapes[1])
    #expect(two.contains { $0.hasPrefix("critical: 11 memories are dead letters") })
    let three = try await program.run("check", "-vv").output
    #expect(three.contains("\n  - no kernel lock on it\n"))
    let four = try await program.run("check", "-vvv").output
    #expect(four.contains("directory: ") || four.split(separator: "\n").count == 25)
    #expect(four.filter { $0 == "|" }.count == 1)
  }

  @Test func aFigureThatCannotBeReadIsU() async throws {
    try directory.write("{", to: WatchedDirectory.queue)
    let outcome = try await program.run("check")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains(" | pending=U"))
  }

  @Test(.tags(.alone)) func aCheckThatHangsIsUnknown() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    let silent = try PythonChild(
      """
      import socket
      s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
      print(s.getsockname()[1]); input()
      """
    )
    let outcome = try await program.run(
      ["check", "-t", "1"],
      environment: ["MEM0TOP_SERVER_HEALTH": "[\"http://127.0.0.1:\(silent.firstLine)/health\"]"]
    )
    #expect(outcome.status == 3)
    #expect(outcome.output == "MEM0TOP UNKNOWN - It took longer than 1 second to look.\n")
  }

  @Test func aBrokenConfigurationIsUnknown() async throws {
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("check")
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix("MEM0TOP UNKNOWN - "))
    #expect(outcome.output.contains("lock.style"))
  }
}
