internal import LosslessJSON

/// A member of an item that means something to us; all others are kept and shown as they are.
enum ItemField: Int {
  case id
  case project
  case content
  case timestamp
  case retries
  case retryCount
  case lastAttempt
  case movedAt
  case lastError

  /// How many there are.
  static let count = 9

  /// The field that a key names, told by its length first; `nil` for a key that we do not know.
  init?(_ key: JSONValue, in cursor: borrowing JSONCursor) {
    let candidate: (field: ItemField, name: StaticString)
    switch key.decodedCount {
    case 2: candidate = (.id, "id")
    case 7 where cursor.isEqual(key, to: "content"): candidate = (.content, "content")
    case 7: candidate = (.retries, "retries")
    case 9: candidate = (.timestamp, "timestamp")
    case 10 where cursor.isEqual(key, to: "project_id"): candidate = (.project, "project_id")
    case 10: candidate = (.lastError, "last_error")
    case 11: candidate = (.retryCount, "retry_count")
    case 12: candidate = (.lastAttempt, "last_attempt")
    case 15: candidate = (.movedAt, "moved_to_dlq_at")
    default: return nil
    }
    guard cursor.isEqual(key, to: candidate.name) else { return nil }
    self = candidate.field
  }
}
