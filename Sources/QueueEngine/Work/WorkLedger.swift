/// What a worker does to the files: it takes items up, and settles what became of them.
///
/// Each turn takes the worker's lock, makes all its changes in at most one replacement of each file,
/// notes on disk which items may be sent from now on, and gives the lock back; the network never
/// waits under it. Into the dead letters an item goes before it leaves the queue, and one that a
/// crash of ours left in both, by our own record, is removed from the queue on the next turn: so no
/// moment loses one, and what a person put into both files stays. The two files settle independently.
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

  /// What is on disk of turns that failed, where no later one has told it.
  package var unreported: [WorkTurn.Event] { Array(done.values) }

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
  ///   - timeout: How long somebody else may keep the lock.
  /// - Returns: what is on disk now.
  /// - Throws: a refusal where the lock is somebody's or a file does not parse, or the system's failure.
  package mutating func turn(
    settling results: [(item: ClaimedItem, result: DeliveryResult)],
    claiming count: Int,
    now: Timestamp,
    timeout: Duration = .seconds(5)
  ) throws(ActionError) -> WorkTurn {
    do throws(ActionError) {
      return try takeTurn(results, count, now, timeout)
    } catch {
      let accepted = results.filter { $0.result == .delivered && done[$0.item] == nil }.map(\.item)
      // Where this cannot be noted either they are claims still, which are asked about before they
      // are sent again.
      try? claims.keepAccepted(accepted, now: now)
      throw error
    }
  }

  private mutating func takeTurn(
    _ given: [Settlement.Result],
    _ count: Int,
    _ now: Timestamp,
    _ timeout: Duration
  ) throws(ActionError) -> WorkTurn {
    let lock = try takeLock(timeout)
    sweep()
    let unreadable = try refresh()
    for file in [queue, deadLetters] { copies.keepIfDue(file, now: now) }
    try claims.open(queue.listing, deadLetters.listing, now: now)
    claims.note(deadLetters.listing, writtenAt: deadLetters.writtenAt, now: now)
    let known = Set(given.map(\.item.identity))
    let results =
      given
      + claims.acceptedBefore(queue.listing, deadLetters.listing)
      .filter { !known.contains($0.item.identity) }
    try settle(results.filter { done[$0.item] == nil }, now)
    // Nothing is acknowledged before what it came to is on disk.
    try deadLetters.makeDurable()
    try queue.makeDurable()
    var turn = WorkTurn()
    turn.events = results.compactMap { done[$0.item] }
    turn.obstacles = count > 0 ? obstacles(now, apartFrom: unreadable) : []
    turn.claimed = try claims.advance(
      settling: results,
      vanished: Set(done.filter { $0.value.isVanishing }.keys),
      claiming: count,
      from: queue.listing,
      deadLetters.listing,
      closures: Claims.Closures(obstacles: turn.obstacles, unreadable: Set(unreadable.keys)),
      now: now
    )
    done = [:]
    lock.release()
    if claims.areSettled {
      for file in [queue, deadLetters] { copies.keepIfWritten(file, now: now) }
    }
    turn.remarks = [copies.problem].compactMap(\.self)
    turn.unreadable = unreadable.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
    summarize(in: &turn, apartFrom: Set(unreadable.keys), now)
    return turn
  }

  /// Reads both files anew; one that does not parse is left alone, and the other is worked on all the same.
  ///
  /// - Returns: why a list cannot be read.
  /// - Throws: why, where neither can be.
  private mutating func refresh() throws(ActionError) -> [ListFile: ActionError] {
    var failures: [ListFile: ActionError] = [:]
    do throws(ActionError) { _ = try queue.refresh() } catch { failures[.queue] = error }
    do throws(ActionError) { _ = try deadLetters.refresh() } catch {
      if let first = failures[.queue] { throw first }
      failures[.deadLetters] = error
    }
    return failures
  }

  /// What keeps the files from being acknowledged that hold something to send.
  private func obstacles(
    _ now: Timestamp,
    apartFrom unreadable: [ListFile: ActionError]
  ) -> [ReplacementObstacle] {
    let waiting = queue.listing?.items.filter(\.isSendable) ?? []
    let mayMove = waiting.contains { $0.nextFailures >= Self.mostFailures }
    let isDue =
      deadLetters.listing?.items.contains { $0.isSendable && claims.dueAt($0, now) <= now } == true
    let lists = (waiting.isEmpty ? [] : [ListFile.queue]) + (mayMove || isDue ? [.deadLetters] : [])
    return lists.filter { unreadable[$0] == nil }
      .compactMap { ReplacementTrial($0, settings: settings).obstacle() }
  }

  /// Waits for the lock; what keeps it from being taken at all is no refusal.
  private mutating func takeLock(_ timeout: Duration) throws(ActionError) -> QueueLock {
    wasRefusedLock = false
    try FileConflict.refuse(settings)
    do throws(ActionError) {
      return try QueueLock.acquire(settings: settings, timeout: timeout)
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

  /// Makes the changes to both files; where one cannot be changed, the other is all the same.
  private mutating func settle(
    _ results: [Settlement.Result],
    _ now: Timestamp
  ) throws(ActionError) {
    let settlement = Settlement(results: results, now: now)
    var moves: [Int: Settlement.Move]
    do {
      moves = try settlement.moves(in: queue.listing)
    } catch {
      throw .refused("\(error).", evidence: [])
    }
    var (held, failure): (Set<Int>, ActionError?) = ([], nil)
    let left = claims.moving
    do throws(ActionError) {
      try settleDeadLetters(settlement, moves, now)
    } catch {
      (held, moves, failure) = (Set(moves.keys), [:], error)
    }
    let doubled = doubles(left, apartFrom: settlement, held.union(moves.keys))
    if !doubled.isEmpty || results.contains(where: { $0.item.source == .queue }) {
      var events: [Int: WorkTurn.Event] = [:]
      try queue.change(now: now) { listing throws(DecodingProblem) in
        let places = listing.places(of: doubled).values.compactMap(\.first)
        let plan = try settlement.queuePlan(
          listing,
          moved: moves,
          doubled: Set(places),
          held: held
        )
        events = plan.events
        return plan.edit
      }
      note(events, of: results)
    }
    if let failure {
      // What has left the queue must be so on disk, whatever becomes of the rest.
      try queue.makeDurable()
      throw failure
    }
  }

  /// Writes results of dead letters, and those that are new, once it is on record which these are.
  private mutating func settleDeadLetters(
    _ settlement: Settlement,
    _ moves: [Int: Settlement.Move],
    _ now: Timestamp
  ) throws(ActionError) {
    guard !moves.isEmpty || settlement.results.contains(where: { $0.item.source == .deadLetters })
    else { return }
    let identities = Set(moves.values.map(\.identity))
    let counts = deadLetters.listing?.places(of: identities).mapValues(\.count) ?? [:]
    var (moving, present) = (claims.moving, Set<ItemIdentity>())
    for identity in identities {
      let count = counts[identity] ?? 0
      if let before = moving[identity], count > before {
        present.insert(identity)
      } else {
        moving[identity] = count
      }
    }
    if !moves.isEmpty { try claims.begin(moving) }
    var events: [Int: WorkTurn.Event] = [:]
    try deadLetters.change(now: now) { listing throws(DecodingProblem) in
      let plan = try settlement.deadLetterPlan(listing, receiving: moves, present: present)
      events = plan.events
      return plan.edit
    }
    note(events, of: settlement.results)
    // A memory leaves the queue only once its dead letter is on disk.
    try deadLetters.makeDurable()
  }

  /// The items that a turn which ended too early made dead letters and left in the queue.
  private func doubles(
    _ left: [ItemIdentity: Int],
    apartFrom settlement: Settlement,
    _ moves: Set<Int>
  ) -> Set<ItemIdentity> {
    guard !left.isEmpty, let letters = deadLetters.listing else { return [] }
    let moved = Set(moves.map { settlement.results[$0].item.identity })
    let wanted = Set(left.keys).subtracting(moved)
    let counts = letters.places(of: wanted).mapValues(\.count)
    return wanted.filter { (counts[$0] ?? 0) > (left[$0] ?? 0) }
  }

  private mutating func note(_ events: [Int: WorkTurn.Event], of results: [Settlement.Result]) {
    for (place, event) in events { done[results[place].item] = event }
  }

  private func summarize(
    in turn: inout WorkTurn,
    apartFrom unreadable: Set<ListFile>,
    _ now: Timestamp
  ) {
    turn.pending = unreadable.contains(.queue) ? nil : queue.listing?.items.count ?? 0
    turn.undeliverable = queue.listing?.items.count { !$0.isSendable } ?? 0
    let letters = deadLetters.listing?.items ?? []
    turn.deadLetterCount = unreadable.contains(.deadLetters) ? nil : letters.count
    turn.waiting = letters.lazy.filter(\.isSendable).map {
      ($0.project, claims.dueAt($0, now) - now)
    }
    .filter { $0.1 > .zero }
  }
}

extension WorkTurn.Event {
  fileprivate var isVanishing: Bool {
    if case .vanished = self { return true }
    return false
  }
}
