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
    let reading = Task.detached {
      var reader = OutputReader(path: outputPath)
      while !Task.isCancelled {
        reader.tellNewLines(tell)
        do { try await Task.sleep(for: Self.glance) } catch { break }
      }
      reader.tellNewLines(isOver: true, tell)
    }
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

  private var variables: [Environment.Key: String] {
    let pairs = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}

/// Tells the lines that were appended to the output file since the last look.
private struct OutputReader {
  private var follower: LogFollower
  private var told = 0

  init(path: String) {
    follower = LogFollower(path: path)
  }

  /// A last line that has no end yet waits for it, unless the output is over.
  mutating func tellNewLines(isOver: Bool = false, _ tell: (String) -> Void) {
    follower.refresh(now: .current)
    guard let tail = follower.reading.content else { return }
    var lines = tail.lines[...]
    if follower.hasUnfinishedLine, !isOver { lines = lines.dropLast() }
    for line in lines.dropFirst(max(told - tail.lineNumberOfFirst, 0)) { tell(line.text) }
    told = tail.lineNumberOfFirst + lines.count
  }
}
