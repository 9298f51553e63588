package import QueueEngine

/// The first line of a link: who is there, and what can be asked of it.
package struct Hello: Hashable, Codable, Sendable {
  package var `protocol` = WireVersion.current
  /// The version of the program, for a person.
  package var program: String
  /// The name that the machine gives itself; empty where it has none.
  package var host: String
  /// The directory that is watched.
  package var directory: String
  /// The clock of the far machine, when the line was written.
  package var at: Timestamp
  /// Whether what is asked may change files and run the worker.
  package var allowsActions = false
  /// What the machine's findings are judged by.
  package var settings: RemoteSettings
  /// What runs where the worker is asked for; empty where nothing is set.
  package var workerCommand: [String] = []

  package init(
    program: String,
    host: String,
    at: Timestamp,
    settings: EngineSettings,
    allowsActions: Bool = false,
    workerCommand: [String] = []
  ) {
    self.program = program
    self.host = host
    self.directory = settings.directory
    self.at = at
    self.settings = RemoteSettings(settings)
    self.allowsActions = allowsActions
    self.workerCommand = workerCommand
  }

  /// The line with its end.
  package var line: [UInt8] {
    var line = WireLine("is", ReportKind.hello)
    line.add("protocol", `protocol`)
    line.add("program", program)
    line.add("host", host)
    line.add("directory", directory)
    line.add("at", at)
    line.add("allowsActions", allowsActions)
    line.add("settings", settings)
    line.add("workerCommand", workerCommand)
    return line.ended
  }

  /// Reads the line; whether its version is understood is asked then.
  package init(_ value: WireValue) throws(WireError) {
    guard value["is"].text == ReportKind.hello.rawValue, !value["protocol"].isNull else {
      throw .notUnderstood
    }
    self = try value.decoded()
  }
}

/// What findings are judged by, as it is set on the far machine.
package struct RemoteSettings: Hashable, Codable, Sendable {
  package var files: FileNames
  package var maxHold: Duration
  package var alertAfter: Duration
  package var deadLetterWarning: Int
  package var deadLetterAlert: Int
  package var workerInterval: Duration

  /// Takes what counts for findings.
  package init(_ settings: EngineSettings) {
    files = settings.files
    maxHold = settings.maxHold
    alertAfter = settings.alertAfter
    deadLetterWarning = settings.deadLetterWarning
    deadLetterAlert = settings.deadLetterAlert
    workerInterval = settings.workerInterval
  }

  /// Settings to judge that machine's snapshots by; nothing is read or written under them.
  package func engineSettings(directory: String) -> EngineSettings {
    var settings = EngineSettings(directory: directory, stateDirectory: "")
    settings.files = files
    settings.maxHold = maxHold
    settings.alertAfter = alertAfter
    settings.deadLetterWarning = deadLetterWarning
    settings.deadLetterAlert = deadLetterAlert
    settings.workerInterval = workerInterval
    return settings
  }
}
