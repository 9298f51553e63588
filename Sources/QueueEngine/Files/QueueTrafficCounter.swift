/// Counts what comes into the queue and what leaves it, from one reading to the next.
struct QueueTrafficCounter {
  private(set) var traffic = QueueTraffic()
  private var digests: [UInt64]?
  private var revision = 0

  /// Compares a reading with the one before; the first one only says where counting begins.
  mutating func note(_ reading: FileReading<QueueContents>) {
    guard reading.revision != revision, let content = reading.content else { return }
    revision = reading.revision
    if let digests {
      let (arrived, left) = Self.difference(from: digests, to: content.idDigests)
      traffic.arrived += arrived
      traffic.left += left
    }
    digests = content.idDigests
  }

  /// A number that stands for an id; two ids share one hardly ever, and then a count is off by one.
  static func digest(ofID id: String) -> UInt64 { FNV1aHash.value(of: id) }

  /// How many of the new ones are not among the old and the other way round; both are sorted.
  static func difference(from old: [UInt64], to new: [UInt64]) -> (arrived: Int, left: Int) {
    var (arrived, left, first, second) = (0, 0, 0, 0)
    while first < old.count, second < new.count {
      if old[first] == new[second] {
        first += 1
        second += 1
      } else if old[first] < new[second] {
        left += 1
        first += 1
      } else {
        arrived += 1
        second += 1
      }
    }
    return (arrived + new.count - second, left + old.count - first)
  }
}
