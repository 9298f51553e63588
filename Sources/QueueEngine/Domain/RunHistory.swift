/// When something happened, as far as a log tells it.
///
/// A line without a time stamp lies between the stamps around it; a stamp means its whole second. The
/// order of the lines outranks their stamps.
public struct LogMoment: Hashable, Codable, Sendable {
  /// Not before this; `nil` where nothing older is dated.
  public var earliest: Timestamp?
  /// Not after this.
  public var latest: Timestamp
  /// The number of the line, counted from the first that was ever read.
  public var place: Int

  /// Makes a moment.
  public init(earliest: Timestamp?, latest: Timestamp, place: Int) {
    self.earliest = earliest
    self.latest = latest
    self.place = place
  }

  /// Makes a moment that is known exactly.
  public init(_ moment: Timestamp, place: Int) {
    self.init(earliest: moment, latest: moment, place: place)
  }
}

/// What a log says of the runs that the lock was for.
public struct RunHistory: Hashable, Codable, Sendable {
  /// The last work on the queue: a delivery, a retry, a move to the dead letters, the end of a run.
  public var lastWork: LogMoment?
  /// The last work of any kind: that on the dead letters among it, for which nobody takes the lock.
  public var lastProgress: LogMoment?
  /// The last end of a run, that of one that failed as a whole among them.
  public var lastEnd: LogMoment?
  /// The last time that something left the queue or the dead letters.
  public var lastDeparture: LogMoment?
  /// When a worker was last refused the lock.
  public var lastRefusal: LogMoment?

  /// Makes the history of a log that says nothing.
  public init() {}

  /// Makes the history that a log tells, and when the queue was last worked on by its own figures.
  init(log: FileReading<LogTail>, lastSync: Timestamp?, now: Timestamp) {
    self = log.content?.history ?? RunHistory()
    if let lastSync { date(queueWork: lastSync, now: now) }
  }

  /// Whether one line stands behind another one; what is not there came before everything.
  func isAfter(_ one: KeyPath<RunHistory, LogMoment?>, _ other: KeyPath<RunHistory, LogMoment?>)
    -> Bool
  {
    guard let one = self[keyPath: one] else { return false }
    guard let other = self[keyPath: other] else { return true }
    return one.place > other.place
  }

  /// Takes over when the queue was worked on, as its own figures say: a log may be behind, or gone.
  private mutating func date(queueWork moment: Timestamp, now: Timestamp) {
    guard moment <= now else { return }
    var known = lastWork ?? LogMoment(moment, place: 0)
    known.earliest = max(known.earliest ?? moment, moment)
    known.latest = max(known.latest, moment)
    lastWork = known
  }

  /// Takes over when a refusal came from somebody who saw it come.
  mutating func date(refusal moment: Timestamp) {
    guard var known = lastRefusal else {
      lastRefusal = LogMoment(moment, place: 0)
      return
    }
    guard known.earliest ?? moment <= moment, moment <= known.latest else { return }
    known.earliest = moment
    known.latest = moment
    lastRefusal = known
  }
}

/// Builds the history of the runs from the lines of a log as they are read.
struct RunHistoryBuilder {
  private enum Event: Int, CaseIterable {
    case queueWork, work, departure, end, refusal

    func includes(_ kind: LogLine.Kind) -> Bool {
      switch self {
      case .queueWork: kind.isQueueWork
      case .work: kind.isWork
      case .departure: kind.isDeparture
      case .end: kind.isEnd
      case .refusal: kind == .refused
      }
    }
  }

  /// By event, and no dictionary: a log has thousands of lines, and each is noted.
  private var moments = [LogMoment?](repeating: nil, count: Event.allCases.count)
  private var lastStamp: Timestamp?
  private var place = 0
  /// What has no latest moment yet, because no stamp has followed.
  private var undated = [Bool](repeating: false, count: Event.allCases.count)
  private var isAnyUndated = false
  private var isLastLineStamped = false

  /// Whoever wrote a stamp may have a clock that is a little ahead of ours, on another machine.
  private static let futureTolerance = Duration.seconds(2)
  /// Stamps that are further out of order come from a clock that was set.
  private static let disorder = Duration.seconds(60)

  /// The history so far.
  var history: RunHistory {
    var history = RunHistory()
    history.lastWork = moments[Event.queueWork.rawValue]
    history.lastProgress = moments[Event.work.rawValue]
    history.lastDeparture = moments[Event.departure.rawValue]
    history.lastEnd = moments[Event.end.rawValue]
    history.lastRefusal = moments[Event.refusal.rawValue]
    return history
  }

  /// Takes a whole line in.
  mutating func note(_ line: LogLine, now: Timestamp) { note(line.kind, line.time, now: now) }

  /// Takes a whole line in, by its kind and the time of its stamp.
  mutating func note(_ kind: LogLine.Kind, _ time: Timestamp?, now: Timestamp) {
    place += 1
    // No line lies in the future: then its time is unknown.
    let stamp = time.flatMap { $0 - now > Self.futureTolerance ? nil : $0 }
    isLastLineStamped = stamp != nil
    if let stamp {
      if let lastStamp, stamp < lastStamp { correct(by: stamp) }
      if isAnyUndated { date { moment in moment.latest = Self.end(of: stamp) } }
      lastStamp = stamp
    }
    for event in Event.allCases where event.includes(kind) {
      moments[event.rawValue] = LogMoment(
        earliest: stamp ?? lastStamp,
        latest: stamp.map(Self.end) ?? now,
        place: place
      )
      undated[event.rawValue] = stamp == nil
      if stamp == nil { isAnyUndated = true }
    }
  }

  /// Gives what has no latest moment one.
  private mutating func date(_ change: (inout LogMoment) -> Void) {
    for index in undated.indices where undated[index] {
      if var moment = moments[index] {
        change(&moment)
        moments[index] = moment
      }
      undated[index] = false
    }
    isAnyUndated = false
  }

  /// What stands before a line did not happen after it: where its own stamp says so, that was made by a
  /// clock that has been set back since, or was read in another zone.
  private mutating func correct(by stamp: Timestamp) {
    let end = Self.end(of: stamp)
    for index in moments.indices {
      guard let moment = moments[index], moment.latest > end else { continue }
      moments[index]?.latest = end
      guard let earliest = moment.earliest, earliest > end else { continue }
      // Two programs that write at once may be a little out of order.
      moments[index]?.earliest = earliest - stamp <= Self.disorder ? stamp : nil
    }
  }

  /// Ends a reading of the file up to its end: what came without a stamp was there when the file was
  /// written last, and what stands last was written then.
  mutating func finishReading(modifiedAt moment: Timestamp) {
    let (isLastLineStamped, place) = (isLastLineStamped, place)
    date { known in
      known.latest = moment
      if !isLastLineStamped, known.place == place { known.earliest = moment }
    }
    lastStamp = max(lastStamp ?? moment, moment)
  }

  /// A stamp without a fraction stands for its whole second.
  private static func end(of stamp: Timestamp) -> Timestamp {
    let seconds = stamp.secondsSinceEpoch
    return seconds == seconds.rounded(.down) ? stamp + .milliseconds(999) : stamp
  }
}
