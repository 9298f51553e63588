/// Why a file cannot take a new version, so that what becomes of its items could not be noted in it.
public struct ReplacementObstacle: Hashable, Codable, Sendable {
  /// What is in the way.
  public enum Cause: String, Hashable, Codable, Sendable {
    /// It is a mount of its own, or lies on a file system that is mounted read-only.
    case mount
    /// It, or its directory, is immutable or append-only.
    case flag
    /// It belongs to somebody else.
    case owner
    /// Nothing may be created in its directory.
    case directory
    /// There is no room beside it.
    case disk
    /// It has several names, or is no plain file.
    case links
  }

  /// Which list it holds.
  public var list: ListFile
  /// What is in the way.
  public var cause: Cause
  /// Which file, why, and what to do: one sentence with its full stop.
  public var sentence: String
  /// Since when it is in the way, as far as that was seen.
  public var since: Timestamp?

  /// Makes an obstacle.
  public init(list: ListFile, cause: Cause, sentence: String, since: Timestamp? = nil) {
    self.list = list
    self.cause = cause
    self.sentence = sentence
    self.since = since
  }

  /// Whether it is what stood in the way before, whenever that was seen.
  func isSame(as other: ReplacementObstacle) -> Bool {
    list == other.list && cause == other.cause && sentence == other.sentence
  }
}

/// Whether what is delivered could be taken out of the files.
public struct AcknowledgementStatus: Hashable, Codable, Sendable {
  /// Why a file cannot be replaced, as it can be seen or as our worker found by trying.
  public var obstacles: [ReplacementObstacle] = []
  /// How many memories the server has that could not be taken out; they are not sent again.
  public var unacknowledged = 0
  /// Since when the first of them has been so.
  public var unacknowledgedSince: Timestamp?

  /// Makes a status without obstacles.
  public init() {}
}
