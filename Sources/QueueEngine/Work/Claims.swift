/// Which items a run has taken up, and what is on disk of memories on their way.
struct Claims {
  private var record: ClaimRecord
  private var isOpen = false
  /// Claimed and not settled.
  private var outstanding: [ItemIdentity: ClaimedItem] = [:]
  /// Beside the claims: what is not delivered as far as anybody knows, and perhaps stored all the same.
  private var left = ClaimRecord.Content()
  /// All that this run has claimed so far, by id.
  private var seen: [ExactText: Set<ItemIdentity>] = [:]

  /// Whether nothing that this run has claimed is still to be settled.
  var areSettled: Bool { outstanding.isEmpty }

  /// Items that were becoming dead letters when a turn ended too early, with how many of the same
  /// there were before.
  var moving: [ItemIdentity: Int] { left.moving }

  init(record: ClaimRecord) {
    self.record = record
  }

  /// What was dropped may be restored for so long, and this many are remembered of each kind.
  private static let keptAway = Duration.seconds(30 * 86_400)
  private static let mostAway = 128

  /// Reads what an earlier run left, and in time forgets what is in neither file any more.
  ///
  /// A file that is not there may be one that is just being replaced, so what it may hold is kept.
  mutating func open(
    _ queue: ItemListing?,
    _ deadLetters: ItemListing?,
    now: Timestamp
  ) throws(ActionError) {
    guard !isOpen else { return }
    left = try record.load()
    isOpen = true
    guard let queue, let deadLetters else { return }
    let known = left.claims.union(left.accepted.map(\.identity))
    let absent = Set(left.away.keys).union(left.gone.keys)
    let present = Set([queue, deadLetters].flatMap { $0.places(of: known.union(absent)).keys })
    left.part(by: present, now: now)
    left.forget(before: now - Self.keptAway, keeping: Self.mostAway)
  }

  /// Notes attempts that lie in the future, where the file is read anew.
  mutating func note(_ deadLetters: ItemListing?, writtenAt: Timestamp?, now: Timestamp) {
    left.sights.note(deadLetters, writtenAt: writtenAt, now: now)
  }

  /// When a dead letter may be tried again.
  func dueAt(_ item: ItemListing.Item, _ now: Timestamp) -> Timestamp {
    left.sights.dueAt(item, writtenAt: nil, now: now)
  }

  /// What an earlier run could not acknowledge, as delivered items where they stand now.
  func acceptedBefore(
    _ queue: ItemListing?,
    _ deadLetters: ItemListing?
  ) -> [Settlement.Result] {
    var taken: [ListFile: Set<Int>] = [:]
    return left.accepted.compactMap { accepted in
      let both: [(ListFile, ItemListing?)] = [(.queue, queue), (.deadLetters, deadLetters)]
      let order = accepted.list == .queue ? both : both.reversed()
      for (source, listing) in order {
        let places = listing?.places(of: [accepted.identity])[accepted.identity] ?? []
        guard let listing,
          let index = places.first(where: { !taken[source, default: []].contains($0) }),
          let item = Self.item(index, of: listing, source, accepted.identity)
        else { continue }
        taken[source, default: []].insert(index)
        return (item, .delivered)
      }
      return nil
    }
  }

  /// Notes which items are about to become dead letters, before any of them does.
  mutating func begin(_ moving: [ItemIdentity: Int]) throws(ActionError) {
    var next = self
    next.left.moving = moving
    try next.save()
    self = next
  }

  /// Notes what a receiver has and could not be taken out of its file, so that no run sends it again.
  mutating func keepAccepted(_ items: [ClaimedItem], now: Timestamp) throws(ActionError) {
    guard isOpen, !items.isEmpty else { return }
    var next = self
    for item in items where outstanding[item.identity] != nil {
      let accepted = ClaimRecord.Accepted(identity: item.identity, list: item.source, since: now)
      if !next.left.accepted.contains(accepted) { next.left.accepted.append(accepted) }
    }
    try next.save()
    self = next
  }

  /// Which lists nothing may be claimed from now, and what stands in the way of each.
  struct Closures {
    var obstacles: [ReplacementObstacle] = []
    /// What cannot be read may hold anything.
    var unreadable: Set<ListFile> = []

    func areOpen(_ list: ListFile) -> Bool {
      !unreadable.contains(list) && !obstacles.contains { $0.list == list }
    }
  }

