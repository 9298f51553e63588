internal import LosslessJSON

/// What the queue's `stats` count over all runs; `nil` where they do not.
package struct QueueTotals: Hashable, Sendable {
  package var queued: Int?
  package var synced: Int?

  package init(queued: Int? = nil, synced: Int? = nil) {
    self.queued = queued
    self.synced = synced
  }
}

extension WorkListing {
  /// A whole number of `stats`; `nil` where there is none.
  func total(_ name: String) -> Int? {
    // They were read with the rest of the file, so this cannot fail.
    guard let offset = statsOffset, let stats = try? members(from: offset),
      let value = stats.value(of: name)
    else { return nil }
    return text.withCursor { $0.integer(of: value) }
  }
}
