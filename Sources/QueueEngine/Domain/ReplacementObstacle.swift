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

  /// Makes an obstacle.
  public init(list: ListFile, cause: Cause, sentence: String) {
    self.list = list
    self.cause = cause
    self.sentence = sentence
  }
}
