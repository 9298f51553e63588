import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// Other machines over a real ssh and a real sshd.
@Suite(.serialized, .tags(.alone), .enabled(if: SshStage.isPossible, SshStage.missing))
struct SshTests {
  private static func incident(_ stage: SshStage) throws {
    try stage.far.writeIncident()
  }

  private static func status(_ stage: SshStage) async throws -> Program.Outcome {
    try await Program().run("status", "--host", "dev-1", environment: stage.environment)
  }

  @Test func statusAndCheckSayWhatIsSaidThere() async throws {
    let stage = try await SshStage()
    try await stage.waitUntilReady()
    try Self.incident(stage)
    let there = try await Program().run(["status", "--json", "--dir", stage.far.path])
    let here = try await Program().run(
      "status",
      "--json",
      "--host",
      "dev-1",
      environment: stage.environment
    )
    let machines = try #require(try here.json()["machines"] as? [[String: Any]])
    #expect(machines.count == 1)
    #expect(machines[0]["state"] as? String == "live")
    let status = try #require(machines[0]["status"] as? [String: Any])
    let codes = { (report: [String: Any]) in
      (report["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
    }
    #expect(codes(status) == codes(try there.json()))
    #expect((status["dlq"] as? [String: Any])?["size"] as? Int == 12)
    #expect(((status["dlq"] as? [String: Any])?["items"] as? [Any])?.count == 12)
    let check = try await Program().run("check", "--host", "dev-1", environment: stage.environment)
    #expect(check.status == 2)
    #expect(check.output.hasPrefix("MEM0TOP CRITICAL - dev-1: "))
    let lines = check.output.split(separator: "\n")
    #expect(lines[0].contains(" (1 machine: 1 critical) | 'dev-1/pending'="), "\(check.output)")
    #expect(!lines.dropFirst().contains { $0.contains("|") })
  }

  @Test func aMachineThatDoesNotAnswerIsUnknown() async throws {
    let stage = try await SshStage()
    try stage.cut()
    let outcome = try await Self.status(stage)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("? dev-1: NO ANSWER"))
    #expect(outcome.output.contains("Connection refused"))
    let check = try await Program().run("check", "--host", "dev-1", environment: stage.environment)
    #expect(check.status == 3)
    #expect(check.output.contains("MEM0TOP UNKNOWN - dev-1: "))
  }

  @Test func aMachineWithoutMem0topSaysSo() async throws {
    let stage = try await SshStage(command: nil)
    try await stage.waitUntilReady()
    let outcome = try await Self.status(stage)
    #expect(outcome.output.contains("mem0top is not installed there"))
  }

  @Test func aKeyThatIsNotKnownThereIsRefused() async throws {
    let stage = try await SshStage()
    try await stage.waitUntilReady()
    try stage.configure(key: "stranger")
    #expect(try await Self.status(stage).output.contains("Permission denied"))
  }

  @Test func aHostKeyThatHasChangedIsRefused() async throws {
    let stage = try await SshStage()
    try await stage.waitUntilReady()
    try stage.trust("other_key")
    #expect(try await Self.status(stage).output.contains("Host key verification failed"))
  }

  @Test func aLoginScriptThatPrintsCostsNothing() async throws {
    let stage = try await SshStage(
      command: "printf 'Welcome\\n\\033[2J{}\\n'; exec mem0top serve --stdio"
    )
    try await stage.waitUntilReady()
    let outcome = try await Self.status(stage)
    #expect(outcome.output.contains("dev-1:"))
    #expect(!outcome.output.contains("NO ANSWER"))
  }

  @Test func aDirectoryWithBlanksArrivesWhole() async throws {
    let stage = try await SshStage(command: nil)
    try await stage.waitUntilReady()
    let name = "a b; touch x '$(id)'"
    let directory = try WatchedDirectory(at: stage.home.path("far") + "/" + name)
    try directory.write(
      #"{"queue":[{"id":"q","project_id":"p","content":"x"}]}"#,
      to: WatchedDirectory.queue
    )
    let program = try Program()
    try program.home.write(
      """
      [[hosts]]
      name = "odd"
      host = "dev-1:\(directory.path)"
      program = "\(stage.program)"

      """,
      to: ".config/mem0top/config.toml"
    )
    let outcome = try await program.run(
      "status",
      "--hosts",
      "--json",
      environment: stage.environment
    )
    let machines = try #require(try outcome.json()["machines"] as? [[String: Any]])
    #expect(machines[0]["name"] as? String == "odd")
    let status = machines[0]["status"] as? [String: Any]
    #expect(status?["directory"] as? String == directory.path)
    #expect((status?["queue"] as? [String: Any])?["pending"] as? Int == 1)
  }

  @Test func thePaneShowsTheMachineItsDashboardAndItsLoss() async throws {
    let stage = try await SshStage(command: "mem0top serve --stdio --allow-actions")
    try await stage.waitUntilReady()
    try Self.incident(stage)
    let session = try TmuxSession(
      arguments: ["--host", "dev-1", "--host", "."],
      environment: stage.environment
    )
    try await session.wait(for: "✖ stale lock")
    try await session.wait(for: "this machine")
    try session.send("Enter")
    try await session.wait(for: "Dead letters  12")
    try session.send("R")
    try await session.wait(for: "on dev-1")
    try session.send("n")
    try await session.wait(within: .seconds(30), until: "the question is gone") {
      !$0.contains("on dev-1")
    }
    try session.send("c")
    try await session.wait(for: "Cleared the lock")
    #expect(!FileManager.default.fileExists(atPath: stage.far.path(of: WatchedDirectory.lock)))
    try stage.cut()
    try await session.wait(for: "? NO ANSWER")
    try stage.start()
    try await session.wait(within: .seconds(60), until: "the link again") {
      !$0.contains("NO ANSWER")
    }
    try session.send("q")
    try await session.wait(for: "2 machines")
    try session.send("q")
    #expect(try await session.exitStatus() == "0")
  }
}
