/// What became of the last attempt to read a file.
public enum FileState: String, Codable, Sendable {
  /// Read whole, and understood.
  case ok
  /// There is no such file.
  case missing
  /// The file is there and does not parse; its bytes are left alone.
  case corrupt
  /// The system refused to let us read it.
  case unreadable
}

/// Why a file's content could not be used, as one sentence for a person.
public struct ReadProblem: Hashable, Codable, Sendable {
  /// What a problem comes from.
  public enum Cause: String, Codable, Sendable {
    /// A write of ours was cut; the whole new version lies beside the file, and the next change
    /// completes it.
    case cutWrite
  }

  /// What happened, where, and what to do.
  public var message: String
  /// Offset into the file, in bytes, of the first byte that is wrong, where one is known.
  public var byteOffset: Int?
  /// What it comes from, where that is known.
  public var cause: Cause?

  /// Makes a problem from its sentence and, where one is known, the offset of the offending byte.
  public init(_ message: String, byteOffset: Int? = nil) {
    self.message = message
    self.byteOffset = byteOffset
  }
}

/// The outcome of reading one file, which keeps the last good content when a later reading fails.
public struct FileReading<Content: Sendable>: Sendable {
  /// What became of the last attempt.
  public var state: FileState
  /// Why the last attempt failed; `nil` where it did not.
  public var problem: ReadProblem?
  /// Counts up each time that `content` is read anew, so that a view can tell new from old at once.
  public var revision = 0
  /// The last content that was read whole; `nil` if there never was one.
  public var content: Content?
  /// When `content` was last known to be what the file holds.
  public var contentAsOf: Timestamp?
  /// When the file was last modified, by its own time stamp.
  public var modifiedAt: Timestamp?

  /// Since when it could not be read: when its mode, its owner or its name last changed, or our first
  /// look; `nil` where it could, or is missing.
  public var unreadableSince: Timestamp?

  /// Makes a reading; a file that was never read is `missing`.
  public init(
    state: FileState = .missing,
    problem: ReadProblem? = nil,
    content: Content? = nil,
    contentAsOf: Timestamp? = nil,
    modifiedAt: Timestamp? = nil
  ) {
    self.state = state
    self.problem = problem
    self.content = content
    self.contentAsOf = contentAsOf
    self.modifiedAt = modifiedAt
  }
}

// Not of the type itself: the runtime would look for these conformances, a search through all of the
// program's, before the first reading.
extension FileReading: Codable where Content: Codable {}
