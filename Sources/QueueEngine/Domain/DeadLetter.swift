/// Oddities of a queued or dead-lettered item, each explained to the person in the item view.
public struct ItemFlags: OptionSet, Hashable, Sendable {
  /// One bit for each flag.
  public let rawValue: UInt16

  /// Makes a set of flags from its bits.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// There is no `id`, or it is not text or a number.
  public static let missingID = ItemFlags(rawValue: 1 << 0)
  /// Another item of the file has the same `id`.
  public static let duplicateID = ItemFlags(rawValue: 1 << 1)
  /// The `id` is a number instead of text.
  public static let numericID = ItemFlags(rawValue: 1 << 2)
  /// `content` is absent, `null`, empty, or not text.
  public static let noContent = ItemFlags(rawValue: 1 << 3)
  /// `content` is larger than 1 MiB.
  public static let hugeContent = ItemFlags(rawValue: 1 << 4)
  /// `retry_count` is below 0 or not a whole number; it counts as 0.
  public static let badRetryCount = ItemFlags(rawValue: 1 << 5)
  /// A time of the item lies in the future.
  public static let futureTime = ItemFlags(rawValue: 1 << 6)
  /// A time is not a number of seconds (an ISO text, say); `last_attempt` then counts as 0.
  public static let badTime = ItemFlags(rawValue: 1 << 7)
  /// The element of the list is not an object.
  public static let notAnObject = ItemFlags(rawValue: 1 << 8)
  /// A text of the item is not valid UTF-8.
  public static let invalidUTF8 = ItemFlags(rawValue: 1 << 9)
  /// The item has the same key twice; the last one counts, as in Python.
  public static let duplicateKeys = ItemFlags(rawValue: 1 << 10)
  /// `project_id` is absent, not text, empty, or blank.
  public static let blankProject = ItemFlags(rawValue: 1 << 11)
  /// The item is not well-formed JSON.
  public static let malformed = ItemFlags(rawValue: 1 << 12)
  /// A time is in milliseconds; it is read as such.
  public static let milliseconds = ItemFlags(rawValue: 1 << 13)

  /// The flags of an item that no retry can deliver.
  package static let undeliverable: ItemFlags = [
    .missingID, .noContent, .notAnObject, .invalidUTF8, .blankProject, .malformed,
  ]

  /// Each flag with its name in the JSON of `status` and its explanation.
  package static let catalog: [(flag: ItemFlags, name: String, explanation: String)] = [
    (
      .missingID, "missing_id",
      "has no usable id: give it one in the file, as text that no other item has"
    ),
    (.duplicateID, "duplicate_id", "shares its id with another item"),
    (.numericID, "numeric_id", "its id is a number instead of text"),
    (.noContent, "no_content", "has no content to deliver"),
    (.hugeContent, "huge_content", "its content is larger than 1 MiB"),
    (
      .badRetryCount, "bad_retry_count",
      "its retry_count is not a whole number from 0 up; 0 is assumed"
    ),
    (.futureTime, "future_time", "one of its times is in the future"),
    (.badTime, "bad_time", "one of its times is not a number of seconds; 0 is assumed"),
    (.notAnObject, "not_an_object", "is not a JSON object"),
    (.invalidUTF8, "invalid_utf8", "contains bytes that are not UTF-8"),
    (.duplicateKeys, "duplicate_keys", "has the same key twice; the last one counts"),
    (.blankProject, "blank_project", "its project_id is missing or blank"),
    (.malformed, "malformed", "is not well-formed JSON"),
    (.milliseconds, "milliseconds", "one of its times is in milliseconds, and is read as such"),
  ]

  /// The names of the flags that are set, in the order of the catalog.
  public var names: [String] {
    Self.catalog.filter { contains($0.flag) }.map(\.name)
  }
}

/// Flags are encoded as the list of their names.
extension ItemFlags: Codable {
  /// Reads a list of flag names; a name that is not known is ignored.
  public init(from decoder: any Decoder) throws {
    let names = try decoder.singleValueContainer().decode([String].self)
    self = Self.catalog.reduce(into: []) { flags, entry in
      if names.contains(entry.name) { flags.insert(entry.flag) }
    }
  }

