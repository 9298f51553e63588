internal import LosslessJSON

/// One item of a list, as far as a worker decides by it; its texts stay in the file.
struct WorkItem: Hashable {
  /// Its id as it is shown, and how many with the same id stand before it.
  let key: ItemKey
  /// Its project, scrubbed.
  let project: String
  /// Its `retries` in the queue, its `retry_count` as a dead letter.
  let failures: Int
  /// Its last attempt; 0 where it has none.
  let lastAttempt: Timestamp
  /// Whether a receiver could take it and an answer could be noted: it has an id and no grave flag.
  let isSendable: Bool

  /// Its failures once it has failed again; one that is as large as can be stays so.
  var nextFailures: Int { min(failures, .max - 1) + 1 }

  /// When it may be tried again, as a dead letter.
  var dueAt: Timestamp { Backoff.due(lastAttempt: lastAttempt, retryCount: failures) }
}

extension Memory {
  /// The item at an offset of a text; `nil` where that is nothing that can be sent.
  init?(in text: JSONText, at offset: Int) {
    let found = text.withCursor(from: offset) { cursor -> Memory? in
      var members = ItemMembers()
      do throws(JSONError) {
        try members.read(&cursor)
      } catch {
        return nil  // It was read before; a text that is not this one holds no item there.
      }
      guard let id = members[.id], let project = members[.project], project.kind == .string,
        let content = members[.content], content.kind == .string
      else { return nil }
      let seconds = members[.timestamp].flatMap { cursor.double(of: $0) }
      return Memory(
        id: cursor.string(of: id),
        project: cursor.string(of: project),
        content: cursor.string(of: content),
        createdAt: seconds.flatMap { $0.isFinite ? Timestamp($0) : nil }
      )
    }
    guard let found else { return nil }
    self = found
  }
}
