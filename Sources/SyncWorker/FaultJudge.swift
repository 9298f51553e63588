internal import QueueEngine

/// Whose fault a failure is, and when a run stops because of it (`docs/contract.md#whose-fault`).
///
/// It is a function of what came of the deliveries so far, in the order in which they ended; it
/// reads no clock: a wait is what it asks for, and whoever keeps it says so with `waitEnded()`.
struct FaultJudge: Sendable {
  /// What is to become of an item.
  enum Ruling: Hashable {
    /// The server has it.
    case delivered
    /// It failed, and that counts against it.
    case counted(cause: String)
    /// The server is at fault: it is tried again before those of its project, or goes back as it was.
    case triedAgain
    /// The server refuses us, or this item alone: others are tried first, to find out which.
    case triedLast
    /// It lacks the receipt, and whether that counts depends on the others: see `mayDefer`.
    case deferred(cause: String)
  }

  /// Why a run stops early.
  enum Stop: Hashable {
    /// The server, or the way to it, is at fault for this cause; it asked to be left alone so long.
    case server(cause: String, retryAfter: Duration?)
    /// The server answers, but the first three items all failed, the last for this cause.
    case storage(cause: String)
    /// The server accepts whatever is sent and never says that it stored it, always in the same way: it
    /// is spoken to as what it is not.
    case receipt(cause: String)
  }

  /// How often the server may be at fault in a row before the run stops.
  static let mostAttempts = 3
  /// Between two attempts.
  static let pause = Duration.seconds(1)
  /// A server that asks for more than this stops the run instead of holding it up.
  static let longestWait = Duration.seconds(60)
  /// How many items that fail for no fault of their own before any went through stop the run.
  static let mostUnproven = 3

  /// Why the run is to stop; `nil` while it goes on.
  private(set) var stop: Stop?
  /// How long nothing may be sent; `nil` where there is nothing to wait for.
  private(set) var wait: Duration?

  /// Whether the items that lack their receipt do not count yet: all items of the run so far are such,
  /// and lack it in the same way.
  private(set) var mayDefer = true

  private var deliveredCount = 0
  private var attempts = 0
  private var missingWay: String?
  private var unprovenCount = 0

  /// How many deliveries may be under way at once now.
  ///
  /// One at a time while the server seems to be at fault, and no more than three before one has gone
  /// through: those three are all that an outage behind the server costs.
  func allowance(concurrency: Int) -> Int {
    if stop != nil || wait != nil { return 0 }
    if attempts > 0 { return 1 }
    return deliveredCount > 0 ? concurrency : min(concurrency, Self.mostUnproven - unprovenCount)
  }

  /// The wait is over: the next delivery is the next attempt.
  mutating func waitEnded() { wait = nil }

  /// Rules on what came of a delivery; for `isServerHealthy` see `Attempt`.
  mutating func rule(on outcome: DeliveryOutcome, isServerHealthy: Bool) -> Ruling {
    switch outcome {
    case .stored:
      deliveredCount += 1
      attempts = 0
      mayDefer = false
      return .delivered
    case .rejected(let cause):
      attempts = 0
      mayDefer = false
      return .counted(cause: cause)
    case .failed(.unreachable, let cause):
      blameServer(cause)
      return .triedAgain
    case .failed(.throttled(let retryAfter), let cause):
      blameServer(cause, retryAfter: retryAfter)
      return .triedAgain
    case .failed(.refused, let cause):
      if deliveredCount > 0 { return .counted(cause: cause) }
      blameServer(cause)
      return .triedLast
    case .failed(.dependency, let cause):
      // What makes it fail may be this item all the same: it holds up nobody.
      blameServer(cause)
      return .triedLast
    case .unconfirmed(let cause, let way):
      guard isServerHealthy else {
        blameServer(cause)
        return .triedAgain
      }
      return rule(onMissingReceipt: way, cause)
    case .failed(.broken, let cause), .unknown(let cause):
      guard isServerHealthy else {
        blameServer(cause)
        return .triedAgain
      }
      countUnproven(cause)
      return .counted(cause: cause)
    }
  }

  /// Deliveries that were under way together fail together: they are one attempt.
  private mutating func blameServer(_ cause: String, retryAfter: Duration? = nil) {
    if wait == nil { attempts += 1 }
    let wanted = max(Self.pause, retryAfter ?? .zero)
    wait = max(wait ?? .zero, wanted)
    if attempts >= Self.mostAttempts || wanted > Self.longestWait {
      stop = stop ?? .server(cause: cause, retryAfter: retryAfter)
    }
  }

  /// Three that lack it in the same way, and no other, show that the server is not what we take it for.
  private mutating func rule(onMissingReceipt way: String, _ cause: String) -> Ruling {
    guard mayDefer, missingWay == nil || missingWay == way else {
      countUnproven(cause)
      return .counted(cause: cause)
    }
    missingWay = way
    unprovenCount += 1
    if unprovenCount >= Self.mostUnproven { stop = stop ?? .receipt(cause: cause) }
    return .deferred(cause: cause)
  }

  /// An item that is wrong itself says nothing about what lies behind the server, so only
  /// failures like this one and deliveries decide.
  private mutating func countUnproven(_ cause: String) {
    mayDefer = false
    guard deliveredCount == 0 else { return }
    unprovenCount += 1
    if unprovenCount >= Self.mostUnproven { stop = stop ?? .storage(cause: cause) }
  }
}
