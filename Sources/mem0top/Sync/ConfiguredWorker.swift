internal import QueueEngine
internal import SyncWorker

/// The worker that `worker.command` names, as `sync` and `retry --now` run it: just as the key does.
struct ConfiguredWorker {
  let configuration: Configuration
  let command: [String]

  /// The configured worker; `nil` where the built-in one is to run.
  init?(_ configuration: Configuration, isBuiltIn: Bool) {
    let environment = ProcessEnvironment.variables
    guard !isBuiltIn, let command = configuration.foreignWorker(environment: environment) else {
      return nil
    }
    self.configuration = configuration
    self.command = command
  }

  /// Takes in the emergency file, runs it once, and shows its lines as they come.
  func run(showsLines: Bool) async throws(CommandFailure) -> SyncOutcome {
    let takenIn = await EmergencyIntake.takeIn(settings: configuration.engine)
    let worker = WorkerProcess(
      command: command,
      environment: ProcessEnvironment.variables,
      directory: configuration.engine.directory,
      state: StateDirectory(settings: configuration.engine)
    )
    do {
      let status = try await worker.run(on: .command, configuration.engine) { line in
        if showsLines { _ = Output.offer(line + "\n") }
      }
      return SyncOutcome(of: command, status: status, takenIn: takenIn)
    } catch {
      let reason = "\(error)"
      // Some of the system's sentences end like one.
      let end = reason.hasSuffix(".") ? "" : "."
      throw .system("The worker \(Scrubber.scrub(command[0])) did not start: \(reason)\(end)")
    }
  }

  /// Runs it again and again until a signal comes; one that fails is told and tried again.
  func run(every interval: Duration, _ tell: (SyncOutcome) throws -> Void, showsLines: Bool)
    async throws
  {
    let stop = StopRequest()
    let signals = StopSignals(making: stop)
    // Whether a foreign worker gets on is not ours to tell, so the signs of life are those of the loop.
    let service = ServiceLink(environment: ProcessEnvironment.variables)
    let beating = Task { await service.heartbeat.beat() }
    defer { beating.cancel() }
    service.notifier.ready()
    while !stop.isMade {
      let outcome = try await run(showsLines: showsLines)
      service.notifier.status(outcome.summary)
      try tell(outcome)
      await withTaskGroup(of: Void.self) { group in
        // Cut short by the signal.
        group.addTask { try? await Task.sleep(for: interval) }
        group.addTask { await stop.wait() }
        await group.next()
        group.cancelAll()
      }
    }
    service.notifier.stopping()
    withExtendedLifetime(signals) {}
  }
}

extension Configuration {
  /// Clears a stale lock where `worker.clear_stale` asks for it; returns why that was not possible.
  ///
  /// One beside which a worker runs all the same is a person's to decide.
  func clearStaleLock() -> String? {
    guard shouldClearStaleLock, (try? FileStamp.at(engine.path(of: \.lock))) != nil else {
      return nil
    }
    var reader = SnapshotReader(settings: engine)
    let lock = reader.read(now: SystemClock.now).lock
    guard lock.isClearable else { return nil }
    do throws(ActionError) {
      _ = try ClearLock(expecting: lock, isUnattended: true).run(settings: engine, origin: .worker)
      return nil
    } catch {
      return error.description
    }
  }
}
