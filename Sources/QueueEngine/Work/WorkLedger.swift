/// What a worker does to the files: it takes items up, and settles what became of them.
///
/// Each turn takes the worker's lock, makes all its changes in at most one replacement of each file,
/// notes on disk which items may be sent from now on, and gives the lock back; the network never
/// waits under it. Into the dead letters an item goes before it leaves the queue, and one that a
/// crash left in both is removed from the queue on the next turn, so that no moment loses one.
/// A ledger lives for one run: an item is claimed at most once in it.
package struct WorkLedger {
  /// So many items may be claimed and not settled at any time.
  package static let mostClaims = 64
  /// A queue item that has failed so often becomes a dead letter.
  package static let mostFailures = 5

  private let settings: EngineSettings
  private var queue: WorkFile
  private var deadLetters: WorkFile
  private var claims: Claims
  private var copies: WorkCopies
  /// Results that are on disk although the turn that brought them failed later.
  private var done: [ClaimedItem: WorkTurn.Event] = [:]
  /// Whether the last turn failed because it was refused the lock, and not because of a file.
  package private(set) var wasRefusedLock = false
  /// Whether an item may stand in both files.
  private var mayHaveDoubles = true
  /// Whether what a killed writer of ours has left was cleared away.
  private var isSwept = false

  /// Makes the ledger of a run; nothing is read before the first turn.
  package init(settings: EngineSettings) {
    self.settings = settings
    queue = WorkFile(.queue, settings: settings)
    deadLetters = WorkFile(.deadLetters, settings: settings)
    claims = Claims(record: ClaimRecord(settings: settings))
    copies = WorkCopies(settings: settings)
  }

  /// How often the files were read as JSON, and how many bytes were written to them.
  package var cost: (passes: Int, bytesWritten: Int) {
    (
      queue.cost.passes + deadLetters.cost.passes,
      queue.cost.bytesWritten + deadLetters.cost.bytesWritten
    )
  }

  /// What the queue's `stats` say of all that was ever queued and synced, as of the last turn.
  package var totals: QueueTotals {
    QueueTotals(
      queued: queue.listing?.total("total_queued"),
      synced: queue.listing?.total("total_synced")
    )
  }

  /// Settles results and claims further items, under the lock.
  ///
  /// A turn that throws may be repeated with the same results: what had reached the disk is not done
  /// twice. Items whose results never come stay claimed for the next run, as those that may be stored.
  ///
  /// - Parameters:
  ///   - results: Items that were claimed, with what they came to.
  ///   - count: How many further items are wanted; there may be fewer.
  ///   - now: The present time.
  ///   - patience: How long somebody else may keep the lock.
  /// - Returns: what is on disk now.
  /// - Throws: a refusal where the lock is somebody's or a file does not parse, or the system's failure.
  package mutating func turn(
    settling results: [(item: ClaimedItem, result: DeliveryResult)],
    claiming count: Int,
    now: Timestamp,
    patience: Duration = .seconds(5)
  ) throws(ActionError) -> WorkTurn {
    let lock = try takeLock(patience)
    sweep()
    let isQueueForeign = try queue.refresh()
    let areLettersForeign = try deadLetters.refresh()
    mayHaveDoubles = mayHaveDoubles || isQueueForeign || areLettersForeign
    for file in [queue, deadLetters] { copies.keepIfDue(file, now: now) }
    try claims.open(queue.listing, deadLetters.listing)
    try settle(results.filter { done[$0.item] == nil }, now)
    // Nothing is acknowledged before what it came to is on disk.
    try deadLetters.makeDurable()
    try queue.makeDurable()
    var turn = WorkTurn()
    turn.events = results.compactMap { done[$0.item] }
    turn.claimed = try claims.advance(
      settling: results,
      vanished: Set(done.filter { $0.value.isVanishing }.keys),
      claiming: count,
      from: queue.listing,
      deadLetters.listing,
      now: now
    )
    done = [:]
    lock.release()
    if claims.areSettled {
      for file in [queue, deadLetters] { copies.keepIfWritten(file, now: now) }
    }
    turn.remarks = [copies.problem].compactMap(\.self)
    summarize(in: &turn, now)
    return turn
  }

  /// Waits for the lock; what keeps it from being taken at all is no refusal.
  private mutating func takeLock(_ patience: Duration) throws(ActionError) -> QueueLock {
    wasRefusedLock = false
    do throws(ActionError) {
      return try QueueLock.acquire(settings: settings, patience: patience)
    } catch {
      if case .refused = error { wasRefusedLock = true }
      throw error
    }
  }

  private mutating func sweep() {
    if isSwept { return }
    isSwept = true
    // What stays is harmless, and the next run tries again.
    try? Leftovers.sweep(settings)
  }

  private mutating func settle(
    _ results: [Settlement.Result],
    _ now: Timestamp
  ) throws(ActionError) {
    let settlement = Settlement(results: results, now: now)
    let moves: [Int: Settlement.Move]
    do {
      moves = try settlement.moves(in: queue.listing)
    } catch {
      throw .refused("\(error).", evidence: [])
    }
    if !moves.isEmpty || results.contains(where: { $0.item.source == .deadLetters }) {
      mayHaveDoubles = mayHaveDoubles || !moves.isEmpty
      var events: [Int: WorkTurn.Event] = [:]
      try deadLetters.change(now: now) { listing throws(DecodingProblem) in
        let plan = try settlement.deadLetterPlan(listing, receiving: moves)
        events = plan.events
        return plan.edit
      }
      note(events, of: results)
      // A memory leaves the queue only once its dead letter is on disk.
      try deadLetters.makeDurable()
    }
    guard mayHaveDoubles || results.contains(where: { $0.item.source == .queue }) else { return }
    var events: [Int: WorkTurn.Event] = [:]
    let letters = mayHaveDoubles ? deadLetters.listing : nil
    try queue.change(now: now) { listing throws(DecodingProblem) in
      let doubled = letters.map(listing.items(alsoIn:)) ?? []
      let plan = try settlement.queuePlan(listing, moved: moves, doubled: Set(doubled))
      events = plan.events
      return plan.edit
    }
    mayHaveDoubles = false
    note(events, of: results)
  }

  private mutating func note(_ events: [Int: WorkTurn.Event], of results: [Settlement.Result]) {
    for (place, event) in events { done[results[place].item] = event }
  }

  private func summarize(in turn: inout WorkTurn, _ now: Timestamp) {
    turn.pending = queue.listing?.items.count ?? 0
    turn.undeliverable = queue.listing?.items.count { !$0.isSendable } ?? 0
    let letters = deadLetters.listing?.items ?? []
    turn.deadLetterCount = letters.count
    turn.waiting = letters.filter { $0.isSendable && $0.dueAt > now }.map {
      ($0.project, $0.dueAt - now)
    }
  }
}

extension WorkTurn.Event {
  fileprivate var isVanishing: Bool {
    if case .vanished = self { return true }
    return false
  }
}
