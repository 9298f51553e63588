internal import QueueEngine

/// Which mem0top this is.
enum Version {
  /// The number of the release.
  static let number = "0.1.0"

  /// The number with the commit, where the build named one.
  static let text = number + (BuildFacts.commit.map { " (\($0))" } ?? "")
}
