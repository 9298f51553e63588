internal import QueueEngine

/// How many items waited over the last minutes, in buckets of equal length.
///
/// It knows only what was seen: an item that came and went between two looks is not counted.
package struct PendingHistory: Sendable, Hashable {
  /// What happened in one bucket.
  private struct Bucket: Hashable {
    var start: Timestamp
    var pending: Int
    var arrived = 0
    var left = 0
  }

  /// How long a bucket lasts.
  private static let bucketLength = Duration.seconds(10)
  /// How many buckets are kept: ten minutes.
  private static let mostBuckets = 60
  /// From this span on a rate is told.
  private static let shortestSpan = Duration.seconds(60)

  private var buckets: [Bucket] = []
  private var latest: Timestamp?

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

  /// Notes how many items wait; a clock that was set back starts a new history.
  mutating func record(_ pending: Int, at now: Timestamp) {
    if let latest, now < latest { buckets = [] }
    latest = now
    guard var bucket = buckets.popLast() else {
      buckets = [Bucket(start: now, pending: pending)]
      return
    }
    let change = pending - bucket.pending
    if now - bucket.start >= Self.bucketLength {
      buckets.append(bucket)
      bucket = Bucket(start: now, pending: pending)
    }
    bucket.pending = pending
    bucket.arrived += max(change, 0)
    bucket.left += max(-change, 0)
    buckets.append(bucket)
    if buckets.count > Self.mostBuckets { buckets.removeFirst(buckets.count - Self.mostBuckets) }
  }
}
