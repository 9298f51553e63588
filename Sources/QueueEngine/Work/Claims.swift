/// Which items a run has taken up, and which memories may have been sent, kept on disk as it changes.
struct Claims {
  private var record: ClaimRecord
  private var isOpen = false
  /// Claimed and not settled.
  private var outstanding: [ItemIdentity: ClaimedItem] = [:]
  /// Not delivered as far as anybody knows, and perhaps stored all the same.
  private var doubtful: Set<ItemIdentity> = []
  /// All that this run has claimed so far, by id.
  private var seen: [ExactText: Set<ItemIdentity>] = [:]

  /// Whether nothing that this run has claimed is still to be settled.
  var areSettled: Bool { outstanding.isEmpty }

  init(record: ClaimRecord) {
    self.record = record
  }

  /// Reads what an earlier run left, and forgets what is in neither file any more.
  ///
  /// A file that is not there may be one that is just being replaced, so what it may hold is kept.
  mutating func open(
    _ queue: ItemListing?,
    _ deadLetters: ItemListing?
  ) throws(ActionError) {
    guard !isOpen else { return }
    let left = try record.load()
    isOpen = true
    guard let queue, let deadLetters else {
      doubtful = left
      return
    }
    let present = [queue, deadLetters].flatMap { $0.places(of: left).keys }
    doubtful = left.intersection(present)
  }

  /// Drops what was settled, claims what comes next, and returns that once it is on disk.
  mutating func advance(
    settling results: [Settlement.Result],
    vanished: Set<ClaimedItem>,
    claiming count: Int,
    from queue: ItemListing?,
    _ deadLetters: ItemListing?,
    now: Timestamp
  ) throws(ActionError) -> [ClaimedItem] {
    var next = self
    for (item, result) in results {
      let mark = item.identity
      next.outstanding[mark] = nil
      let isFileMissing = (item.source == .queue ? queue : deadLetters) == nil
      let mayReturn = isFileMissing && result == .delivered
      let stays = result.mayBeStored && (isFileMissing || !vanished.contains(item))
      if stays || mayReturn {
        next.doubtful.insert(mark)
      } else {
        next.doubtful.remove(mark)
      }
    }
    let room = min(count, WorkLedger.mostClaims - next.outstanding.count)
    var claimed = next.choose(room, from: queue, .queue) { _ in true }
    claimed += next.choose(room - claimed.count, from: deadLetters, .deadLetters) {
      $0.dueAt <= now
    }
    claimed = next.tellingApart(claimed, in: [queue, deadLetters].compactMap(\.self))
    do {
      try next.record.save(next.doubtful.union(next.outstanding.keys))
    } catch {
      record = next.record
      throw error
    }
    self = next
    return claimed
  }

  private mutating func choose(
    _ count: Int,
    from listing: ItemListing?,
    _ source: ListFile,
    where isWanted: (ItemListing.Item) -> Bool
  ) -> [ClaimedItem] {
    guard let listing, count > 0 else { return [] }
    let busy = outstanding.values.reduce(into: [:]) { counts, item in
      counts[Scrubber.scrub(item.memory.project), default: 0] += 1
    }
    var choice = ClaimChoice(busy: busy)
    for (index, item) in listing.items.enumerated()
    where item.isSendable && isWanted(item) && !wasClaimed(index, of: listing) {
      choice.add(index, project: item.project)
    }
    var claimed: [ClaimedItem] = []
    while claimed.count < count, let index = choice.next() {
      if let item = claim(index, of: listing, source) { claimed.append(item) }
    }
    return claimed
  }

  /// Gives those of the items a distinction that share their id with another memory: one that is in a
  /// file now, or was taken up before in this run.
  private func tellingApart(
    _ claimed: [ClaimedItem],
    in listings: [ItemListing]
  ) -> [ClaimedItem] {
    let ids = Set(claimed.map(\.key.exactID))
    let counts = listings.map { $0.places(ofIDs: ids).mapValues(\.count) }
    return claimed.map { item in
      let id = item.key.exactID
      let count = counts.reduce(0) { $0 + ($1[id] ?? 0) }
      guard count > 1 || (seen[id]?.count ?? 0) > 1 else { return item }
      var item = item
      item.memory.distinction = item.identity.hash.digest
      return item
    }
  }

  private func wasClaimed(_ index: Int, of listing: ItemListing) -> Bool {
    seen[listing.items[index].key.exactID]?.contains(listing.identity(at: index)) ?? false
  }

  /// Takes an item up; `nil` for the second of two that are the same in all.
  private mutating func claim(
    _ index: Int,
    of listing: ItemListing,
    _ source: ListFile
  ) -> ClaimedItem? {
    guard let memory = listing.memory(at: index) else { return nil }
    let (item, identity) = (listing.items[index], listing.identity(at: index))
    guard seen[item.key.exactID, default: []].insert(identity).inserted else { return nil }
    let claimed = ClaimedItem(
      source: source,
      key: item.key,
      memory: memory,
      identity: identity,
      failures: item.failures,
      mayBeStored: doubtful.contains(identity)
    )
    outstanding[identity] = claimed
    return claimed
  }
}

extension DeliveryResult {
  /// Whether the memory may be on the server though its item stays.
  fileprivate var mayBeStored: Bool {
    switch self {
    case .delivered: false
    case .failed(_, let mayBeStored), .returned(let mayBeStored): mayBeStored
    }
  }
}
