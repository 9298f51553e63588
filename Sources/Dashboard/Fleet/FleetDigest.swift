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
  /// A row for each machine, those that want most to be looked at first.
  package let table: TextTable

  package init(_ machines: [FleetMachine], at now: Timestamp, zoneOffset: Duration) {
    var fleet = Fleet(machines)
    fleet.take([:])
    let verdict = FleetVerdict(fleet, at: now)
    heading = "\(verdict.mark) \(verdict.heading)"
    sentence = verdict.sentence
    counts = FleetVerdict.counts(fleet)
    level = verdict.level
    let rows = fleet.rows.map { place in
      FleetRow(machine: fleet.machines[place], now: now, zoneOffset: zoneOffset)
    }
    table = TextTable(FleetTable.columns(), of: rows)
  }
}
