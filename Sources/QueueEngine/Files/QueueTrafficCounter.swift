/// Counts what comes into the queue, what fails in it, and where it goes, from one reading to the next.
struct QueueTrafficCounter {
  /// So many departures and arrivals at most wait to be matched; those of a move are read within seconds.
  private static let mostUnmatched = 10_000

  private(set) var traffic = QueueTraffic()
  private var digests: [UInt64]?
  private var failures: [UInt64: Int] = [:]
  private var revision = 0
  private var letters: [DeadLetter]?
  private var lettersRevision = 0
  /// What left the queue and did not come into the dead letters yet, and the other way round.
  private var departed: Set<UInt64> = []
  private var arrived: Set<UInt64> = []

  /// Compares readings with those before; the first ones only say where counting begins.
  mutating func note(_ queue: FileReading<QueueContents>, _ deadLetters: FileReading<DeadLetters>) {
    note(queue)
    note(deadLetters)
    let moved = departed.intersection(arrived)
    traffic.moved += moved.count
    departed = departed.count > Self.mostUnmatched ? [] : departed.subtracting(moved)
    arrived = arrived.count > Self.mostUnmatched ? [] : arrived.subtracting(moved)
  }

  private mutating func note(_ reading: FileReading<QueueContents>) {
    guard reading.revision != revision, let content = reading.content else { return }
    revision = reading.revision
    if let digests {
      let (arrived, left) = Self.difference(from: digests, to: content.idDigests)
      traffic.arrived += arrived
      traffic.left += left.count
      departed.formUnion(left)
      // One that came back brings its failures along.
      for (id, count) in content.failures where digests.holdsSorted(id) {
        traffic.failed += max(count - (failures[id] ?? 0), 0)
      }
    }
    (digests, failures) = (content.idDigests, content.failures)
  }

  private mutating func note(_ reading: FileReading<DeadLetters>) {
    // The first dead letter makes the file.
    if letters == nil, reading.state == .missing { letters = [] }
    guard reading.revision != lettersRevision, let items = reading.content?.items else { return }
    lettersRevision = reading.revision
    if let letters {
      arrived.formUnion(
        Self.arrivals(from: letters, to: items).map { Self.digest(ofID: $0.key.id) }
      )
    }
    letters = items
  }

  /// A number that stands for an id; two ids share one hardly ever, and then a count is off by one.
  static func digest(ofID id: String) -> UInt64 { FNV1aHash.value(of: id) }

  /// How many of the new ones are not among the old, and which of the old not among the new; both are
  /// sorted.
  static func difference(
    from old: [UInt64],
    to new: [UInt64]
  ) -> (arrived: Int, left: [UInt64]) {
    var (arrived, left, first, second) = (0, [UInt64](), 0, 0)
    while first < old.count, second < new.count {
      if old[first] == new[second] {
        first += 1
        second += 1
      } else if old[first] < new[second] {
        left.append(old[first])
        first += 1
      } else {
        arrived += 1
        second += 1
      }
    }
    return (arrived + new.count - second, left + old[first...])
  }

  /// The dead letters that were not there before; what is the same at both ends costs a comparison.
  private static func arrivals(from old: [DeadLetter], to new: [DeadLetter]) -> [DeadLetter] {
    let shared = min(old.count, new.count)
    var start = 0
    while start < shared, old[start].key == new[start].key { start += 1 }
    var end = 0
    while end < shared - start,
      old[old.count - 1 - end].key == new[new.count - 1 - end].key
    { end += 1 }
    let known = Set(old[start..<old.count - end].map(\.key))
    return new[start..<new.count - end].filter { !known.contains($0.key) }
  }
}

extension [UInt64] {
  /// Whether a number is among ascending ones.
  fileprivate func holdsSorted(_ number: UInt64) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == number
  }
}
