/// How the lock's style is chosen.
public enum LockStyleChoice: String, Codable, Sendable, CaseIterable {
  /// Learned from what is seen.
  case auto
  /// Workers `flock` a file that stays in place.
  case flock
  /// Workers create and remove a file with their process id.
  case pidfile
}

/// What the engine needs to know about one directory, from flags, environment and configuration.
public struct EngineSettings: Sendable, Hashable {
  /// The directory with the files.
  public var directory: String
  /// Names in the directory, or absolute paths.
  public var files = FileNames()
  /// How the lock's style is chosen.
  public var lockStyle = LockStyleChoice.auto
  /// How long a lock may be held without progress before it counts as hung.
  public var maxHold = Duration.seconds(300)
  /// From when on a hung lock is critical.
  public var alertAfter = Duration.seconds(600)
  /// More dead letters than this are a warning.
  public var deadLetterWarning = 5
  /// More dead letters than this are critical.
  public var deadLetterAlert = 10
  /// How many dead letters become due in a minute where they are retried at a pace.
  public var retriesPerMinute = 30
  /// How often cron starts the worker.
  public var workerInterval = Duration.seconds(600)
  /// Texts in a command line that make a process a worker.
  public var workerMatch = ["mem0_queue_worker", "mem0top sync"]
  /// The directory for our own state, shared by all watched directories.
  public var stateDirectory: String
  /// The paths of files that no name in `files` may lead to, by what they are: `the settings file`.
  public var reservedFiles: [String: String] = [:]

  /// Makes the default settings for a directory and a place for our own state.
  public init(directory: String, stateDirectory: String) {
    self.directory = directory
    self.stateDirectory = stateDirectory
  }

  /// The absolute path of one of the files.
  public func path(of file: KeyPath<FileNames, String>) -> String {
    let name = files[keyPath: file]
    return name.hasPrefix("/") ? name : directory + "/" + name
  }
}

/// The names of the files in the directory.
public struct FileNames: Sendable, Hashable, Codable {
  /// The queue.
  public var queue = "mem0_queue.json"
  /// The dead-letter queue.
  public var deadLetters = "mem0_queue_dlq.json"
  /// What the worker last wrote about itself.
  public var metrics = "mem0_metrics.json"
  /// The lock.
  public var lock = "mem0_queue.lock"
  /// The worker's log.
  public var log = "logs/mem0_worker.log"
  /// What a producer could not put into the queue.
  public var emergency = "mem0_emergency.json"

  /// Makes the default names.
  public init() {}

  /// Each file with the name of its setting.
  package static var all: [(setting: String, file: WritableKeyPath<FileNames, String>)] {
    [
      ("files.queue", \.queue), ("files.dlq", \.deadLetters), ("files.metrics", \.metrics),
      ("files.lock", \.lock), ("files.log", \.log), ("files.emergency", \.emergency),
    ]
  }
}

extension EngineSettings {
  /// Where the files lie.
  package var filePaths: [String] { FileNames.all.map { path(of: $0.file) } }

  /// The directories that they lie in, and the directory itself.
  package var directoriesOfFiles: Set<String> {
    Set(filePaths.map { PathText($0).parent }).union([directory])
  }
}