  /// Writes the list of flag names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}

/// What tells one dead letter from all others, also where ids are missing or double.
///
/// Ids are told apart by their bytes, see `ExactText`.
public struct ItemKey: Hashable, Codable, Sendable {
  /// The item's id, scrubbed for display; empty where it has none.
  public var id: String
  /// How many items with the same id stand before it in the file.
  public var occurrence: Int
  /// What tells it from the others with its id, by project and content; `nil` where it has the id alone.
  ///
  /// Places shift when one of them leaves, so an action goes by this; a list on a screen does not.
  package var digest: UInt64?

  /// Makes the key of the item that `occurrence` others with the same `id` precede.
  public init(id: String, occurrence: Int = 0) {
    self.id = id
    self.occurrence = occurrence
  }

  /// Whether the ids have the same bytes, at the same place among those that share them.
  public static func == (one: ItemKey, other: ItemKey) -> Bool {
    one.occurrence == other.occurrence && one.exactID == other.exactID
  }

  /// Hashes what is compared.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(exactID)
    hasher.combine(occurrence)
  }

  /// The id as it is compared.
  package var exactID: ExactText { ExactText(id) }

  /// The first eight characters of the id, as lists and logs show it.
  package var shortID: String { String(id.prefix(8)) }
}

/// An item that waits in the queue, in the shape that both lists share: `retryCount` is its `retries`,
/// `movedAt` its `timestamp`, and it is always due.
public typealias QueuedItem = DeadLetter

/// An item that failed five deliveries and now waits for its next retry.
///
/// It holds what a list of 100 000 needs; the content stays on disk until somebody asks for it.
public struct DeadLetter: Hashable, Codable, Sendable {
  /// What tells the item from all others.
  public var key: ItemKey
  /// The project, scrubbed for display; empty where it is absent or not text.
  public var project: String
  /// How often the dead letter was retried; 0 where absent or not usable.
  public var retryCount: Int
  /// How often it failed in the queue before it was a dead letter; 0 where the file does not say.
  public var queueRetries: Int
  /// The last delivery attempt; 0 means due at once.
  public var lastAttempt: Timestamp
  /// When the item came into the dead-letter queue, where that is known.
  public var movedAt: Timestamp?
  /// The size of the content, in bytes of UTF-8, decoded.
  public var contentBytes: Int
  /// Oddities of the item.
  public var flags: ItemFlags
  /// The cause of the last failure as our worker notes it, scrubbed; `nil` where it is not known.
  public var lastError: String?
  /// Where the item stands in the file, in bytes.
  public var byteRange: Range<Int>
  /// Offset of the first byte that is wrong, for `invalidUTF8` and `malformed`.
  public var problemOffset: Int?

  /// Makes a dead letter.
  public init(
    key: ItemKey,
    project: String,
    retryCount: Int,
    lastAttempt: Timestamp,
    movedAt: Timestamp? = nil,
    contentBytes: Int = 0,
    flags: ItemFlags = [],
    lastError: String? = nil,
    byteRange: Range<Int> = 0..<0,
    problemOffset: Int? = nil,
    queueRetries: Int = 0
  ) {
    self.queueRetries = queueRetries
    self.key = key
    self.project = project
    self.retryCount = retryCount
    self.lastAttempt = lastAttempt
    self.movedAt = movedAt
    self.contentBytes = contentBytes
    self.flags = flags
    self.lastError = lastError
    self.byteRange = byteRange
    self.problemOffset = problemOffset
  }

  /// The moment from which the item may be tried again.
  public var dueAt: Timestamp {
    Backoff.due(lastAttempt: lastAttempt, retryCount: retryCount)
  }

  /// Whether the item may be tried now.
  public func isDue(at now: Timestamp) -> Bool {
    dueAt <= now
  }

  /// How often it has failed in all, as far as the file says.
  package var failures: Int { retryCount.addingReportingOverflow(queueRetries).partialValue }

  /// Whether the item cannot be sent as it stands, or the server has refused it for itself twice.
  package var isPoison: Bool {
    if !flags.isDisjoint(with: .undeliverable) { return true }
    guard failures >= 2, let lastError else { return false }
    return Self.itemFaults.contains { lastError.hasPrefix($0) }
  }

  /// Whether a finding may be about the item.
  var isSuspect: Bool {
    isPoison || flags.contains(.futureTime) || refusal != nil
  }

  /// The answer by which the server refused us when the item was last sent; `nil` for other causes.
  var refusal: DeliveryRefusal? { lastError.flatMap(DeliveryRefusal.init) }

  /// Answers that say that the item itself is wrong.
  private static let itemFaults = ["HTTP 400", "HTTP 413", "HTTP 422"]
}
