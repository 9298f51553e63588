internal import CLibrary
internal import QueueEngine
internal import Subprocess
internal import SystemPackage

/// One run of the configured worker, or of our own, whose output is told line by line.
///
/// The worker lives in a session of its own and writes to a keeper, `mem0top keep-output`, that does
/// too, so that it goes on undisturbed when the dashboard quits: a worker that dies of our pipe would
/// leave its lock behind. The keeper writes a file that we read, and bounds it.
struct WorkerProcess: Sendable {
  /// How often the output is looked at.
  private static let pollInterval = Duration.milliseconds(50)
  /// For how long the last of the output is waited for: a worker may leave somebody behind who
  /// writes for days.
  private static let timeout = Duration.seconds(1)

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
    // An earlier worker that still runs goes on writing to its own file, which has no name then.
    unlink(outputPath)
    let output = try FileDescriptor.open(
      FilePath(outputPath),
      .writeOnly,
      options: [.create, .exclusiveCreate, .append],
      permissions: .ownerReadWrite
    )
    let pipe = try FileDescriptor.pipe()
    let keeping = Self.keep(pipe.readEnd, in: output)
    do {
      _ = try await keeping.first { _ in true }
    } catch {
      try pipe.writeEnd.close()
      throw error
    }
    let reading = Task.detached { await Self.follow(outputPath, tell) }
    defer { reading.cancel() }
    let result = try await Subprocess.run(
      Self.executable(program),
      arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(variables),
      workingDirectory: FilePath(directory),
      platformOptions: Self.ownSession,
      output: .fileDescriptor(pipe.writeEnd, closeAfterSpawningProcess: true),
      error: .combinedWithOutput
    )
    await Self.waitForEnd(of: keeping)
    reading.cancel()
    await reading.value
    switch result.terminationStatus {
    case .exited(let code): return code
    case .signaled(let signal): return -signal
    }
  }

  /// Runs the command to its end as `run(tell:)` does, and writes that into the audit log, on whose word
  /// `origin` says; our own worker does that itself.
  func run(
    on origin: ActionOrigin,
    _ settings: EngineSettings,
    tell: @escaping @Sendable (String) -> Void
  ) async throws -> Int32 {
    do {
      let status = try await run(tell: tell)
      let end = status < 0 ? "was ended by signal \(-status)" : "ended with status \(status)"
      note(end, isDone: status == 0, origin, settings)
      return status
    } catch {
      note("did not start: \(error)", isDone: false, origin, settings)
      throw error
    }
  }

  /// Where it cannot be written the run was a run all the same, and its output is shown.
  private func note(
    _ end: String,
    isDone: Bool,
    _ origin: ActionOrigin,
    _ settings: EngineSettings
  ) {
    guard let program = command.first, program != OwnProgram.path else { return }
    let entry = AuditEntry(
      time: SystemClock.now.iso8601,
      origin: origin,
      action: ActionKind.runWorker.row.journalName,
      result: isDone ? .done : .failed,
      summary: Scrubber.scrub("\(PathText(program).name) \(end)\(end.hasSuffix(".") ? "" : ".")"),
      changed: 0,
      evidence: []
    )
    try? AuditLog(settings: settings).append(entry)
  }

  /// Starts the keeper; the stream has an element once it runs, and ends with it.
  private static func keep(
    _ input: FileDescriptor,
    in output: FileDescriptor
  ) -> AsyncThrowingStream<Void, any Error> {
    let (stream, continuation) = AsyncThrowingStream<Void, any Error>.makeStream()
    Task.detached {
      do {
        _ = try await Subprocess.run(
          executable(OwnProgram.path),
          arguments: Arguments([KeepOutputCommand.name]),
          platformOptions: ownSession,
          input: .fileDescriptor(input, closeAfterSpawningProcess: true),
          output: .fileDescriptor(output, closeAfterSpawningProcess: true),
          error: .discarded
        ) { _ in continuation.yield() }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    return stream
  }

  private static func waitForEnd(of keeping: AsyncThrowingStream<Void, any Error>) async {
    await withTaskGroup(of: Void.self) { group in
      // How it ends changes nothing for the worker.
      group.addTask { _ = try? await keeping.first { _ in false } }
      // Cut short, it has been long enough.
      group.addTask { try? await Task.sleep(for: timeout) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Tells the lines of the file until the task is cancelled, and then those that are left.
  private static func follow(_ path: String, _ tell: (String) -> Void) async {
    var log = LogFollower(path: path)
    var told = LogPosition()
    var isOver = false
    while !isOver {
      isOver = Task.isCancelled
      log.refresh(now: SystemClock.now)
      told.tellNewLines(of: log, isOver: isOver) { tell($0.text) }
      // Where the run ends meanwhile, the sleep is cut short and a last look follows.
      if !isOver { try? await Task.sleep(for: pollInterval) }
    }
  }

  private static func executable(_ program: String) -> Executable {
    program.contains("/") ? .path(FilePath(program)) : .name(program)
  }

  private static var ownSession: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    return options
  }

  private var variables: [Environment.Key: String] {
    let pairs = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
    // A command that leads back to us must not start itself again.
    return Dictionary(uniqueKeysWithValues: pairs).merging([
      Environment.Key(stringLiteral: OwnProgram.marker): "1"
    ]) { $1 }
  }
}
