internal import QueueEngine

/// A number of a check that a person may set limits to.
enum CheckFigure: String, CaseIterable, Sendable {
  case pending, oldest, dlq
  case lockAge = "lock_age"

  /// What the limits belong to, for `--only` and `--except`.
  var topic: FindingTopic {
    switch self {
    case .pending, .oldest: .queue
    case .dlq: .dlq
    case .lockAge: .lock
    }
  }

  /// The value of an observation; `nil` where there is none.
  func value(in observation: Observation) -> Int? {
    let (snapshot, now) = (observation.snapshot, observation.now)
    let queue = snapshot.queue.state == .missing ? nil : snapshot.queue.content
    switch self {
    case .pending: return queue?.pending
    case .oldest: return queue?.oldest.map { max((now - $0).wholeSeconds, 0) }
    case .dlq:
      return snapshot.deadLetters.state == .missing
        ? nil : snapshot.deadLetters.content?.items.count
    case .lockAge:
      guard [.held, .hung, .stale, .unknown].contains(snapshot.lock.state) else { return nil }
      let since = snapshot.lock.since
      return since.map { max((now - $0).wholeSeconds, 0) }
    }
  }

  /// That a value alerts, as a sentence without its full stop.
  func sentence(_ value: Int, _ range: ThresholdRange) -> String {
    let subject =
      switch self {
      case .pending: "\(value) \(value == 1 ? "memory waits" : "memories wait")"
      case .oldest: "The oldest memory waits for \(Duration.seconds(value).ageText)"
      case .dlq: "\(value) \(value == 1 ? "memory is a dead letter" : "memories are dead letters")"
      case .lockAge: "The lock is \(Duration.seconds(value).ageText) old"
      }
    guard self == .oldest || self == .lockAge else { return "\(subject), \(range.complaint)" }
    if let limit = range.upperLimit {
      return "\(subject), more than \(Duration(seconds: limit).ageText)"
    }
    return "\(subject), \(range.complaint) seconds"
  }
}

/// Limits of the command line; what has none keeps those of the engine.
struct CheckLimits: Sendable {
  private(set) var warning: [CheckFigure: ThresholdRange] = [:]
  private(set) var critical: [CheckFigure: ThresholdRange] = [:]

  /// Whether the engine's own finding about this figure gives way to them.
  func replaces(_ code: FindingCode) -> Bool {
    guard code == .deadLetterAlert || code == .deadLetterInvestigate else { return false }
    return warning[.dlq] != nil || critical[.dlq] != nil
  }

  mutating func set(_ figure: CheckFigure, warning: ThresholdRange?, critical: ThresholdRange?) {
    self.warning[figure] = warning
    self.critical[figure] = critical
  }

  /// The figures that have limits.
  var figures: [CheckFigure] {
    CheckFigure.allCases.filter { warning[$0] != nil || critical[$0] != nil }
  }

  /// A figure whose limits contradict each other: above one it is critical before it warns.
  var contradiction: CheckFigure? {
    CheckFigure.allCases.first { figure in
      guard let warning = warning[figure]?.upperLimit, let critical = critical[figure]?.upperLimit
      else { return false }
      return warning > critical
    }
  }

  /// What a value is, and by which of the ranges; `nil` where no limit is set or it is within them.
  func verdict(on figure: CheckFigure, _ value: Int) -> (severity: Severity, ThresholdRange)? {
    if let range = critical[figure], range.alerts(on: Double(value)) { return (.critical, range) }
    if let range = warning[figure], range.alerts(on: Double(value)) { return (.warning, range) }
    return nil
  }
}