  /// Drops what was settled, claims what comes next, and returns that once it is on disk.
  mutating func advance(
    settling results: [Settlement.Result],
    vanished: Set<ClaimedItem>,
    claiming count: Int,
    from queue: ItemListing?,
    _ deadLetters: ItemListing?,
    closures: Closures,
    now: Timestamp
  ) throws(ActionError) -> [ClaimedItem] {
    var next = self
    let areBothKnown = queue != nil && deadLetters != nil && closures.unreadable.isEmpty
    next.left.moving = areBothKnown ? [:] : left.moving
    next.left.obstacles = closures.obstacles.map { obstacle in
      var obstacle = obstacle
      let before = left.obstacles.first { $0.isSame(as: obstacle) }
      obstacle.since = [obstacle.since, before?.since, now].compactMap(\.self).min()
      return obstacle
    }
    for (item, result) in results {
      let mark = item.identity
      next.outstanding[mark] = nil
      let isFileMissing = (item.source == .queue ? queue : deadLetters) == nil
      let isDelivered = result == .delivered
      let stays = result.mayBeStored && (isFileMissing || !vanished.contains(item))
      let isAway = !isFileMissing && vanished.contains(item)
      if let accepted = next.left.accepted.firstIndex(where: { $0.identity == mark }), isDelivered,
        !isFileMissing, !isAway
      {
        next.left.accepted.remove(at: accepted)
      } else if isDelivered, isAway {
        next.left.gone[mark] = now
      }
      if result.mayBeStored, isAway { next.left.away[mark] = now }
      if stays || (isFileMissing && isDelivered) {
        next.left.claims.insert(mark)
      } else {
        next.left.claims.remove(mark)
      }
    }
    let room = min(count, WorkLedger.mostClaims - next.outstanding.count)
    var claimed: [ClaimedItem] = []
    if closures.areOpen(.queue) {
      let mayMove = closures.areOpen(.deadLetters)
      claimed += next.choose(room, from: queue, .queue) {
        mayMove || $0.nextFailures < WorkLedger.mostFailures
      }
    }
    if closures.areOpen(.deadLetters) {
      claimed += next.choose(room - claimed.count, from: deadLetters, .deadLetters) {
        dueAt($0, now) <= now
      }
    }
    claimed = next.tellingApart(claimed, in: [queue, deadLetters].compactMap(\.self))
    do {
      try next.save()
    } catch {
      record = next.record
      throw error
    }
    self = next
    return claimed
  }

  private mutating func save() throws(ActionError) {
    var content = left
    content.claims.formUnion(outstanding.keys)
    try record.save(content)
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

  /// Takes an item up; `nil` for the second of two that are the same in all, which another run takes.
  private mutating func claim(
    _ index: Int,
    of listing: ItemListing,
    _ source: ListFile
  ) -> ClaimedItem? {
    let identity = listing.identity(at: index)
    // What a receiver has is taken out and not sent, however often that failed.
    guard !left.accepted.contains(where: { $0.identity == identity }),
      var item = Self.item(index, of: listing, source, identity),
      seen[item.key.exactID, default: []].insert(identity).inserted
    else { return nil }
    item.mayBeStored = left.claims.contains(identity)
    outstanding[identity] = item
    return item
  }

  private static func item(
    _ index: Int,
    of listing: ItemListing,
    _ source: ListFile,
    _ identity: ItemIdentity
  ) -> ClaimedItem? {
    listing.memory(at: index).map { memory in
      ClaimedItem(
        source: source,
        key: listing.items[index].key,
        memory: memory,
        identity: identity,
        failures: listing.items[index].failures
      )
    }
  }
}

extension ClaimRecord.Content {
  /// Sorts what is remembered by whether it stands in a file now.
  fileprivate mutating func part(by present: Set<ItemIdentity>, now: Timestamp) {
    for identity in claims.subtracting(present) { away[identity] = now }
    claims = claims.union(away.keys).intersection(present)
    for memory in accepted where !present.contains(memory.identity) { gone[memory.identity] = now }
    accepted.removeAll { !present.contains($0.identity) }
    for (identity, since) in gone where present.contains(identity) {
      accepted.append(.init(identity: identity, list: .queue, since: since))
    }
    for identity in present {
      away[identity] = nil
      gone[identity] = nil
    }
  }

  /// Forgets what has been in no file since then, and the oldest where they are many.
  fileprivate mutating func forget(before start: Timestamp, keeping count: Int) {
    for path in [\Self.away, \Self.gone] {
      let kept = self[keyPath: path].filter { $0.value >= start }
        .sorted { $0.value > $1.value }.prefix(count)
      self[keyPath: path] = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
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
