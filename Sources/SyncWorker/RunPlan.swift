internal import QueueEngine

/// Decides what a run does next; it sends nothing, touches no file and reads no clock.
///
/// What happened goes in as events, what is to be done comes out as steps, so that every order of
/// events can be tried. At most 64 items are claimed and not settled at any time; results are
/// settled in batches, and while the files are busy the senders go on with what is claimed.
struct RunPlan: Sendable {
  typealias Settlement = (item: ClaimedItem, result: DeliveryResult)

  /// What is waited for.
  enum Wait: Hashable {
    /// Results that are few are settled all the same.
    case settling
    /// The next attempt at a server that is at fault.
    case attempt
    /// The next try at files that could not be changed.
    case files
    /// What is under way when the run is asked to end.
    case grace
  }

  enum Step {
    case turn(settling: [Settlement], claiming: Int)
    case send(ClaimedItem)
    case wait(Wait, Duration)
    /// Break off what is under way.
    case abandon
  }

  enum Event: Sendable {
    case turned(WorkTurn)
    case turnRefused(ActionError, isAboutLock: Bool)
    case attempted(Attempt)
    case waited(Wait)
    case stopRequested
  }

  /// How far it has come that somebody asked the run to end.
  private enum Stopping {
    case none
    /// What is under way has its grace.
    case requested
    /// The grace is over, and something is still under way.
    case graceOver
    /// That is broken off; it ends by itself now, and no wait does any more.
    case abandoned
  }

  /// So many results are settled together while there is more to do.
  static let batchSize = 32
  /// How often results are offered to files that somebody else keeps locked, 5 s each time.
  static let mostTurnAttempts = 6

  private static let settlingDelay = Duration.seconds(1)
  private static let fileDelay = Duration.milliseconds(200)
  private static let grace = Duration.seconds(5)

  private let concurrency: Int
  private var judge = FaultJudge()
  private var line = SendLine()
  private var results: [Settlement] = []
  /// Failures of which it is not clear yet whether they count.
  private var deferred: [Settlement] = []
  /// What the turn that is under way settles and claims.
  private var turn: (settling: [Settlement], claiming: Int)?
  private var waits: Set<Wait> = []
  private var refusedTurns = 0
  private var hasTurned = false
  private var isSettlingDue = false
  private var stopping = Stopping.none
  private var shouldAwaitFiles = false
  /// The files had nothing more to claim when they were last asked.
  private var isExhausted = false
  /// What kept the last turn from claiming all that it might have.
  private var obstacles: [String] = []
  /// Why the run ends; `nil` while it goes on.
  private(set) var ending: SyncReport.Ending?

  init(concurrency: Int) {
    self.concurrency = max(concurrency, 1)
  }

  /// Whether nothing is under way and nothing is left to do.
  var isDone: Bool {
    guard turn == nil, line.underWayCount == 0 else { return false }
    if isGivenUp { return true }
    return results.isEmpty && deferred.isEmpty && line.waitingCount == 0
      && (ending != nil || (hasTurned && isExhausted))
  }

  /// Why the run ended, once it has: with nothing left to do it may be that not all could be done.
  var finalEnding: SyncReport.Ending {
    if let ending { return ending }
    guard let first = obstacles.first else { return .finished }
    return .filesRefused(.refused(first, evidence: Array(obstacles.dropFirst())))
  }

  /// Memories that the server has and the files still hold.
  var unacknowledgedCount: Int { results.count { $0.result == .delivered } }
}

extension RunPlan {
  /// Takes note of what has happened.
  mutating func take(_ event: Event) {
    switch event {
    case .turned(let turn): noteTurn(turn)
    case .turnRefused(let error, let isAboutLock): noteRefusal(error, isAboutLock)
    case .attempted(let attempt): note(attempt)
    case .waited(let wait): noteEnd(of: wait)
    case .stopRequested:
      stopping = .requested
      ending = ending ?? .interrupted
    }
  }

  private mutating func noteTurn(_ outcome: WorkTurn) {
    line.append(outcome.claimed)
    isExhausted = outcome.claimed.count < (turn?.claiming ?? 0)
    hasTurned = true
    turn = nil
    refusedTurns = 0
    isSettlingDue = false
    // A turn that only settles has tried nothing.
    if isExhausted {
      obstacles = outcome.unreadable.map(\.description) + outcome.obstacles.map(\.sentence)
    }
  }

