/// When a dead letter is tried again: `min(2^retryCount × 30 s, 3600 s)` after its last attempt.
///
/// The formula is the existing worker's; both must agree on it or the countdowns lie.
public enum Backoff {
  /// The wait that no retry exceeds: one hour.
  public static let longest = Duration.seconds(3600)

  /// Seven doublings of 30 s exceed an hour; beyond that the exponent no longer matters.
  private static let lastDoubling = 7

  /// How long to wait after an attempt; a negative `retryCount` counts as 0, and none overflows.
  public static func delay(retryCount: Int) -> Duration {
    let doublings = min(max(retryCount, 0), lastDoubling)
    return min(.seconds(30 << doublings), longest)
  }

  /// The moment from which the item may be tried again; `lastAttempt` 0 means at once.
  public static func due(lastAttempt: Timestamp, retryCount: Int) -> Timestamp {
    guard lastAttempt.secondsSinceEpoch > 0 else { return Timestamp(0) }
    return lastAttempt + delay(retryCount: retryCount)
  }
}
