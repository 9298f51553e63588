internal import CLibrary
internal import Dashboard
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
}
