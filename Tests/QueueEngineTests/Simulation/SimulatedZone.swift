@testable import QueueEngine

/// A time zone of the simulation: seconds east of Greenwich, and perhaps one change of them.
struct SimulatedZone: Hashable, CustomStringConvertible {
  let name: String
  let offset: Int
  /// From this moment on it is so many seconds more.
  var change: (at: Timestamp, by: Int)?

  var description: String { name }

  static let utc = SimulatedZone(name: "UTC", offset: 0)
  static let tokyo = SimulatedZone(name: "UTC+9", offset: 9 * 3600)
  /// A zone that sets its clocks by an hour at a moment.
  static func losAngeles(changing moment: Timestamp, by seconds: Int) -> SimulatedZone {
    SimulatedZone(name: "UTC-8", offset: -8 * 3600, change: (moment, seconds))
  }

  static func == (one: Self, other: Self) -> Bool { one.name == other.name }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// What a clock on the wall shows, in seconds as if it were UTC.
  func wall(_ moment: Timestamp) -> Int {
    let shift = change.map { moment >= $0.at ? $0.by : 0 } ?? 0
    return Int(moment.secondsSinceEpoch.rounded(.down)) + offset + shift
  }

  /// The moment at which a clock on the wall shows that; of two the earlier one, as the C library
  /// prefers it.
  func moment(_ wall: Int) -> Int {
    let before = wall - offset
    guard let change, Double(before) >= change.at.secondsSinceEpoch else { return before }
    return before - change.by
  }
}
