internal import QueueEngine
internal import Subprocess
internal import SystemPackage

/// One run of the configured worker, or of our own, whose output is told line by line.
///
/// The worker writes into a file and lives in a session of its own, so that it goes on undisturbed
/// when the dashboard quits: a worker that dies of our pipe would leave its lock behind.
struct WorkerProcess: Sendable {
  /// How often the output is looked at.
  private static let glance = Duration.milliseconds(50)

  /// The program and its arguments.
  let command: [String]
  /// The variables that it is started with.
  let environment: [String: String]
  /// The directory that the worker runs in.
  let directory: String
  /// Where the output of the last run is kept.
  let state: StateDirectory

  /// Runs the command to its end.
  ///
  /// - Parameter tell: Called with each line of output, scrubbed.
  /// - Returns: The exit status, or minus the number of the signal where one ended it.
  /// - Throws: Why it did not start: no such program, or no place for its output.
  func run(tell: @escaping @Sendable (String) -> Void) async throws -> Int32 {
    guard let program = command.first else { return 0 }
    try state.create()
    let outputPath = state.path(of: "worker.out")
    let output = try FileDescriptor.open(
      FilePath(outputPath),
      .writeOnly,
      options: [.create, .truncate, .append],
      permissions: .ownerReadWrite
    )
    var options = PlatformOptions()
    options.createSession = true
    let reading = Task.detached { await Self.follow(outputPath, tell) }
    defer { reading.cancel() }
    let result = try await Subprocess.run(
      program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(variables),
      workingDirectory: FilePath(directory),
      platformOptions: options,
      output: .fileDescriptor(output, closeAfterSpawningProcess: true),
      error: .combinedWithOutput
    )
    reading.cancel()
    await reading.value
    switch result.terminationStatus {
    case .exited(let code): return code
    case .signaled(let signal): return -signal
    }
  }

  /// Tells the lines of a file as they come, until the task is cancelled.
  private static func follow(_ path: String, _ tell: (String) -> Void) async {
    var log = LogFollower(path: path)
    var told = LogPosition()
    var isOver = false
    while !isOver {
      isOver = Task.isCancelled
      log.refresh(now: .current)
      told.tellNewLines(of: log, isOver: isOver, tell)
      // Where the run ends meanwhile, the sleep is cut short and a last look follows.
      if !isOver { try? await Task.sleep(for: glance) }
    }
  }

  private var variables: [Environment.Key: String] {
    let pairs = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}
