internal import LosslessJSON

/// Turns the members of items into values, and notes what is odd about them.
struct ItemReader {
  /// Content from this size on is flagged, in bytes.
  private static let largestUsualContent = 1 << 20

  /// The element that was read last.
  private(set) var members = ItemMembers()
  /// What is odd about it, as far as it was asked for.
  private(set) var flags: ItemFlags = []
  private let latestPlausibleTime: Timestamp
  private var projects = TextCache()
  private var causes = TextCache()

  init(now: Timestamp) {
    latestPlausibleTime = now + FirstSights.tolerance
  }

  /// Reads the element at the cursor.
  mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
    try members.read(&cursor)
    flags = members.flags
  }

  /// Whether the element has members at all, so that it can be judged by them.
  var hasMembers: Bool {
    flags.isDisjoint(with: [.notAnObject, .malformed])
  }

  /// The id as text, scrubbed; empty where there is none.
  mutating func id(in cursor: borrowing JSONCursor) -> String {
    guard let value = members[.id], value.kind == .string || value.kind == .number else {
      return missingID()
    }
    if value.kind == .number { flags.insert(.numericID) }
    let id = cursor.scrubbedText(of: value)
    return id.isEmpty ? missingID() : id
  }

  /// The project, scrubbed; empty where there is none.
  mutating func project(in cursor: borrowing JSONCursor) -> String {
    guard let value = members[.project], value.kind == .string else {
      if hasMembers { flags.insert(.blankProject) }
      return ""
    }
    let project = projects.text(of: value, in: cursor)
    if project.isBlank { flags.insert(.blankProject) }
    return project.text
  }

  /// The size of the content, decoded, in bytes.
  mutating func contentBytes() -> Int {
    guard let value = members[.content], value.kind == .string, value.decodedCount > 0 else {
      if hasMembers { flags.insert(.noContent) }
      return 0
    }
    if value.decodedCount > Self.largestUsualContent { flags.insert(.hugeContent) }
    return value.decodedCount
  }

  /// A count of retries; 0 where it is absent or not usable.
  mutating func retries(_ field: ItemField, in cursor: borrowing JSONCursor) -> Int {
    guard let value = members[field] else { return 0 }
    guard let count = cursor.integer(of: value), count >= 0 else {
      flags.insert(.badRetryCount)
      return 0
    }
    return count
  }

  /// How often a dead letter failed in the queue; 0 where the file does not say.
  func queueRetries(in cursor: borrowing JSONCursor) -> Int {
    members[.retries].flatMap { cursor.integer(of: $0) }.map { max($0, 0) } ?? 0
  }

  /// A time; `nil` where it is absent or no finite number of seconds.
  mutating func time(_ field: ItemField, in cursor: borrowing JSONCursor) -> Timestamp? {
    guard let value = members[field] else { return nil }
    guard let number = cursor.double(of: value), number.isFinite else {
      flags.insert(.badTime)
      return nil
    }
    let unit = TimeUnit(of: number)
    if unit == .milliseconds { flags.insert(.milliseconds) }
    let time = Timestamp(unit.seconds(number))
    if time > latestPlausibleTime { flags.insert(.futureTime) }
    return time
  }

  /// Notes a time that is no number, without reading it: nothing depends on its value.
  mutating func checkIsNumber(_ field: ItemField) {
    if let value = members[field], value.kind != .number { flags.insert(.badTime) }
  }

  /// The cause of the last failure, scrubbed; `nil` where it is not known.
  mutating func lastError(in cursor: borrowing JSONCursor) -> String? {
    guard let value = members[.lastError], value.kind == .string else { return nil }
    let cause = causes.text(of: value, in: cursor).text
    return cause.isEmpty ? nil : cause
  }

  private mutating func missingID() -> String {
    if hasMembers { flags.insert(.missingID) }
    return ""
  }
}
