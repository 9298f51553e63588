/// What happens in the demonstration: one scene of the loop, or one that is gone to directly.
package enum DemoIncident: String, CaseIterable, Sendable {
  /// Memories come in and are delivered.
  case calm
  /// The server is gone; nothing is counted against any memory.
  case outage
  /// One project's memories fail behind a server that says that it is healthy.
  case growth
  /// The fault is over, and the dead letters come back.
  case recovery
  /// A worker is killed with the lock in its hand.
  case killedWorker = "killed-worker"
  /// A hook writes a memory that nobody can deliver.
  case poison
  /// The incident that mem0top was made for, as it was found after three hours; time stands still.
  case staleLock = "stale-lock"

  /// The scenes of the loop, in their order: about three minutes.
  package static let loop: [DemoIncident] = [
    .calm, .outage, .growth, .recovery, .killedWorker, .poison,
  ]

  /// What is announced on the screen.
  package var announcement: String {
    switch self {
    case .calm: "calm: memories come in and are delivered"
    case .outage: "the server is switched off; nothing counts against a memory"
    case .growth: "502 for one project: five failures make a dead letter"
    case .recovery: "the fault is over: dead letters come back as they are due"
    case .killedWorker: "a worker was killed while it held the lock: press c"
    case .poison: "a hook wrote a memory that no server takes"
    case .staleLock: "three hours after a worker died holding the lock: press c, then s"
    }
  }

  /// How long the loop stays with it.
  var duration: Duration {
    switch self {
    case .calm: .seconds(25)
    case .outage, .killedWorker: .seconds(32)
    case .growth: .seconds(38)
    case .recovery: .seconds(35)
    case .poison: .seconds(20)
    case .staleLock: .seconds(24 * 3600)
    }
  }

  /// The files that it begins with.
  var scene: DemoScene {
    switch self {
    case .staleLock: .staleLock
    case .recovery: .recovery
    default: .calm
    }
  }
}
