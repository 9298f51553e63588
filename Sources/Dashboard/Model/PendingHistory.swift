internal import QueueEngine

/// How many items waited over the last ten minutes, and how many came and went meanwhile.
///
/// Coming and going is counted by ids from one reading of the file to the next (`QueueTraffic`), so
/// that an item which comes while another goes counts as both. What came and went between two
/// readings was never seen; the file is read each time it changes.
package struct PendingHistory: Sendable, Hashable {
  /// What happened in one bucket.
  private struct Bucket: Hashable {
    var start: Timestamp
    var pending: Int
    var arrived = 0
    var left = 0
  }

  /// Where the number of waiting items is going.
  package enum Trend: Hashable, Sendable {
    /// More leave than come: so long until none waits.
    case drains(Duration)
    /// More come than leave.
    case grows
  }

  /// How long a bucket lasts.
  private static let bucketLength = Duration.seconds(10)
  /// How many buckets are kept: ten minutes, the usual time between two runs of a worker.
  private static let mostBuckets = 60
  /// From this span on a rate is told.
  private static let shortestSpan = Duration.seconds(60)

  private var buckets: [Bucket] = []
  private var latest: Timestamp?
  private var traffic: QueueTraffic?

  package init() {}

  /// The number of waiting items at the end of each bucket, oldest first.
  package var counts: [Int] { buckets.map(\.pending) }

  /// Items that came and went per minute; `nil` until a minute was watched.
  package var ratesPerMinute: (arrived: Double, left: Double)? {
    guard let first = buckets.first, let latest else { return nil }
    let span = latest - first.start
    guard span >= Self.shortestSpan else { return nil }
    let minutes = span.seconds / 60
    let arrived = buckets.reduce(0) { $0 + $1.arrived }
    let left = buckets.reduce(0) { $0 + $1.left }
    return (Double(arrived) / minutes, Double(left) / minutes)
  }

  /// Where it is going at the rates of the last minutes; `nil` where nothing waits or changes.
  package var trend: Trend? {
    guard let pending = buckets.last?.pending, pending > 0, let rates = ratesPerMinute,
      rates.arrived != rates.left
    else { return nil }
    guard rates.left > rates.arrived else { return .grows }
    return .drains(Duration(seconds: Double(pending) / (rates.left - rates.arrived) * 60))
  }

  /// Notes how many items wait and the traffic so far; a clock that was set back starts anew.
  ///
  /// The clock's ticks are whole seconds and the readings are not, so a little back is no step back.
  mutating func record(_ pending: Int, traffic total: QueueTraffic, at moment: Timestamp) {
    if let latest, latest - moment > Self.bucketLength { (buckets, self.latest) = ([], nil) }
    let now = max(moment, latest ?? moment)
    latest = now
    let before = traffic ?? total
    traffic = total
    guard var bucket = buckets.popLast() else {
      buckets = [Bucket(start: now, pending: pending)]
      return
    }
    if now - bucket.start >= Self.bucketLength {
      buckets.append(bucket)
      bucket = Bucket(start: now, pending: pending)
    }
    bucket.pending = pending
    bucket.arrived += max(total.arrived - before.arrived, 0)
    bucket.left += max(total.left - before.left, 0)
    buckets.append(bucket)
    if buckets.count > Self.mostBuckets { buckets.removeFirst(buckets.count - Self.mostBuckets) }
  }
}
