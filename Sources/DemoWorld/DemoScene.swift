package import QueueEngine

/// What the demonstration shows.
package enum DemoScene: String, CaseIterable, Sendable {
  /// The incident that mem0top was made for.
  case staleLock = "stale-lock"
  /// A pipeline in good health.
  case calm
  /// The same, and many dead letters of a fault that is over.
  case recovery

  /// Writes every file of the scene into a directory that is there and empty.
  package func write(into directory: String, now: Timestamp) throws(DemoError) {
    switch self {
    case .staleLock: try Incident.write(into: directory, now: now)
    case .calm: try CalmScene.write(into: directory, now: now)
    case .recovery: try CalmScene.write(into: directory, letters: DemoDeadLetter.all, now: now)
    }
  }
}
