/// Counts what comes into queue and dead letters, what leaves them and what fails, from one reading to the next.
struct QueueTrafficCounter {
  private(set) var traffic = QueueTraffic()
  private var queue: [ItemTrace]?
  private var letters: [ItemTrace]?
  private var queueRevision = 0
  private var letterRevision = 0

  /// Compares readings with those before; the first ones only say where counting begins.
  ///
  /// What leaves the queue and stands among the dead letters was moved; workers write it there first.
  mutating func note(_ queue: FileReading<QueueContents>, _ letters: FileReading<DeadLetters>) {
    noteLetters(letters)
    guard queue.revision != queueRevision, let content = queue.content else { return }
    queueRevision = queue.revision
    if let before = self.queue {
      let change = Self.change(from: before, to: content.traces)
      traffic.arrived += change.arrived
      traffic.left += change.left.count
      traffic.failed += change.failures
      let dead = self.letters ?? []
      let moved = change.left.count(where: { Self.contains($0.digest, in: dead) })
      traffic.moved += moved
      // The failure that made it a dead letter is one that the queue did not see.
      traffic.failed += moved
      traffic.delivered += change.left.count - moved
    }
    self.queue = content.traces
  }

  private mutating func noteLetters(_ reading: FileReading<DeadLetters>) {
    guard reading.revision != letterRevision, let content = reading.content else { return }
    letterRevision = reading.revision
    let traces = content.items.map { ItemTrace(id: $0.key.id, failures: $0.retryCount) }.sorted()
    if let before = letters {
      let change = Self.change(from: before, to: traces)
      traffic.delivered += change.left.count
      traffic.failed += change.failures
    }
    letters = traces
  }

  /// What differs between two readings, both sorted.
  struct Change {
    var arrived = 0
    var left: [ItemTrace] = []
    /// How often those have failed since that are in both.
    var failures = 0
  }

  static func change(from old: [ItemTrace], to new: [ItemTrace]) -> Change {
    var (change, first, second) = (Change(), 0, 0)
    while first < old.count, second < new.count {
      if old[first].digest == new[second].digest {
        change.failures += max(Int(new[second].failures) - Int(old[first].failures), 0)
        first += 1
        second += 1
      } else if old[first].digest < new[second].digest {
        change.left.append(old[first])
        first += 1
      } else {
        change.arrived += 1
        second += 1
      }
    }
    change.left += old[first...]
    change.arrived += new.count - second
    return change
  }

  private static func contains(_ digest: UInt64, in sorted: [ItemTrace]) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].digest < digest { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low].digest == digest
  }
}
