package import QueueEngine

/// What is known of one machine of the fleet.
package struct FleetMachine: Sendable {
  /// How the link to it stands.
  package enum Standing: Hashable, Sendable {
    /// It is being made for the first time.
    case connecting
    case live
    /// It is not there, for this reason, half a sentence.
    case lost(String)
  }

  /// How much a machine wants to be looked at; the greater wants it more.
  package enum Level: Int, Comparable, Sendable {
    case fine, connecting, warning, unknown, critical

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// What rows and prompts call it.
  package var name: String
  package var standing = Standing.connecting
  /// Since when the link is as it is, by our clock.
  package var since: Timestamp
  /// When something was last heard, by our clock; `nil` before the first line.
  package var heardAt: Timestamp?
  /// How far the clock there is ahead of ours; all moments of the snapshot are that clock's.
  package var clockLead = Duration.zero
  /// What was told last; without the lists where the machine is not open.
  package var snapshot: Snapshot?
  /// What is wrong there, as it was judged there, worst first.
  package var findings: [Finding] = []
  package var deadLetters = 0
  /// How many of them are due, and when the next of the others is.
  package var dueLetters = 0
  package var nextDue: Timestamp?
  /// What its findings are judged by.
  package var settings: EngineSettings?
  /// Whether actions are taken over the link.
  package var takesActions = false
  /// What runs there where the worker is asked for.
  package var workerCommand: [String] = []

  package init(name: String, since: Timestamp) {
    self.name = name
    self.since = since
  }

  /// Whether it is known how it stands there now.
  package var isLive: Bool { standing == .live && !findings.isEmpty }

  /// Whether nothing is heard of it.
  var isLost: Bool {
    if case .lost = standing { true } else { false }
  }

  package var level: Level {
    switch standing {
    case .connecting: .connecting
    case .lost: .unknown
    case .live:
      switch findings.first?.severity {
      case nil: .connecting
      case .ok: .fine
      case .warning: .warning
      case .critical: .critical
      }
    }
  }

  /// Where its worst finding stands among those of one severity, from what blocks everything to what looks odd.
  var rank: Int {
    guard let code = findings.first?.code else { return 0 }
    return FindingCode.allCases.firstIndex(of: code) ?? 0
  }

  /// Since when the machine is at this level, by our clock, where that is known.
  package var levelSince: Timestamp? {
    switch standing {
    case .connecting: nil
    case .lost: since
    case .live: findings.first?.since.map { $0 - clockLead }
    }
  }
}
