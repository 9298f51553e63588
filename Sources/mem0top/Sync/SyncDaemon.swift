internal import QueueEngine
internal import SyncWorker

/// Runs the worker again and again: each interval, and as soon as other programs change the files.
struct SyncDaemon {
  /// After a run, so that a producer that writes without end does not make the runs endless.
  private static let pollInterval = Duration.milliseconds(200)

  let session: WorkerSession
  let interval: Duration
  /// Who started it, if that wants to know how it is.
  let service: ServiceLink

  /// Runs until a signal comes; `tell` gets the report of each run that did something or went wrong.
  func run(_ display: SyncDisplay, tell: (SyncReport) throws -> Void) async throws {
    let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let notices = ChangeNotices(directories: directories, interval: .seconds(1))
    let changes = Task { [stream = notices.stream] in for await _ in stream { waker.yield() } }
    let ending = Task { [stop = session.stop] in
      await stop.wait()
      waker.finish()
    }
    let beating = Task { [heartbeat = service.heartbeat] in await heartbeat.beat() }
    defer {
      service.notifier.stopping()
      changes.cancel()
      ending.cancel()
      beating.cancel()
    }
    var reader = SnapshotReader(settings: session.settings)
    service.notifier.ready()
    var iterator = wakes.makeAsyncIterator()
    var last = SyncReport.Ending.finished
    while !session.stop.isMade {
      // What changes from here on is a reason to run again. A run's own changes are one, too: that
      // run finds nothing to do, and changes nothing.
      let before = stamps
      service.heartbeat.runBegins()
      let report = await session.run(isRoutine: true, display)
      service.heartbeat.runEnds()
      service.notifier.status(report.reason ?? verdict(&reader))
      if report.hasChanged || report.ending != last { try tell(report) }
      last = report.ending
      let end = ContinuousClock.now + timeout(after: report)
      // Cut short only by the end of the task, which ends the loop as well.
      try? await Task.sleep(for: Self.pollInterval)
      while ContinuousClock.now < end, !isWanted(after: report, since: before) {
        guard await iterator.next() != nil else { return }
      }
    }
  }

  /// The first of the findings, of which a run that went well knows nothing.
  private func verdict(_ reader: inout SnapshotReader) -> String {
    let snapshot = reader.readSettled { SystemClock.now }
    let found = findings(in: snapshot, at: SystemClock.now, settings: session.settings)
    return found.first?.summary ?? "Nothing is wrong"
  }

  /// Whether the files ask for a run before its time.
  ///
  /// Not while the server is at fault or failed items wait in the queue: each change by a producer
  /// would cost those one of their five tries.
  private func isWanted(after report: SyncReport, since before: [FileStamp?]) -> Bool {
    report.isSuccess && !report.leavesFailures && stamps != before
  }

  private func timeout(after report: SyncReport) -> Duration {
    if case .serverAtFault(_, let retryAfter?) = report.ending { return max(interval, retryAfter) }
    guard report.isSuccess, !report.leavesFailures else { return interval }
    return min(interval, report.nextRetry ?? interval)
  }

  /// The files with memories as they lie there; `nil` for one that does not.
  private var stamps: [FileStamp?] {
    [\FileNames.queue, \.deadLetters, \.emergency].map {
      try? FileStamp.at(session.settings.path(of: $0))
    }
  }

  private var directories: Set<String> {
    let parents = [\FileNames.queue, \.deadLetters, \.emergency].map {
      PathText(session.settings.path(of: $0)).parent
    }
    return Set(parents)
  }
}
