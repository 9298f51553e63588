/// Something that was wrong for a time: when, on what evidence, and how it ended.
public struct Incident: Hashable, Sendable {
  /// How it ended.
  public struct End: Hashable, Sendable {
    /// When somebody saw that it was over.
    public var moment: Timestamp
    /// When somebody last saw it; `nil` where it ended while nobody watched.
    public var lastSeen: Timestamp?
    /// Who ended it; `nil` where it ended by itself.
    public var origin: ActionOrigin?
    /// What he did; `nil` where it ended by itself.
    public var action: ActionKind?
    /// The process that it was about.
    public var pid: Int32?

    /// Makes an end.
    public init(
      _ moment: Timestamp,
      lastSeen: Timestamp? = nil,
      origin: ActionOrigin? = nil,
      action: ActionKind? = nil,
      pid: Int32? = nil
    ) {
      self.moment = moment
      self.lastSeen = lastSeen
      self.origin = origin
      self.action = action
      self.pid = pid
    }
  }

  /// Tells it from all others of its directory; a later one has a greater number.
  public var number: Int
  /// What was wrong, as it was at its worst.
  public var code: FindingCode
  /// How bad it was at its worst.
  public var severity: Severity
  /// The sentence of the finding then, scrubbed.
  public var summary: String
  /// The facts then, scrubbed.
  public var evidence: [String]
  /// Since when it was so.
  public var since: Timestamp
  /// How it ended; `nil` while it is so.
  public var end: End?
  /// The ways by which its beginning was told to somebody (docs/contract.md#alerts).
  package var told: Set<AlertChannel> = []
  /// The ways by which its end was told.
  package var toldEnd: Set<AlertChannel> = []

  /// Makes an incident of a finding.
  package init(_ finding: Finding, number: Int, now: Timestamp) {
    self.number = number
    code = finding.code
    severity = finding.severity
    summary = ""
    evidence = []
    since = min(finding.since ?? now, now)
    describe(finding)
  }

  init(number: Int, code: FindingCode, severity: Severity, since: Timestamp) {
    (self.number, self.code, self.severity, self.since) = (number, code, severity, since)
    (summary, evidence) = ("", [])
  }

  /// For how long it was so, or is.
  public func duration(at now: Timestamp) -> Duration { max((end?.moment ?? now) - since, .zero) }

  /// Takes over what a finding says of it, within bounds.
  mutating func describe(_ finding: Finding) {
    code = finding.code
    severity = finding.severity
    summary = String(Scrubber.scrub(finding.summary).prefix(Self.longestText))
    evidence = finding.evidence.prefix(Self.mostFacts).map {
      String(Scrubber.scrub($0).prefix(Self.longestText))
    }
  }

  private static let longestText = 300
  private static let mostFacts = 8
}

/// A way by which somebody is told of an incident.
package enum AlertChannel: String, CaseIterable, Sendable {
  /// The bell of the dashboard's terminal.
  case bell
  /// A desktop notification through that terminal.
  case desktop
  /// A program of the person's.
  case command
  /// A message in each client of tmux.
  case tmux
}

extension FindingCode {
  /// The trouble that it is a form of: a stale lock is the same one whether the server is up or not, and ten
  /// dead letters are the trouble that five were.
  package var trouble: FindingCode {
    switch self {
    case .falseAlarmStaleLock: .staleLock
    case .deadLetterInvestigate: .deadLetterAlert
    default: self
    }
  }

  /// Whether only somebody who asks the server can say that it is over.
  package var needsProbe: Bool { row.topic == .vps || row.topic == .metrics }

  /// The actions that can end it.
  var remedies: Set<ActionKind> {
    switch trouble {
    case .staleLock, .lockHung, .lockUnknown, .lockContended: [.clearLock, .endHolder]
    case .deadLetterAlert, .poisonItems, .dueNotTried:
      [.retryItems, .retryAll, .dropItems, .restoreItems, .undo, .runWorker]
    case .workerNotRunning: [.runWorker]
    case .noProgress, .failing: [.runWorker, .clearLock, .endHolder]
    case .queueCorrupt, .deadLettersCorrupt, .unreadable: [.recoverFile]
    case .emergencyItems, .strayCopies: [.absorb, .runWorker]
    case .nothingHere: [.enqueue, .recoverFile]
    default: []
    }
  }

  /// For how long after an action its effect may show.
  var remedyTime: Duration {
    switch trouble {
    case .staleLock, .lockHung, .lockUnknown, .lockContended: .seconds(60)
    default: .seconds(900)
    }
  }
}

extension Incident.End {
  /// Whether somebody saw it end, so that the moment is the one at which it did.
  package var wasSeen: Bool {
    lastSeen.map { moment - $0 <= .seconds(120) } ?? false
  }
}

extension Incident {
  /// How it ended, in words; `key` tells the key of an action, where it has one.
  package func endText(key: (ActionKind) -> String? = { _ in nil }) -> String {
    guard let end else { return "goes on" }
    let pid = end.pid.map { ", pid \($0)" } ?? ""
    switch (end.origin, end.action) {
    case (.key?, let action?): return "ended by you: \(key(action) ?? action.words)\(pid)"
    case (.command?, let action?): return "ended from the command line: \(action.words)\(pid)"
    case (.worker?, _): return "ended by the worker"
    case (.key?, nil), (.command?, nil), (nil, _):
      return end.wasSeen ? "ended by itself" : "ended while nobody watched"
    }
  }
}
