import DemoWorld
import Foundation
import TestSupport
import Testing

/// `sync` and `retry --now` run what the key `s` runs.
@Suite struct ConfiguredWorkerTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws { (program, directory) = try Program.besideOneItem() }

  private func environment(_ command: String) -> [String: String] {
    ["MEM0TOP_WORKER_COMMAND": command]
  }

  @Test func syncRunsItInTheDirectoryAndShowsItsLines() async throws {
    let command = #"["sh", "-c", "echo it ran; pwd > ran"]"#
    let outcome = try await program.run("sync", environment: environment(command))
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output == "it ran\n")
    #expect(directory.exists("ran"))
  }

  @Test func itsStatusIsTold() async throws {
    let command = #"["sh", "-c", "exit 3"]"#
    let outcome = try await program.run("sync", "--json", environment: environment(command))
    #expect(outcome.status == 1)
    #expect(
      outcome.complaint == "mem0top: The worker sh ended with status 3; its output says why.\n"
    )
    let report = try outcome.json()
    #expect(report["result"] as? String == "failed" && report["synced"] is NSNull)
  }

  @Test func retryNowRunsItToo() async throws {
    try directory.write(
      #"{"items":[{"id":"bbbbbbbb-2","project_id":"d","content":"y","last_attempt":0}]}"#,
      to: WatchedDirectory.deadLetters
    )
    let command = #"["sh", "-c", "echo it ran"]"#
    let outcome = try await program.run(
      "retry",
      "--all",
      "--now",
      environment: environment(command)
    )
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasSuffix("it ran\n"))
  }

  @Test func withBuiltinItIsOurs() async throws {
    try await DemoReceiver.serve { receiver, server in
      let variables = server.merging(environment(#"["sh", "-c", "exit 3"]"#)) { $1 }
      let outcome = try await program.run("sync", "--builtin", environment: variables)
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(receiver.stored.count == 1)
    }
  }

  @Test(arguments: [#"["PROGRAM", "sync"]"#, #"["sh", "-c", "PROGRAM sync"]"#])
  func aCommandThatLeadsBackRunsOurs(command: String) async throws {
    try await DemoReceiver.serve { receiver, server in
      let text = command.replacing("PROGRAM", with: Program.path)
      let variables = server.merging(environment(text)) { $1 }
      let outcome = try await program.run("sync", environment: variables)
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(outcome.output.contains("✅ Synced: p (ID: aaaaaaaa...)"))
      #expect(receiver.stored.count == 1)
    }
  }

  @Test func oneThatDoesNotStartIsOneSentence() async throws {
    let outcome = try await program.run("sync", environment: environment(#"["/no/such"]"#))
    #expect(outcome.status == 1)
    #expect(outcome.complaint.hasPrefix("mem0top: The worker /no/such did not start"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }

  @Test func aTextIsNoCommand() async throws {
    try program.home.write("[worker]\ncommand = \"run me\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("sync")
    #expect(outcome.status == 78)
    #expect(outcome.complaint.contains("config.toml:2: worker.command must be a list"))
  }

  @Test(.tags(.alone), arguments: [true, false])
  func aStaleLockIsClearedFirstWhereThatIsSet(isSet: Bool) async throws {
    let gone = try Process.run(URL(filePath: "/bin/true"), arguments: [])
    gone.waitUntilExit()
    try directory.write("\(gone.processIdentifier)\n", to: WatchedDirectory.lock)
    try await DemoReceiver.serve { receiver, server in
      var variables = server
      variables["MEM0TOP_LOCK_STYLE"] = "pidfile"
      if isSet { variables["MEM0TOP_WORKER_CLEAR_STALE"] = "true" }
      let outcome = try await program.run("sync", environment: variables)
      #expect(outcome.status == (isSet ? 0 : 1), "\(outcome.complaint)")
      #expect(receiver.stored.count == (isSet ? 1 : 0))
    }
  }
}
