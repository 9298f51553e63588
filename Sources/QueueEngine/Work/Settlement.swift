internal import LosslessJSON

/// What the results of one batch do to the two files, each as a plan for its present content.
///
/// A plan is made anew whenever the content has changed. Items are found by their id and by what they
/// say: somebody may have put another item in their place, or taken away the one before with the
/// same id.
struct Settlement {
  /// A claimed item with what it came to.
  typealias Result = (item: ClaimedItem, result: DeliveryResult)
  /// A queue item on its way to the dead letters.
  struct Move {
    let identity: ItemIdentity
    let bytes: [UInt8]
  }
  /// A change to a file, and what to tell of each result, by its place in the batch.
  typealias Plan = (edit: ItemEdit, events: [Int: WorkTurn.Event])

  let results: [Result]
  let now: Timestamp

  /// The queue items that have failed for the last time, as the dead letters that they become.
  func moves(in listing: ItemListing?) throws(DecodingProblem) -> [Int: Move] {
    guard let listing else { return [:] }
    var moves: [Int: Move] = [:]
    for (place, index) in finds(.queue, in: listing) {
      guard case .failed(let cause, _) = results[place].result,
        listing.items[index].nextFailures >= WorkLedger.mostFailures
      else { continue }
      moves[place] = Move(
        identity: results[place].item.identity,
        bytes: try deadLetter(at: index, of: listing, cause)
      )
    }
    return moves
  }

  /// What happens to the dead letters: results of their own, and what comes from the queue.
  ///
  /// Items that are `present` do not come again: they did in a turn that ended too early.
  func deadLetterPlan(
    _ listing: ItemListing,
    receiving moves: [Int: Move],
    present: Set<ItemIdentity> = []
  ) throws(DecodingProblem) -> Plan {
    var plan: Plan = (ItemEdit(of: listing), [:])
    let found = finds(.deadLetters, in: listing)
    for (place, (item, result)) in results.enumerated() where item.source == .deadLetters {
      let (project, id) = item.shown
      guard let index = found[place] else {
        plan.events[place] = .vanished(project: project, id: id)
        continue
      }
      let retries = listing.items[index].failures
      switch result {
      case .delivered:
        plan.edit.remove(at: index)
        plan.events[place] = .recovered(project: project, id: id, retries: retries)
      case .failed(let cause, _):
        let count = listing.items[index].nextFailures
        let values = try failure(count, cause, at: index, of: listing)
        try plan.edit.set(values, at: index)
        let delay = Backoff.delay(retryCount: count)
        plan.events[place] = .deadLetterRetried(
          project: project,
          id: id,
          count: count,
          delay: delay
        )
      case .returned: break
      }
    }
    for move in moves.sorted(by: { $0.key < $1.key }).map(\.value)
    where !present.contains(move.identity) {
      plan.edit.append(move.bytes)
    }
    if !plan.edit.isEmpty { plan.edit.noteUpdate(now) }
    return plan
  }

  /// What happens to the queue, once `moves` are dead letters on disk; `doubled` have been for longer.
  ///
  /// Nothing happens to those that are `held`, whose dead letters could not be written.
  ///
  /// No byte is changed twice: a failure of an item that leaves because it is doubled counts nowhere.
  func queuePlan(
    _ listing: ItemListing,
    moved moves: [Int: Move],
    doubled: Set<Int>,
    held: Set<Int> = []
  ) throws(DecodingProblem) -> Plan {
    var plan: Plan = (ItemEdit(of: listing), [:])
    let found = finds(.queue, in: listing)
    var (syncedCount, movedCount) = (0, 0)
    for index in doubled { plan.edit.remove(at: index) }
    for (place, (item, result)) in results.enumerated()
    where item.source == .queue && !held.contains(place) {
      let (project, id) = item.shown
      guard let index = found[place] else {
        plan.events[place] = .vanished(project: project, id: id)
        continue
      }
      let retries = listing.items[index].nextFailures
      switch result {
      case .delivered:
        syncedCount += 1
        plan.edit.remove(at: index)
        plan.events[place] = .synced(project: project, id: id)
      case .failed where moves[place] != nil:
        movedCount += 1
        plan.edit.remove(at: index)
        plan.events[place] = .movedToDeadLetters(project: project, id: id, retries: retries)
      case .failed where doubled.contains(index): break
      case .failed(let cause, _):
        let values = [
          ("retries", Array("\(retries)".utf8)), ("last_error", JSONText.quoted(cause)),
        ]
        try plan.edit.set(values, at: index)
        plan.events[place] = .retried(project: project, id: id, count: retries)
      case .returned: break
      }
    }
    try plan.edit.count("total_synced", adding: syncedCount)
    try plan.edit.count("total_failed", adding: movedCount)
    if syncedCount > 0 { try plan.edit.noteTime("last_sync", now) }
    return plan
  }
}

extension Settlement {
  /// Where the items of one list stand now, by their places in the batch.
  private func finds(_ source: ListFile, in listing: ItemListing) -> [Int: Int] {
    let wanted = results.indices.filter { results[$0].item.source == source }
    let places = listing.places(of: Set(wanted.map { results[$0].item.identity }))
    var found: [Int: Int] = [:]
    var taken: Set<Int> = []
    for place in wanted {
      let item = results[place].item
      let candidates = (places[item.identity] ?? []).filter { !taken.contains($0) }
      let named = candidates.first { listing.items[$0].key == item.key }
      if let index = named ?? candidates.first {
        found[place] = index
        taken.insert(index)
      }
    }
    return found
  }

  /// What a failed retry sets in a dead letter.
  private func failure(
    _ count: Int,
    _ cause: String,
    at index: Int,
    of listing: ItemListing
  ) throws(DecodingProblem) -> [(name: String, value: [UInt8])] {
    [
      ("retry_count", Array("\(count)".utf8)),
      ("last_attempt", try time("last_attempt", at: index, of: listing)),
      ("last_error", JSONText.quoted(cause)),
    ]
  }

  /// A queue item as a dead letter: its own bytes, with what a dead letter has besides.
  private func deadLetter(
    at index: Int,
    of listing: ItemListing,
    _ cause: String
  ) throws(DecodingProblem) -> [UInt8] {
    let moment = try time("timestamp", at: index, of: listing)
    let failures = Array("\(listing.items[index].nextFailures)".utf8)
    let item = JSONText(listing.bytes(at: index))
    do throws(JSONError) {
      let replacements = try JSONMembers(of: item).setting([
        ("retries", failures), ("retry_count", Array("0".utf8)), ("last_attempt", moment),
        ("moved_to_dlq_at", moment),
        ("last_error", JSONText.quoted(cause)),
      ])
      return item.replacing(replacements)?.bytes ?? item.bytes
    } catch {
      throw DecodingProblem(
        file: listing.file,
        error: error,
        remedy: DecodingProblem.recoverRemedy
      )
    }
  }

  /// The present time, written like another one of the item.
  private func time(
    _ name: String,
    at index: Int,
    of listing: ItemListing
  ) throws(DecodingProblem) -> [UInt8] {
    let token = try listing.members(at: index).value(of: name)
    guard let token, token.kind == .number else { return TimeToken.seconds(now) }
    return TimeToken.bytes(of: now, like: listing.text.bytes[token.range]) ?? TimeToken.seconds(now)
  }
}

extension ClaimedItem {
  /// Its project and its id, safe to show.
  fileprivate var shown: (project: String, id: String) {
    (Scrubber.scrub(memory.project), key.id)
  }
}
