internal import CLibrary
internal import Dashboard
internal import Mem0Client
internal import QueueEngine

/// Judges what stands around the program; each line is good, bad with the one thing to change, or not judged.
struct DoctorRules {
  let facts: DoctorFacts
  /// The configuration, or why it cannot be used.
  let loaded: Result<ConfigurationLoader.Loaded, ConfigurationError>
  /// What was seen; `nil` where the configuration did not allow a look.
  let observation: Observation?

  var checkups: [Checkup] {
    var checkups = [terminal, locale, tmux, configuration] + themes
    guard case .success(let loaded) = loaded, let observation else { return checkups }
    checkups.append(alerts(loaded.configuration.alerts))
    let settings = loaded.configuration.engine
    checkups += [directory(observation), permissions(observation, settings)]
    checkups += [server(observation), key(loaded.configuration, observation)]
    checkups += [clock(observation), schedule(settings, observation), workers(observation)]
    checkups.append(style(observation))
    return checkups
  }

  // MARK: - The person's side

  private var terminal: Checkup {
    guard let size = facts.terminalSize else {
      return .notJudged("terminal", "standard output is no terminal")
    }
    let name = facts.environment["TERM"] ?? ""
    if name.isEmpty || name == "dumb" {
      return .bad(
        "terminal",
        "TERM is \(name.isEmpty ? "not set" : name), so nothing can be drawn",
        remedy: "set TERM to what your terminal is, for example xterm-256color"
      )
    }
    guard size.columns >= 40, size.rows >= 10 else {
      return .bad(
        "terminal",
        "\(name), \(size.columns)×\(size.rows): too small for the dashboard",
        remedy: "make it 40×10 at least"
      )
    }
    return .good("terminal", "\(name), \(size.columns)×\(size.rows)")
  }

  private var locale: Checkup {
    let variable = ["LC_ALL", "LC_CTYPE", "LANG"].first { !(facts.environment[$0] ?? "").isEmpty }
    let value = variable.flatMap { facts.environment[$0] } ?? "not set"
    if LocaleText.isUTF8(facts.environment) { return .good("locale", "\(value): UTF-8") }
    return .bad(
      "locale",
      "\(variable ?? "LANG") is \(value), not UTF-8: frames and signs are drawn in ASCII",
      remedy: "export \(variable ?? "LANG")=C.UTF-8"
    )
  }

  /// Whether the person's own colours can be read.
  private var themes: [Checkup] {
    guard case .success(let loaded) = loaded else { return [] }
    return loaded.configuration.interface.themes.map { theme in
      let name = "theme \(Scrubber.scrub(theme.name))"
      let weak = theme.weakRoles
      guard let worst = weak.min(by: { $0.contrast < $1.contrast }) else {
        return .good(name, "every colour can be read")
      }
      let roles = weak.map(\.role.name).joined(separator: ", ")
      let contrast = Double(Int(worst.contrast * 10)) / 10
      return .bad(
        name,
        "hard to read: \(roles) (contrast from \(contrast) to 1)",
        remedy: "give them colours with 4.5 to 1 or more on the theme's base"
      )
    }
  }

  private var tmux: Checkup {
    guard !(facts.environment["TMUX"] ?? "").isEmpty else {
      return .notJudged("tmux", "this is no tmux")
    }
    guard let tmux = facts.tmux else { return .notJudged("tmux", "tmux does not answer") }
    if let delay = Int(tmux.escapeTime), delay > 100 {
      return .bad(
        "tmux",
        "tmux \(tmux.version) waits \(delay) ms behind each Esc",
        remedy: "set -sg escape-time 10"
      )
    }
    guard tmux.terminal.hasPrefix("tmux") || tmux.terminal.hasPrefix("screen") else {
      return .bad(
        "tmux",
        "its default-terminal is \(tmux.terminal), which it is not",
        remedy: "set -g default-terminal tmux-256color"
      )
    }
    guard ["1", "on"].contains(tmux.focusEvents) else {
      return .bad(
        "tmux",
        "focus-events is off, so a change from a dark to a light background goes unseen",
        remedy: "set -g focus-events on, and attach again"
      )
    }
    return .good(
      "tmux",
      "tmux \(tmux.version), \(tmux.terminal), escape-time \(tmux.escapeTime) ms"
    )
  }

  private func alerts(_ settings: AlertSettings) -> Checkup {
    guard !settings.channels.isEmpty else { return .notJudged("alerts", "none is set") }
    if settings.desktop != .off, let tmux = facts.tmux, !tmux.passesOn {
      return .bad(
        "alerts",
        "tmux does not pass desktop notifications on to the terminal: the bell rings instead",
        remedy: "set -g allow-passthrough on"
      )
    }
    if let program = settings.command.first, !canRun(program) {
      return .bad(
        "alerts",
        "the alert command \(program) is not there, or cannot be run",
        remedy: "write its whole path into [alerts] command"
      )
    }
    let names = AlertChannel.allCases.filter(settings.channels.contains).map(\.rawValue)
    return .good(
      "alerts",
      "\(names.joined(separator: ", ")), from \(settings.severity.rawValue) on"
    )
  }

  private func canRun(_ program: String) -> Bool {
    if program.contains("/") { return facts.isExecutable(program) }
    let folders = (facts.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { facts.isExecutable("\($0)/\(program)") }
  }

  private var configuration: Checkup {
    switch loaded {
    case .failure(let error):
      return .bad("configuration", error.description, remedy: "change that line")
    case .success(let loaded):
      let count = loaded.sources.count
      let isThere = access(loaded.path, F_OK) == 0
      let place = isThere ? loaded.path : "no file at \(loaded.path)"
      let values = count == 0 ? "defaults" : count == 1 ? "1 value set" : "\(count) values set"
      return .good("configuration", "\(place), \(values)")
    }
  }

  // MARK: - The files

  private func directory(_ observation: Observation) -> Checkup {
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

  private func permissions(_ observation: Observation, _ settings: EngineSettings) -> Checkup {
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

  private func server(_ observation: Observation) -> Checkup {
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

  private func key(_ configuration: Configuration, _ observation: Observation) -> Checkup {
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

  private func clock(_ observation: Observation) -> Checkup {
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

  private func schedule(_ settings: EngineSettings, _ observation: Observation) -> Checkup {
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

  private func workers(_ observation: Observation) -> Checkup {
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

  private func style(_ observation: Observation) -> Checkup {
    switch observation.snapshot.lock.style {
    case .flock: .good("lock", "workers flock a file that stays in place")
    case .pidfile: .good("lock", "workers create a file with their process id, and remove it")
    case .undecided:
      .notJudged("lock", "how workers use the lock was not seen yet; lock.style can say it")
    }
  }
}
