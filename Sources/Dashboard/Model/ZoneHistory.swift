package import QueueEngine

/// How far local time was ahead of UTC, over the time that charts and incidents speak of: a change to or from
/// daylight saving lies in it now and then.
package struct ZoneHistory: Hashable, Sendable {
  private struct Change: Hashable {
    let since: Timestamp
    let offset: Duration
  }

  private var changes: [Change] = []

  /// Makes a history of which nothing is known.
  package init() {}

  /// Asks for the offset at each quarter of an hour of so much time before a moment.
  package init(_ span: Duration, before now: Timestamp, offset: (Timestamp) -> Duration) {
    let quarter = 900.0
    var moment = ((now - span).secondsSinceEpoch / quarter).rounded(.down) * quarter
    while moment <= now.secondsSinceEpoch {
      let current = offset(Timestamp(moment))
      if changes.last?.offset != current {
        changes.append(Change(since: Timestamp(moment), offset: current))
      }
      moment += quarter
    }
  }

  /// The offset at a moment; `nil` where nothing is known.
  func offset(at moment: Timestamp) -> Duration? {
    (changes.last { $0.since <= moment } ?? changes.first)?.offset
  }
}

extension Model {
  /// How far local time was ahead of UTC at a moment.
  func zoneOffset(at moment: Timestamp) -> Duration {
    // Where the zone is another one by now, what was asked before says nothing.
    guard zones.offset(at: now) == zoneOffset else { return zoneOffset }
    return zones.offset(at: moment) ?? zoneOffset
  }

  /// A moment in local time as it was then, with the day where that is not today.
  func localText(_ moment: Timestamp) -> String {
    let then = zoneOffset(at: moment)
    // Both days are compared in the offset of the moment.
    return moment.momentText(at: now + (zoneOffset - then), zoneOffset: then)
  }
}
