/// Which mem0top this is.
enum Version {
  /// The number of the release.
  static let number = "0.1.0"
}
