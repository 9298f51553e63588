internal import QueueEngine

/// How many items waited over the last ten minutes, and how many came, failed and went meanwhile.
///
/// Coming and going is counted by ids from one reading of the file to the next (`QueueTraffic`), so
/// that an item which comes while another goes counts as both. What came and went between two
/// readings was never seen; the file is read each time it changes.
package struct PendingHistory: Sendable, Hashable {
  /// What happened in one bucket.
  private struct Bucket: Hashable {
    var start: Timestamp
    var pending: Int
    var traffic = QueueTraffic()
  }

  /// How many items came, failed and went in a minute, and which way they went.
  package struct Rates: Hashable, Sendable {
    package let arrived: Double
    package let delivered: Double
    package let failed: Double
    package let moved: Double
    /// Those that left the queue, whichever way.
    package let left: Double
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

  /// What came, failed and went per minute; `nil` until a minute was watched.
  package var ratesPerMinute: Rates? {
    guard let first = buckets.first, let latest else { return nil }
    let span = latest - first.start
    guard span >= Self.shortestSpan else { return nil }
    let minutes = span.seconds / 60
    let rate = { (count: (QueueTraffic) -> Int) in
      Double(max(buckets.reduce(0) { $0 + count($1.traffic) }, 0)) / minutes
    }
    return Rates(
      arrived: rate(\.arrived),
      delivered: rate(\.delivered),
      failed: rate(\.failed),
      moved: rate(\.moved),
      left: rate(\.left)
    )
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
    let news = traffic.map { total.since($0) } ?? QueueTraffic()
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
    bucket.traffic.add(news)
    buckets.append(bucket)
    if buckets.count > Self.mostBuckets { buckets.removeFirst(buckets.count - Self.mostBuckets) }
  }
}

extension QueueTraffic {
  /// What has happened since it was another one; nothing where a reader began anew between them.
  fileprivate func since(_ before: QueueTraffic) -> QueueTraffic {
    var news = QueueTraffic()
    guard arrived >= before.arrived, left >= before.left, moved >= before.moved,
      failed >= before.failed, delivered >= before.delivered
    else { return news }
    news.arrived = arrived - before.arrived
    news.left = left - before.left
    news.delivered = delivered - before.delivered
    news.moved = moved - before.moved
    news.failed = failed - before.failed
    return news
  }

  fileprivate mutating func add(_ other: QueueTraffic) {
    arrived += other.arrived
    left += other.left
    delivered += other.delivered
    moved += other.moved
    failed += other.failed
  }
}
