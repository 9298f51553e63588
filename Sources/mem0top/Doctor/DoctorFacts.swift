internal import CLibrary
internal import FoundationEssentials
internal import QueueEngine

/// What the doctor looks at beside the files: gathered once, and judged by `DoctorRules`.
struct DoctorFacts: Sendable {
  /// What tmux says of itself.
  struct Tmux: Sendable {
    var version: String
    var escapeTime: String
    var terminal: String
    var focusEvents: String
    /// Whether it passes on what is meant for the terminal around it.
    var passesOn = false
  }

  var environment: [String: String]
  /// Columns and rows; `nil` where standard output is no terminal.
  var terminalSize: (columns: Int, rows: Int)?
  /// `nil` outside of tmux, or where it does not answer.
  var tmux: Tmux?
  /// The person's own table; `nil` where there is none or it cannot be read.
  var crontab: String?
  /// Tables of the system, by their path.
  var systemCrontabs: [String: String] = [:]
  /// Names of units that are enabled and speak of the queue.
  var enabledUnits: [String] = []
  /// Whether a path leads to something that can be run.
  var isExecutable: @Sendable (String) -> Bool = { access($0, X_OK) == 0 }
  /// This program's own path.
  var ownPath = OwnProgram.path

  init(environment: [String: String]) {
    self.environment = environment
  }

  /// Gathers them; programs that do not answer in time are left out.
  static func gather(_ environment: [String: String]) async -> DoctorFacts {
    var facts = DoctorFacts(environment: environment)
    facts.terminalSize = terminalSize
    if !(environment["TMUX"] ?? "").isEmpty { facts.tmux = await askTmux(environment) }
    facts.crontab = await ProgramOutput.of("crontab", ["-l"])
    facts.systemCrontabs = systemCrontabs
    facts.enabledUnits = enabledUnits(home: environment["HOME"] ?? "")
    return facts
  }

  private static var terminalSize: (columns: Int, rows: Int)? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private static func askTmux(_ environment: [String: String]) async -> Tmux? {
    let format = "#{version}\n#{escape-time}\n#{default-terminal}\n#{focus-events}"
    guard let text = await ProgramOutput.of("tmux", ["display-message", "-p", format]) else {
      return nil
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 4 else { return nil }
    var tmux = Tmux(
      version: lines[0],
      escapeTime: lines[1],
      terminal: lines[2],
      focusEvents: lines[3]
    )
    if let pane = environment["TMUX_PANE"] { tmux.passesOn = await DesktopNotice.passesOn(pane) }
    return tmux
  }

  private static var systemCrontabs: [String: String] {
    let folder = "/etc/cron.d"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return (["/etc/crontab"] + names.map { folder + "/" + $0 }).reduce(into: [:]) { found, path in
      guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
        return
      }
      found[path] = String(decoding: data, as: UTF8.self)
    }
  }

  /// Units whose name speaks of the queue and that a target wants.
  private static func enabledUnits(home: String) -> [String] {
    let folders = ["/etc/systemd/system", "/etc/systemd/user", home + "/.config/systemd/user"]
    return folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".wants") }.flatMap { target in
        (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + target)) ?? []
      }
    }.filter { $0.contains("mem0") }
  }
}
