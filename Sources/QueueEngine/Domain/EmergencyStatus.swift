/// What waits in the emergency file, and in what a crash left of one that was being taken in.
public struct EmergencyStatus: Codable, Sendable, Hashable {
  /// How many memories.
  public var items = 0
  /// When the oldest of them was queued.
  public var oldest: Timestamp?
  /// How many whole lines are not memories.
  public var otherLines = 0
  /// The names of the files that hold any of that.
  public var files: [String] = []
  /// Why a file was not read, one sentence each.
  public var problems: [String] = []
  /// When the first of the files was last written.
  public var modifiedAt: Timestamp?

  /// Whether there is nothing to take in.
  public var isEmpty: Bool { items == 0 && otherLines == 0 }

  /// Makes the status of a directory without an emergency file.
  public init() {}
}

/// A backup or a conflict copy that holds memories which stand nowhere else.
public struct StrayCopy: Codable, Sendable, Hashable {
  /// Its name, scrubbed.
  public var name: String
  /// Its path.
  public var path: String
  /// When it came: at the latest when it was last written.
  public var modifiedAt: Timestamp?
  /// How many such memories it holds.
  public var items: Int

  /// Makes a copy with so many memories.
  public init(name: String, path: String, items: Int, modifiedAt: Timestamp? = nil) {
    self.name = name
    self.path = path
    self.items = items
    self.modifiedAt = modifiedAt
  }
}
