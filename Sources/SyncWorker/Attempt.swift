internal import QueueEngine

/// One attempt to deliver an item, and what came of it.
struct Attempt: Sendable {
  /// The item; whether it may be stored is what is known after the attempt.
  var item: ClaimedItem
  let outcome: DeliveryOutcome
  /// Whether the health check answers; asked only where the fault could be either's.
  var isServerHealthy = true
  /// Whether it was broken off because the run has to end.
  var wasCancelled = false

  /// Sends the item, unless an earlier attempt may have stored it and the receiver knows that it did.
  ///
  /// Where the outcome stays unknown the receiver is asked at once, too: a connection that broke, or
  /// a proxy that gave up, after the memory was stored is then no failure.
  static func made(with item: ClaimedItem, to receiver: any MemoryReceiver) async -> Attempt {
    var item = item
    var outcome: DeliveryOutcome?
    if item.mayBeStored { outcome = await lookUp(&item, in: receiver) }
    if outcome == nil {
      let answer = await receiver.add(item.memory)
      outcome = answer
      if answer.leavesOpen, !Task.isCancelled {
        item.mayBeStored = true
        if case .found = await receiver.find(item.memory) { outcome = .stored }
      }
    }
    var attempt = Attempt(item: item, outcome: outcome ?? .unknown("the delivery was interrupted"))
    switch (attempt.outcome, Task.isCancelled) {
    case (.stored, _), (.rejected, _): break
    case (_, true):
      attempt.wasCancelled = true
      attempt.item.mayBeStored = true
    case (.failed(.broken, _), false), (.unknown, false), (.unconfirmed, false):
      attempt.isServerHealthy = await receiver.isHealthy()
    case (.failed, false): break
    }
    return attempt
  }

  /// What a lookup decides; `nil` where the item is to be sent.
  private static func lookUp(
    _ item: inout ClaimedItem,
    in receiver: any MemoryReceiver
  ) async -> DeliveryOutcome? {
    switch await receiver.find(item.memory) {
    case .found: return .stored
    case .unsupported: return nil
    case .failed(let outcome): return outcome
    case .absent:
      item.mayBeStored = false
      return nil
    }
  }
}

extension DeliveryOutcome {
  /// Whether the memory may have been stored all the same.
  fileprivate var leavesOpen: Bool {
    switch self {
    case .unknown, .unconfirmed, .failed(.dependency, _): true
    case .stored, .rejected, .failed: false
    }
  }

  /// Why it failed, in one line; `nil` where it did not.
  var cause: String? {
    switch self {
    case .stored: nil
    case .rejected(let cause), .failed(_, let cause), .unknown(let cause),
      .unconfirmed(let cause, _):
      cause
    }
  }
}
