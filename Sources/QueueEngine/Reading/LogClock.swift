/// A time stamp as it stands in a line, of no zone yet where it names none.
struct LogStamp: Hashable {
  /// Seconds since the epoch, were it UTC.
  var secondsInUTC: Int
  /// Seconds since the epoch, were it local time of this machine.
  var secondsInLocalTime: Int
  /// The fraction of a second.
  var fraction: Double
  /// Seconds east of Greenwich, where it names a zone.
  var zone: Int?
}

/// The zone in which a log's writer tells the time where it names none.
enum LogClock: Hashable {
  case local
  /// A fixed distance east of Greenwich, in seconds; 0 is UTC.
  case fixed(Int)
  /// No zone fits: no such stamp tells a time.
  case unknown

  /// A stamp this much after the file's own time is still not after it.
  private static let tolerance = 2.0
  /// A zone that is neither local time nor UTC is believed where it fits the file's time so well.
  private static let fit = 60.0
  /// Zones differ by multiples of this.
  private static let quarterHour = 900.0
  /// A stamp so much older than the file is not explained by a slow writer.
  private static let slowest = 1200.0
  private static let farthest = 14 * 3600

  /// The clock by which a stamp fits the time at which its file was written.
  ///
  /// - Parameters:
  ///   - stamp: The last stamp of the file.
  ///   - moment: When the file was last modified.
  ///   - isLastLine: Whether the stamp is that of the last line, which was written then.
  init(fitting stamp: LogStamp, _ moment: Timestamp, isLastLine: Bool) {
    let time = moment.secondsSinceEpoch
    // Of two that fit the nearer one: the other would leave hours without a line.
    let candidates: [(clock: LogClock, age: Double)] = [
      (.local, time - Double(stamp.secondsInLocalTime)),
      (.fixed(0), time - Double(stamp.secondsInUTC)),
    ]
    let best = candidates.filter { $0.age >= -Self.tolerance }.min { $0.age < $1.age }
    if let best, best.age <= Self.slowest || !isLastLine {
      self = best.clock
      return
    }
    let distance = Double(stamp.secondsInUTC) - time
    let offset = Int((distance / Self.quarterHour).rounded() * Self.quarterHour)
    if isLastLine, abs(offset) <= Self.farthest, abs(distance - Double(offset)) <= Self.fit {
      self = .fixed(offset)
    } else {
      self = best?.clock ?? .unknown
    }
  }

  /// When a stamp was written; `nil` where that is not known.
  func moment(of stamp: LogStamp) -> Timestamp? {
    if let zone = stamp.zone {
      return Timestamp(Double(stamp.secondsInUTC - zone) + stamp.fraction)
    }
    return switch self {
    case .local: Timestamp(Double(stamp.secondsInLocalTime) + stamp.fraction)
    case .fixed(let offset): Timestamp(Double(stamp.secondsInUTC - offset) + stamp.fraction)
    case .unknown: nil
    }
  }
}
