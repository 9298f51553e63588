import Foundation
import Mem0Client
import QueueEngine
import TestSupport
import Testing

@testable import mem0top

/// `doctor`: each thing around the program is good, bad with what to change, or not judged and why.
@Suite struct DoctorTests {
  private func facts(_ environment: [String: String] = [:]) -> DoctorFacts {
    var facts = DoctorFacts(
      environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/nobody"]
        .merging(environment) { $1 }
    )
    facts.terminalSize = (120, 34)
    facts.ownPath = "/home/u/.local/bin/mem0top"
    facts.isExecutable = { $0 == "/usr/local/bin/mem0top" || $0 == "/usr/bin/python3" }
    return facts
  }

  private func checkup(
    _ subject: String,
    _ facts: DoctorFacts,
    settings change: (inout Configuration) -> Void = { _ in },
    snapshot edit: (inout Snapshot) -> Void = { _ in }
  ) throws -> Checkup {
    var loaded = try ConfigurationLoader(
      environment: ["HOME": "/nobody"],
      directoryFlag: NSTemporaryDirectory()
    ).load()
    change(&loaded.configuration)
    var snapshot = Snapshot(generatedAt: Timestamp(0), directory: NSTemporaryDirectory())
    edit(&snapshot)
    let observation = Observation(
      snapshot: snapshot,
      findings: findings(in: snapshot, at: Timestamp(0), settings: loaded.configuration.engine),
      now: Timestamp(0)
    )
    let rules = DoctorRules(facts: facts, loaded: .success(loaded), observation: observation)
    return try #require(rules.checkups.first { $0.subject == subject })
  }

  @Test func everyThingHasOneLineAndABadOneItsRemedy() async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.writeIncident()
    chmod(directory.path, 0o700)
    let report = try await program.run(
      ["doctor", "--json"],
      environment: ["LANG": "C.UTF-8"]
    ).json()
    let checks = try #require(report["checks"] as? [[String: Any]])
    #expect(
      checks.compactMap { $0["subject"] as? String } == [
        "terminal", "locale", "tmux", "configuration", "alerts", "directory", "permissions",
        "server",
        "key", "clock", "schedule", "workers", "lock",
      ]
    )
    for check in checks {
      let isBad = check["outcome"] as? String == "bad"
      #expect((check["remedy"] is String) == isBad, "\(check)")
      #expect((check["sentence"] as? String)?.isEmpty == false)
    }
    let text = try await program.run(["doctor"], environment: ["LANG": "C.UTF-8"])
    #expect(text.output.contains("● locale"))
    #expect(text.output.contains("? server"))
  }

  @Test func aWrongConfigurationIsALine() async throws {
    let program = try Program()
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run("doctor")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("✖ configuration"))
    #expect(outcome.output.contains("lock.style"))
  }

  @Test func aTerminalIsJudgedBySizeAndName() throws {
    var small = facts()
    small.terminalSize = (30, 5)
    #expect(try checkup("terminal", small).outcome == .bad)
    var none = facts()
    none.terminalSize = nil
    #expect(try checkup("terminal", none).outcome == .notJudged)
    #expect(try checkup("terminal", facts(["TERM": "dumb"])).outcome == .bad)
    #expect(try checkup("terminal", facts()).outcome == .good)
    #expect(try checkup("locale", facts(["LANG": "C"])).remedy == "export LANG=C.UTF-8")
    #expect(
      try checkup("locale", facts(["LC_ALL": "POSIX"])).remedy == "export LC_ALL=C.UTF-8"
    )
  }

  @Test func tmuxIsAskedForWhatHarmsUs() throws {
    var facts = facts(["TMUX": "/tmp/x,1,0"])
    #expect(try checkup("tmux", facts).outcome == .notJudged)
    facts.tmux = .init(version: "3.3a", escapeTime: "500", terminal: "tmux", focusEvents: "1")
    #expect(try checkup("tmux", facts).remedy == "set -sg escape-time 10")
    facts.tmux = .init(version: "3.3a", escapeTime: "10", terminal: "xterm", focusEvents: "1")
    #expect(try checkup("tmux", facts).remedy == "set -g default-terminal tmux-256color")
    facts.tmux = .init(version: "3.3a", escapeTime: "10", terminal: "tmux", focusEvents: "0")
    #expect(try checkup("tmux", facts).remedy?.contains("focus-events on") == true)
    facts.tmux = .init(version: "3.3a", escapeTime: "10", terminal: "tmux", focusEvents: "1")
    #expect(try checkup("tmux", facts).outcome == .good)
  }

  @Test(arguments: [
    ("*/10 * * * * mem0top sync", Checkup.Outcome.bad),
    ("PATH=/usr/local/bin:/bin\n*/10 * * * * mem0top sync", .good),
    ("*/10 * * * * /usr/local/bin/mem0top sync --quiet", .good),
    ("*/10 * * * * /gone/mem0top sync", .bad),
    ("# */10 * * * * /usr/local/bin/mem0top sync", .bad),
    ("*/5 * * * * /usr/local/bin/mem0top check", .bad),
    ("*/10 * * * * cd ~ && /usr/bin/python3 hooks/mem0_queue_worker.py", .good), ("", .bad),
  ])
  func aCrontabIsReadAsCronReadsIt(table: String, outcome: Checkup.Outcome) throws {
    var facts = facts()
    facts.crontab = table
    let checkup = try checkup("schedule", facts)
    #expect(checkup.outcome == outcome, "\(checkup)")
    if outcome == .bad { #expect(checkup.remedy != nil) }
  }

  @Test func withoutACrontabAUnitCountsAndElseNothingIsSaid() throws {
    var facts = facts()
    #expect(try checkup("schedule", facts).outcome == .notJudged)
    facts.enabledUnits = ["mem0top-sync.timer"]
    #expect(try checkup("schedule", facts).outcome == .good)
  }

  @Test func aKeyIsLookedForWhereTheSettingsSay() throws {
    let named = { (configuration: inout Configuration) in
      configuration.server.keyEnvironment = "MEM0_KEY"
    }
    #expect(try checkup("key", facts(), settings: named).outcome == .bad)
    #expect(try checkup("key", facts(["MEM0_KEY": "k"]), settings: named).outcome == .good)
    let directory = try TemporaryDirectory()
    try directory.write("k", to: "key")
    let path = directory.path("key")
    let inFile = { (configuration: inout Configuration) in configuration.server.keyFile = path }
    chmod(path, 0o644)
    #expect(try checkup("key", facts(), settings: inFile).remedy == "chmod 600 that file")
    chmod(path, 0o600)
    #expect(try checkup("key", facts(), settings: inFile).outcome == .good)
    #expect(try checkup("key", facts()).outcome == .notJudged)
  }

  @Test func workersAndStyleAreWhatWasSeen() throws {
    let workers = [RunningProcess(pid: 7, command: "a"), RunningProcess(pid: 8, command: "b")]
    let two = try checkup("workers", facts(), snapshot: { $0.worker.running = workers })
    #expect(two.outcome == .bad && two.sentence.contains("7, 8"))
    #expect(try checkup("lock", facts()).outcome == .notJudged)
    let learned = try checkup("lock", facts(), snapshot: { $0.lock.style = .flock })
    #expect(learned.outcome == .good)
  }
}
