/// A moment of wall-clock time.
///
/// Rules never read a clock: the current moment is always an argument.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted; fractions allowed.
  public var secondsSinceEpoch: Double

  /// Makes the moment that lies `secondsSinceEpoch` seconds after the Unix epoch.
  public init(_ secondsSinceEpoch: Double) {
    self.secondsSinceEpoch = secondsSinceEpoch
  }

  /// The time from `earlier` to `later`, negative where `earlier` is the later one.
  public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    Duration(seconds: later.secondsSinceEpoch - earlier.secondsSinceEpoch)
  }

  /// The moment that lies `duration` after `moment`.
  public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(moment.secondsSinceEpoch + duration.seconds)
  }

  /// The moment that lies `duration` before `moment`.
  public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(moment.secondsSinceEpoch - duration.seconds)
  }

  /// Orders moments by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
  }
}

/// A timestamp is encoded as its bare number of seconds.
extension Timestamp: Codable {
  /// Reads a number of seconds since the Unix epoch.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Writes the number of seconds since the Unix epoch.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(secondsSinceEpoch)
  }
}

extension Duration {
  /// The longest span that the rules work with, about 146 000 years; larger inputs are clamped to it.
  private static let largestSeconds = 4.6e12

  /// Makes a duration of a possibly fractional, possibly absurd number of seconds without trapping.
  package init(seconds: Double) {
    guard seconds.isFinite else {
      self =
        seconds > 0
        ? .seconds(Self.largestSeconds) : .seconds(seconds < 0 ? -Self.largestSeconds : 0)
      return
    }
    self = .seconds(Swift.min(Swift.max(seconds, -Self.largestSeconds), Self.largestSeconds))
  }

  /// The duration as a number of seconds.
  package var seconds: Double {
    let (whole, attoseconds) = components
    return Double(whole) + Double(attoseconds) * 1e-18
  }

  /// The number of milliseconds, rounded to the nearest.
  package var wholeMilliseconds: Int { Int((seconds * 1000).rounded()) }

  /// The number of whole seconds, rounded down.
  package var wholeSeconds: Int {
    let (whole, attoseconds) = components
    return Int(whole) - (attoseconds < 0 ? 1 : 0)
  }
}
