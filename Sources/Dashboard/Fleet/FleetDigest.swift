package import QueueEngine

/// The fleet as text, for who has no screen: the same verdict and the same rows.
package struct FleetDigest: Sendable {
  /// The mark and the heading of the verdict: `✖ dev-1: STALE LOCK`.
  package let heading: String
  /// The verdict's sentence; empty where the heading says all.
  package let sentence: String
  /// How many machines stand how.
  package let counts: String
  package let level: FleetMachine.Level
  package let headings: [String]
  /// The columns whose cells stand at the right.
  package let rightAligned: Set<Int>
  /// A row for each machine, those that want most to be looked at first.
  package let rows: [[String]]

  package init(_ machines: [FleetMachine], at now: Timestamp, zoneOffset: Duration) {
    var fleet = Fleet(machines)
    fleet.take([:])
    let verdict = FleetVerdict(fleet, at: now)
    heading = "\(verdict.mark) \(verdict.heading)"
    sentence = verdict.sentence
    counts = FleetVerdict.counts(fleet)
    level = verdict.level
    let columns = FleetColumn.all
    headings = columns.map(\.title)
    rightAligned = Set(columns.indices.filter { columns[$0].isRight })
    rows = fleet.rows.map { place in
      columns.map { column in
        let spans = column.spans(fleet.machines[place], now, zoneOffset)
        // Why there is no answer stands in a column of its own here.
        let isLost = fleet.machines[place].level == .unknown && column.title == "STATE"
        return (isLost ? spans.prefix(1) : spans[...]).map(\.text).joined()
      }
    }
  }
}
