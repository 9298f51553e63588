package import QueueEngine

/// What the demonstration shows.
package enum DemoScene: String, CaseIterable, Sendable {
  /// The incident that mem0top was made for.
  case staleLock = "stale-lock"
  /// A pipeline in good health.
  case calm

  /// Writes every file of the scene into a directory that is there and empty.
  package func write(into directory: String, now: Timestamp) throws(DemoError) {
    switch self {
    case .staleLock: try Incident.write(into: directory, now: now)
    case .calm: try CalmScene.write(into: directory, now: now)
    }
  }
}
