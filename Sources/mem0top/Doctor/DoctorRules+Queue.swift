internal import CLibrary
internal import Mem0Client
internal import QueueEngine

/// The directory, the server behind it, and what runs on this machine.
extension DoctorRules {
  // MARK: - The files

  func directory(_ observation: Observation) -> Checkup {
    let path = observation.snapshot.directory
    let codes: Set<FindingCode> = [.directoryMissing, .nothingHere, .unreadable]
    guard let finding = observation.findings.first(where: { codes.contains($0.code) }) else {
      return .good("directory", path)
    }
    let remedy =
      finding.code == .unreadable
      ? "give your user the right to read it" : "name the right one with --dir or MEM0TOP_DIR"
    return .bad("directory", finding.summary, remedy: remedy)
  }

  func permissions(_ observation: Observation, _ settings: EngineSettings) -> Checkup {
    let snapshot = observation.snapshot
    guard snapshot.directoryProblem == nil else {
      return .notJudged("permissions", "there is no directory to look into")
    }
    guard access(settings.directory, W_OK) == 0 else {
      return .bad(
        "permissions",
        "we may not write into \(settings.directory), so nothing can be changed or delivered",
        remedy: "run mem0top as the user that owns the directory"
      )
    }
    if let obstacle = snapshot.acknowledgement.obstacles.first {
      return .bad("permissions", obstacle.sentence, remedy: "make that file replaceable")
    }
    let remarks =
      (snapshot.queue.content?.remarks ?? []) + (snapshot.deadLetters.content?.remarks ?? [])
    if let exposed = remarks.first(where: { $0.contains("readable by every user") }) {
      return .bad("permissions", exposed, remedy: "chmod 700 \(settings.directory)")
    }
    return .good("permissions", "we may write, and others may not read")
  }

  // MARK: - The server

  func server(_ observation: Observation) -> Checkup {
    let server = observation.snapshot.server
    guard !server.endpoints.isEmpty else {
      return .notJudged("server", "none is configured (server.url), so nothing is contacted")
    }
    if let rejection = server.rejection {
      return .bad("server", rejection, remedy: "change the setting that it names")
    }
    switch server.state {
    case .up: return .good("server", QueueAccount.Server.statement(of: server))
    case .unknown:
      return .notJudged("server", QueueAccount.Server.statement(of: server))
    case .down, .degraded:
      let error = server.endpoints.first { $0.error != nil }?.error ?? "no answer"
      return .bad(
        "server",
        "\(QueueAccount.Server.statement(of: server)) (\(error))",
        remedy: "look at the server; if the error is dns or connect, at server.url and your network"
      )
    }
  }

  func key(_ configuration: Configuration, _ observation: Observation) -> Checkup {
    let server = configuration.server
    if let name = server.keyEnvironment {
      guard (facts.environment[name] ?? "").isEmpty else {
        return .good("key", "the variable that server.key_env names is set")
      }
      return .bad(
        "key",
        "server.key_env names a variable that is not set here, so nothing is sent",
        remedy: "export it where mem0top starts, in the crontab or unit too"
      )
    }
    if let path = server.keyFile {
      var status = stat()
      guard stat(path, &status) == 0 else {
        return .bad("key", "server.key_file names no file", remedy: "write the key into that file")
      }
      guard status.st_mode & 0o077 == 0 else {
        return .bad(
          "key",
          "the file that server.key_file names is open to others",
          remedy: "chmod 600 that file"
        )
      }
      return .good("key", "the file that server.key_file names is there and closed to others")
    }
    return .notJudged("key", "none is configured; \(server.api.rawValue) may need none")
  }

  // MARK: - The machine

  func clock(_ observation: Observation) -> Checkup {
    if let skew = observation.findings.first(where: { $0.code == .clockSkew }) {
      return .bad(
        "clock",
        skew.summary,
        remedy: "set the clock by NTP (timedatectl set-ntp true), and look which file is ahead"
      )
    }
    if observation.snapshot.lock.reason == .clockStep {
      return .bad(
        "clock",
        "it was set since the lock was written, so its age proves nothing",
        remedy: "let NTP keep it, so that it is not set in steps"
      )
    }
    return .good("clock", "no file lies in its future")
  }

  func schedule(_ settings: EngineSettings, _ observation: Observation) -> Checkup {
    let own = CronTable(facts.crontab ?? "", matching: settings.workerMatch).entries
    let system = facts.systemCrontabs.sorted { $0.key < $1.key }
      .flatMap { CronTable($0.value, matching: settings.workerMatch).entries }
    for entry in own + system where !entry.program.contains("/") {
      guard !entry.path.contains(where: { facts.isExecutable("\($0)/\(entry.program)") }) else {
        continue
      }
      return .bad(
        "schedule",
        "cron looks for \(entry.program) in \(entry.path.joined(separator: ":")), where it is not",
        remedy: "write \(facts.ownPath) in the line \"\(entry.line)\""
      )
    }
    if let entry = (own + system).first(where: {
      $0.program.hasPrefix("/") && !facts.isExecutable($0.program)
    }) {
      return .bad(
        "schedule",
        "cron starts \(entry.program), which cannot be run",
        remedy: "correct the path in the line \"\(entry.line)\""
      )
    }
    if let entry = (own + system).first { return .good("schedule", "cron: \(entry.line)") }
    if let unit = facts.enabledUnits.first { return .good("schedule", "systemd: \(unit)") }
    if let worker = observation.snapshot.worker.running.first {
      return .good("schedule", "a worker runs (pid \(worker.pid))")
    }
    guard facts.crontab != nil else {
      return .notJudged(
        "schedule",
        "no unit is enabled, and your crontab is empty or cannot be read (crontab -l)"
      )
    }
    return .bad(
      "schedule",
      "nothing starts a worker: neither your crontab nor a unit",
      remedy: "crontab -e: */10 * * * * \(facts.ownPath) sync --quiet"
    )
  }

  func workers(_ observation: Observation) -> Checkup {
    let running = observation.snapshot.worker.running
    switch running.count {
    case 0: return .good("workers", "none runs now")
    case 1: return .good("workers", "pid \(running[0].pid): \(running[0].command)")
    default:
      let pids = running.map { String($0.pid) }.joined(separator: ", ")
      return .bad(
        "workers",
        "\(running.count) run at once (\(pids)), and may deliver the same memories",
        remedy: "let one of them be started only"
      )
    }
  }

  func style(_ observation: Observation) -> Checkup {
    switch observation.snapshot.lock.style {
    case .flock: .good("lock", "workers flock a file that stays in place")
    case .pidfile: .good("lock", "workers create a file with their process id, and remove it")
    case .undecided:
      .notJudged("lock", "how workers use the lock was not seen yet; lock.style can say it")
    }
  }
}
