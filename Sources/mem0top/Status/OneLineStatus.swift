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
    let row = verdict.code.row
    let mark = verdict.severity == .critical ? "▲" : "△"
    return "\(mark) \(row.short)\(row.topic == .lock ? lockAge : "")"
  }

  private var lockAge: String {
    guard let modified = snapshot.lock.modifiedAt else { return "" }
    return " " + (now - modified).ageText.replacing(" ", with: "")
  }
}
