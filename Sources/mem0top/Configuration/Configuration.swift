package import Dashboard
package import Mem0Client
package import QueueEngine

/// Everything that can be set, as typed values.
package struct Configuration: Sendable, Hashable {
  package var engine: EngineSettings
  /// The directory that the person named on the command line, so that commands for her name it too.
  package var namedDirectory: String?
  package var server = ServerSettings()
  package var interface = InterfaceSettings()
  package var fleet = FleetSettings()
  package var alerts = AlertSettings()
  /// What the key `s`, `sync` and `retry --now` run; empty means the built-in worker.
  package var workerCommand: [String] = []
  /// Whether `sync` clears a stale lock before it begins.
  package var shouldClearStaleLock = false
  /// How many deliveries of the built-in worker may be under way at once.
  package var workerConcurrency = 8

  package init(engine: EngineSettings) {
    self.engine = engine
  }
}

/// How the dashboard looks and behaves.
package struct InterfaceSettings: Sendable, Hashable {
  package enum Borders: String, CaseIterable, Sendable {
    case auto, unicode, ascii
  }

  package enum AmbiguousWidth: String, CaseIterable, Sendable {
    case narrow, wide
  }

  /// The name of a built-in theme, or of one of `themes`.
  package var theme = "auto"
  package var themes: [UserTheme] = []
  package var hasMouse = false
  package var borders = Borders.auto
  package var ambiguous = AmbiguousWidth.narrow
  package var refresh = Duration.seconds(1)
  package var isReadOnly = false
  /// The keys that replace the defaults, by the command's name.
  package var keys: [String: String] = [:]

  package init() {}
}

/// Where a setting's value comes from, the strongest last.
package enum ValueSource: Hashable, Sendable, CustomStringConvertible {
  case builtIn
  case file(path: String, line: Int)
  case environment(String)
  case flag(String)

  package var description: String {
    switch self {
    case .builtIn: "default"
    case .file(let path, let line): "\(path):\(line)"
    case .environment(let name): name
    case .flag(let name): name
    }
  }
}

/// Why the configuration cannot be used, as one sentence for a person.
package struct ConfigurationError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
