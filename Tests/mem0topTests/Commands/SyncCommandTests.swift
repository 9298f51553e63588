import DemoWorld
import Foundation
import TestSupport
import Testing

@testable import mem0top

@Suite struct SyncCommandTests {
  private static let keys: Set<String> = [
    "schema", "taken_in", "result", "synced", "recovered", "failed", "moved", "pending", "dlq",
    "undeliverable", "summary", "remarks",
  ]

  private let program: Program
  private let directory: WatchedDirectory

  init() throws { (program, directory) = try Program.besideOneItem() }

  @Test func theEmergencyFileIsTakenInFirst() async throws {
    try directory.write(
      #"{"id":"bbbbbbbb-2","project_id":"p","content":"y","emergency":true}"# + "\n",
      to: "mem0_emergency.json"
    )
    try await DemoReceiver.serve { receiver, environment in
      let report = try await program.run("sync", "--json", environment: environment).json()
      #expect(report["taken_in"] as? Int == 1)
      #expect(report["synced"] as? Int == 2)
      #expect((report["summary"] as? String)?.hasPrefix("Took in 1 memory from the") == true)
      #expect(receiver.stored.count == 2)
    }
    #expect(!directory.exists("mem0_emergency.json"))
    #expect(try directory.text(of: WatchedDirectory.log).contains("📥 Took 1 memory"))
  }

  @Test func withoutAServerItSaysSoAndTouchesNothing() async throws {
    let names = try directory.names()
    let outcome = try await program.run("sync")
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("[server]"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
    #expect(try directory.names() == names)
  }

  @Test func pipedItPrintsTheLinesOfTheLog() async throws {
    try await DemoReceiver.serve { receiver, environment in
      let outcome = try await program.run("sync", environment: environment)
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(
        outcome.output == """
          ✅ Synced: p (ID: aaaaaaaa...)
          ✨ Worker done:
          Queue: 0 pending
          Failed: 0 failed
          Total synced: 1

          """
      )
      #expect(receiver.stored.map(\.id) == ["aaaaaaaa-1"])
      #expect(!directory.exists(WatchedDirectory.lock))
      let entries = try WatchedDirectory.auditEntries(below: program.home.path)
      #expect(entries.map { $0["origin"] as? String } == ["worker"])
    }
  }

  @Test(arguments: [
    "exec > /dev/full", "mkfifo \"$HOME/gone\"; : < \"$HOME/gone\" & exec > \"$HOME/gone\"; wait",
  ])
  func aRunGoesOnThoughNobodyCanBeTold(preparation: String) async throws {
    let items = (0..<150).map { #"{"id":"i\#($0)","project_id":"p\#($0 % 8)","content":"x"}"# }
    try directory.write(
      "{\"queue\":[\(items.joined(separator: ","))]}",
      to: WatchedDirectory.queue
    )
    try await DemoReceiver.serve { receiver, environment in
      let outcome = try await program.run(after: preparation, ["sync"], environment: environment)
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(receiver.stored.count == 150)
      #expect(try directory.text(of: WatchedDirectory.queue) == "{\"queue\":[]}")
    }
  }

  @Test func whatIgnoresHangupsGoesOnAfterOne() async throws {
    let second = #"{"queue":[{"id":"bbbbbbbb-2","project_id":"p","content":"y"}]}"#
    let preparation = """
      trap '' HUP
      until_logged() { n=0; until grep -q "$1" "$LOG" || [ $n -gt 600 ]; do n=$((n+1)); sleep 0.05; done; }
      (
        until_logged aaaaaaaa; kill -HUP $$
        printf '%s' '\(second)' > "$QUEUE.new"; mv "$QUEUE.new" "$QUEUE"
        until_logged bbbbbbbb; kill -TERM $$
      ) > /dev/null 2>&1 &
      :
      """
    try await DemoReceiver.serve { receiver, environment in
      var environment = environment
      environment["LOG"] = directory.path(of: WatchedDirectory.log)
      environment["QUEUE"] = directory.path(of: WatchedDirectory.queue)
      let outcome = try await program.run(
        after: preparation,
        ["sync", "--watch", "--interval", "1s"],
        environment: environment
      )
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(receiver.stored.map(\.id) == ["aaaaaaaa-1", "bbbbbbbb-2"])
    }
  }

  @Test func theObjectHasExactlyItsKeys() async throws {
    try await DemoReceiver.serve { _, environment in
      let report = try await program.run("sync", "--json", environment: environment).json()
      #expect(Set(report.keys) == Self.keys)
      #expect(report["result"] as? String == "done")
      #expect(report["synced"] as? Int == 1)
    }
  }

  @Test func aLockThatAnotherHoldsIsWaitedForAndThenNamed() async throws {
    try await DemoReceiver.serve { receiver, environment in
      let holder = try PythonChild(
        LockPrograms.flocking,
        directory.path(of: WatchedDirectory.lock)
      )
      let start = ContinuousClock.now
      let outcome = try await program.run("sync", environment: environment)
      #expect(ContinuousClock.now - start >= .seconds(5))
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("Could not acquire lock (timeout)"))
      #expect(outcome.complaint.contains("pid \(holder.pid)"))
      #expect(
        try directory.text(of: WatchedDirectory.log).contains("Could not acquire lock (timeout)")
      )
      #expect(holder.isRunning && receiver.requests.isEmpty)
    }
  }

  @Test func aServerThatIsDownIsOneSentence() async throws {
    let outcome = try await program.run(
      "sync",
      environment: ["MEM0TOP_SERVER_URL": "http://127.0.0.1:1"]
    )
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("The server accepts nothing"))
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
    #expect(try directory.text(of: WatchedDirectory.queue).contains("aaaaaaaa-1"))
  }

  @Test func retryNowDeliversWhatItMadeDue() async throws {
    try directory.write(
      """
      {"items":[{"id":"bbbbbbbb-2","project_id":"d","content":"y","retry_count":4,\
      "last_attempt":\(Int(Date().timeIntervalSince1970))}]}
      """,
      to: WatchedDirectory.deadLetters
    )
    try await DemoReceiver.serve { receiver, environment in
      let outcome = try await program.run(
        "retry",
        "bbbb",
        "--now",
        "--json",
        environment: environment
      )
      #expect(outcome.status == 0, "\(outcome.complaint)")
      let sync = try #require(try outcome.json()["sync"] as? [String: Any])
      #expect(sync["recovered"] as? Int == 1 && sync["synced"] as? Int == 1)
      #expect(Set(receiver.stored.map(\.id)) == ["aaaaaaaa-1", "bbbbbbbb-2"])
    }
  }

  @Test func theCounterTellsRateAndTimeLeft() {
    let counter = SyncCounter(done: 120, total: 3600, elapsed: .seconds(4))
    #expect(counter.text == "120 of 3600 · 30/s · 1m 56s left")
    #expect(SyncCounter(done: 0, total: 9, elapsed: .zero).text == "0 of 9")
    #expect(SyncCounter(done: 9, total: 9, elapsed: .seconds(2)).text == "9 of 9 · 4.5/s")
  }

  @Test(arguments: [["--concurrency", "0"], ["--concurrency", "65"], ["--interval", "0s"]])
  func valuesThatMakeNoSenseAreRefused(arguments: [String]) async throws {
    #expect(try await program.run(["sync"] + arguments).status == 64)
  }
}
