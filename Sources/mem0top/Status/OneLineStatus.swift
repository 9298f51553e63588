internal import QueueEngine

/// An observation in at most 60 columns, for tmux's status-right.
struct OneLineStatus {
  private static let mostColumns = 60

  private let snapshot: Snapshot
  private let verdict: Finding?
  private let now: Timestamp

  init(_ observation: Observation) {
    snapshot = observation.snapshot
    verdict = observation.findings.first
    now = observation.now
  }

  /// The line; a `#` is doubled, because tmux would read `#[…]` as a style.
  var text: String {
    var facts = [headline]
    if let pending = snapshot.queue.content?.pending, snapshot.queue.state != .missing {
      facts.append("q\(pending)")
    }
    if let items = snapshot.deadLetters.content?.items, snapshot.deadLetters.state != .missing {
      facts.append("dlq\(items.count)")
    }
    let line = facts.joined(separator: " · ").prefix(Self.mostColumns)
    return Scrubber.scrub(String(line)).replacing("#", with: "##")
  }

  private var headline: String {
    guard let verdict, verdict.severity > .ok else { return "● ok" }
    return "\(verdict.severity == .critical ? "▲" : "△") \(subject(of: verdict.code))"
  }

  /// What is wrong, in two or three words.
  private func subject(of code: FindingCode) -> String {
    switch code {
    case .falseAlarmStaleLock, .staleLock: "stale lock\(lockAge)"
    case .lockHung: "hung lock\(lockAge)"
    case .lockUnknown: "lock unclear\(lockAge)"
    case .directoryMissing: "no directory"
    case .unreadable: "unreadable file"
    case .queueCorrupt: "queue corrupt"
    case .deadLettersCorrupt: "dlq corrupt"
    case .serverRejects: "server refuses us"
    case .serverDown: "server down"
    case .deadLetterAlert, .deadLetterInvestigate: "dead letters"
    case .twoWorkers: "two workers"
    case .workerNotRunning: "no worker"
    case .metricsContradictProbe: "metrics old"
    case .poisonItems: "poison items"
    case .clockSkew: "clock skew"
    case .allClear: "ok"
    }
  }

  private var lockAge: String {
    guard let modified = snapshot.lock.modifiedAt else { return "" }
    return " " + (now - modified).ageText.replacing(" ", with: "")
  }
}
