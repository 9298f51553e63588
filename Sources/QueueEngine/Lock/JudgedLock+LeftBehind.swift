/// A file that nobody locks or has open, and that holds nothing or a dead process id, is left behind.
extension JudgedLock {
  /// For how long it is not yet to be judged.
  struct Rest {
    /// When it will be, if nothing happens; `nil` where a run speaks for it without end.
    var until: Timestamp?
    /// It may be taken as if it were idle.
    var isTakeable: Bool
  }

  /// How long it is left alone once somebody was refused because of it.
  private static let timeoutAfterRefusal = Duration.seconds(300)

  /// Whether somebody was refused since the lock was written, as far as the log tells.
  var wasSomebodyRefused: Bool {
    evidence.history.lastRefusal.map { $0.latest > file.modifiedAt } ?? false
  }

  /// Whether that is certain: the line cannot be an older one.
  var isRefusalCertain: Bool {
    guard let refusal = evidence.history.lastRefusal else { return false }
    return (refusal.earliest ?? file.modifiedAt) > file.modifiedAt
  }

  /// Whether somebody was refused after the last work on the queue: the order of the log decides.
  var wasRefusedSinceWork: Bool {
    wasSomebodyRefused && evidence.history.isAfter(\.lastRefusal, \.lastWork)
  }

  /// Whether a run has ended since the lock was written; a stamp of the same second is after it.
  private var hasRunEnded: Bool {
    evidence.history.lastEnd.map { $0.latest >= file.modifiedAt } ?? false
  }

  /// Whether a run that has ended speaks for the file: it was left in place, and shut nobody out.
  private var doesRunSpeak: Bool {
    settings.lockStyle != .pidfile && hasRunEnded
      && !(wasSomebodyRefused && evidence.history.isAfter(\.lastRefusal, \.lastEnd))
  }

  /// Why the file is not yet to be judged; `nil` where it is.
  func settling(hasPID: Bool) -> Rest? {
    if doesRunSpeak { return Rest(until: nil, isTakeable: protectingWorkers.isEmpty) }
    if hasPID, style == .pidfile || wasRefusedSinceWork || !hasRunEnded { return nil }
    let rest = timeout - settledFor
    return rest > .zero ? Rest(until: now + rest, isTakeable: false) : nil
  }

  private var timeout: Duration {
    let twoRuns = settings.workerInterval + settings.workerInterval
    return wasSomebodyRefused ? min(twoRuns, Self.timeoutAfterRefusal) : twoRuns
  }

  /// How long nothing has happened to the file, awake, on the clock that nobody sets where it was seen
  /// before: since it was written, since the last work and since the boot.
  private var settledFor: Duration {
    let sinceWork = evidence.history.lastWork?.earliest.map { now - $0 }
    let ages = [age, sinceWork, now - evidence.host.bootedAt].compactMap { $0 }
    return (ages.min() ?? .zero)
      - (evidence.memory?.sleep(until: evidence.host) ?? evidence.host.suspended)
  }

  /// How old the content is: the lesser of what the wall clock and the clock that nobody sets say.
  var age: Duration {
    let age = now - file.modifiedAt
    return steadyAge.map { min(age, $0) } ?? age
  }

  /// How old the content is by the clock that nobody sets; `nil` where it was not seen before.
  var steadyAge: Duration? {
    guard let memory = evidence.memory, memory.identity == file.identity,
      memory.modifiedNanoseconds == file.modifiedNanoseconds
    else { return nil }
    return memory.steadyAge(at: now, evidence.host)
  }
}
