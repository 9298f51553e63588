internal import Dashboard
internal import Fleet
internal import Mem0Client
internal import QueueEngine

/// Every setting, in the order of the file; parsing, environment, `config` and the example read it.
enum SettingCatalog {
  static let all: [Setting] =
    server + lock + deadLetters + worker + files + fleet + interface + alerts + keys

  /// The sections in the order of the file.
  static let sections = all.map(\.section).reduce(into: [String]()) {
    if $0.last != $1 { $0.append($1) }
  }

  private static let server: [Setting] = [
    .choice("server", "api", \.server.api, "the receiver: bridge, mem0, platform or custom"),
    .optionalText(
      "server",
      "url",
      \.server.url,
      "where memories are added; unset: nothing is contacted",
      example: "http://127.0.0.1:8081",
      expected: "an address like \"http://127.0.0.1:8081\", without ? and #",
      // A path is put behind it.
      where: { text in WebAddress(text) != nil && !text.contains { "?#".contains($0) } },
      shown: WebAddress.shown
    ),
    .health,
    .optionalText(
      "server",
      "key_env",
      \.server.keyEnvironment,
      "the environment variable that holds the key, never the key itself",
      example: "MEM0_API_KEY",
      expected: "the name of an environment variable",
      where: isVariableName
    ),
    .optionalText(
      "server",
      "key_file",
      \.server.keyFile,
      "or a file with the key, mode 0600",
      example: "/home/you/.config/mem0top/key",
      expected: "the path of a file, from / or ~/; the key itself does not belong here",
      where: { $0.hasPrefix("/") || $0.hasPrefix("~/") }
    ),
    .custom,
    .duration(
      "server",
      "probe_interval",
      \.server.probeInterval,
      from: .seconds(1),
      "how often the endpoints are asked"
    ),
  ]

  private static let lock: [Setting] = [
    .choice(
      "lock",
      "style",
      \.engine.lockStyle,
      "how workers use the lock: auto, flock or pidfile"
    ),
    .duration(
      "lock",
      "max_hold",
      \.engine.maxHold,
      from: .seconds(1),
      "a lock held longer than this without progress is hung"
    ),
    .duration(
      "lock",
      "alert_after",
      \.engine.alertAfter,
      from: .seconds(1),
      "a lock hung for longer than this is critical"
    ),
  ]

  private static let deadLetters: [Setting] = [
    .number(
      "dlq",
      "warn",
      \.engine.deadLetterWarning,
      in: 0...1_000_000,
      "more dead letters than this are a warning"
    ),
    .number(
      "dlq",
      "alert",
      \.engine.deadLetterAlert,
      in: 0...1_000_000,
      "more dead letters than this are critical"
    ),
    .number(
      "dlq",
      "pace",
      \.engine.retriesPerMinute,
      in: 1...6000,
      "how many a minute become due after one was tried first"
    ),
  ]

  private static let worker: [Setting] = [
    .duration(
      "worker",
      "interval",
      \.engine.workerInterval,
      from: .seconds(1),
      "how often cron runs it"
    ),
    .list(
      "worker",
      "match",
      \.engine.workerMatch,
      mayBeEmpty: false,
      "texts in a command line that make a process a worker"
    ),
    .list(
      "worker",
      "command",
      \.workerCommand,
      mayBeEmpty: true,
      takesOneText: false,
      "the worker that the dashboard, sync and retry --now run; empty: the built-in one"
    ),
    .truth(
      "worker",
      "clear_stale",
      \.shouldClearStaleLock,
      "true: sync clears a stale lock before it begins"
    ),
    .number(
      "worker",
      "concurrency",
      \.workerConcurrency,
      in: 1...64,
      "concurrent deliveries"
    ),
  ]

  private static let files: [Setting] = [
    .text("files", "queue", \.engine.files.queue, "names in the directory, or absolute paths"),
    .text("files", "dlq", \.engine.files.deadLetters, "the dead letters"),
    .text("files", "metrics", \.engine.files.metrics, "what the worker says about itself"),
    .text("files", "lock", \.engine.files.lock, "the lock"),
    .text("files", "log", \.engine.files.log, "the worker's log"),
    .text("files", "emergency", \.engine.files.emergency, "memories that could not be queued"),
  ]

  private static let fleet: [Setting] = [
    .hosts,
    .optionalText(
      "fleet",
      "rsh",
      \.fleet.rsh,
      "takes the place of ssh and its options (MEM0TOP_RSH)",
      example: "ssh -F /home/you/.ssh/fleet",
      expected: "a command that a shell can take apart, like \"ssh -F FILE\"",
      where: { ShellWords.split($0)?.isEmpty == false }
    ),
  ]

  private static let interface: [Setting] = [
    .text("ui", "theme", \.interface.theme, "auto, dark, light, contrast, mono or one of [themes]"),
    .truth("ui", "mouse", \.interface.hasMouse, "true: the mouse selects, scrolls and sorts"),
    .choice(
      "ui",
      "borders",
      \.interface.borders,
      "auto (as the locale can show them), unicode or ascii"
    ),
    .choice(
      "ui",
      "ambiguous",
      \.interface.ambiguous,
      "narrow, or wide: the terminal draws some symbols in two columns, so none of them is used"
    ),
    .duration(
      "ui",
      "refresh",
      \.interface.refresh,
      from: .milliseconds(100),
      "how often everything is looked at even if no file changed"
    ),
    .truth("ui", "read_only", \.interface.isReadOnly, "true: no key changes anything"),
  ]

  private static let alerts: [Setting] = [
    .choice(
      "alerts",
      "severity",
      \.alerts.severity,
      "from how bad a finding on somebody is told: warning or critical"
    ),
    .truth("alerts", "bell", \.alerts.hasBell, "true: the dashboard rings the terminal's bell"),
    .choice(
      "alerts",
      "desktop",
      \.alerts.desktop,
      "a notification through the dashboard's terminal: off, auto, osc9, osc777 or osc99"
    ),
    .truth("alerts", "tmux", \.alerts.usesTmux, "true: a message in each client of tmux"),
    .list(
      "alerts",
      "command",
      \.alerts.command,
      mayBeEmpty: true,
      takesOneText: false,
      "a program, started without a shell, that reads the incident as JSON"
    ),
    .duration(
      "alerts",
      "timeout",
      \.alerts.timeout,
      from: .seconds(1),
      "for how long it may run"
    ),
    .number(
      "alerts",
      "log_lines",
      \.alerts.logLines,
      in: 0...1000,
      "how many of the log's last lines it gets"
    ),
  ]

  /// The commands whose key can be changed, with the default key for the example.
  private static let commandKeys: [(command: String, key: String)] =
    Keymap.standard.bindings.filter { $0.section != .answer }.reduce(into: []) { found, binding in
      let name = binding.command.name
      guard !found.contains(where: { $0.command == name }) else { return }
      for case .character(let character) in binding.keys.prefix(1) {
        found.append((name, String(character)))
      }
    }

  private static let keys: [Setting] = commandKeys.map { command, key in
    Setting(
      section: "keys",
      name: command,
      remark: "the key of \(command)",
      example: TOMLText.quoted(key)
    ) { (configuration, value) throws(ValueProblem) in
      guard case .text(let text) = value, text.count == 1, Setting.isPlain(text) else {
        throw ValueProblem(expected: "one character, like \"\(key)\"")
      }
      configuration.interface.keys[command] = text
    } print: {
      $0.interface.keys[command].map(TOMLText.quoted)
    }
  }

  private static let isVariableName: @Sendable (String) -> Bool = { name in
    name.first?.isNumber == false
      && name.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      }
  }
}