  private mutating func noteRefusal(_ error: ActionError, _ isAboutLock: Bool) {
    results = (turn?.settling ?? []) + results
    turn = nil
    refusedTurns += 1
    shouldAwaitFiles = true
    guard results.isEmpty || isGivenUp else { return }
    ending = isAboutLock ? .lockRefused(error) : .filesRefused(error)
  }

  private mutating func note(_ attempt: Attempt) {
    let item = attempt.item
    line.end(item)
    if attempt.wasCancelled {
      return results.append((item, .returned(mayBeStored: item.mayBeStored)))
    }
    switch judge.rule(on: attempt.outcome, isServerHealthy: attempt.isServerHealthy) {
    case .delivered: results.append((item, .delivered))
    case .counted(let cause):
      results.append((item, .failed(cause: cause, mayBeStored: item.mayBeStored)))
    case .triedAgain: line.putFirst(item)
    case .triedLast: line.append([item])
    case .deferred(let cause):
      deferred.append((item, .failed(cause: cause, mayBeStored: item.mayBeStored)))
    }
    if !judge.mayDefer { countDeferred() }
    if let stop = judge.stop { ending = ending ?? SyncReport.Ending(stop) }
  }

  private mutating func countDeferred() {
    results += deferred
    deferred = []
  }

  /// Decides on what was deferred, now that no other item of the run will: few count as usual.
  private mutating func settleDeferred() {
    if case .receipt = judge.stop {
      deferred = deferred.map { ($0.item, .returned(mayBeStored: $0.item.mayBeStored)) }
    }
    countDeferred()
  }

  private mutating func noteEnd(of wait: Wait) {
    waits.remove(wait)
    switch wait {
    case .settling: isSettlingDue = !results.isEmpty
    case .attempt: judge.waitEnded()
    case .files: break
    case .grace: if line.underWayCount > 0 { stopping = .graceOver }
    }
  }
}

extension RunPlan {
  /// What is to be started now; there is more once something else has happened.
  mutating func steps() -> [Step] {
    var steps: [Step] = []
    while let step = nextStep() { steps.append(step) }
    return steps
  }

  /// The next thing to start; `nil` until something else has happened.
  mutating func nextStep() -> Step? {
    if isGivenUp { return nil }
    return nextTurn() ?? nextWait() ?? nextSend()
  }

  private mutating func nextTurn() -> Step? {
    guard turn == nil, !waits.contains(.files) else { return nil }
    if ending != nil {
      guard line.underWayCount == 0 else { return nil }
      settleDeferred()
      results += line.empty().map { ($0, .returned(mayBeStored: $0.mayBeStored)) }
      return results.isEmpty ? nil : startTurn(claiming: 0)
    }
    let isIdle = line.underWayCount == 0 && line.waitingCount == 0
    if isIdle, isExhausted { settleDeferred() }
    let room = WorkLedger.mostClaims - line.waitingCount - line.underWayCount - deferred.count
    let isStarved = !line.isReady && room >= Self.batchSize && !isExhausted
    let isWorthIt = results.count >= Self.batchSize || isSettlingDue || isIdle
    guard isStarved || (isWorthIt && !results.isEmpty) else { return nil }
    return startTurn(claiming: room)
  }

  /// Files that could not be changed are left alone for a moment first.
  private mutating func startTurn(claiming count: Int) -> Step? {
    if shouldAwaitFiles {
      shouldAwaitFiles = false
      return start(.files, Self.fileDelay)
    }
    let settling = results
    results = []
    turn = (settling, count)
    return .turn(settling: settling, claiming: count)
  }

  private mutating func nextWait() -> Step? {
    switch stopping {
    case .graceOver:
      stopping = .abandoned
      return .abandon
    case .abandoned:
      return nil
    case .requested:
      if line.underWayCount > 0, let step = start(.grace, Self.grace) { return step }
    case .none:
      if ending == nil, let pause = judge.wait, line.underWayCount == 0,
        let step = start(.attempt, pause)
      {
        return step
      }
    }
    return results.isEmpty || turn != nil || isSettlingDue
      ? nil : start(.settling, Self.settlingDelay)
  }

  private mutating func start(_ wait: Wait, _ duration: Duration) -> Step? {
    waits.insert(wait).inserted ? .wait(wait, duration) : nil
  }

  private mutating func nextSend() -> Step? {
    guard ending == nil, refusedTurns == 0,
      line.underWayCount < judge.allowance(concurrency: concurrency), let item = line.start()
    else { return nil }
    return .send(item)
  }

  private var isGivenUp: Bool { refusedTurns >= Self.mostTurnAttempts }
}
