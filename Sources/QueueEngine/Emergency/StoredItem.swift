internal import LosslessJSON

/// A memory that stands in some file, by what it is and by its bytes.
struct StoredItem: Hashable {
  let identity: ItemIdentity
  /// The project, as it stands there.
  let project: String
  /// When it was queued; `nil` where it does not say.
  let time: Timestamp?
  /// The item as it stands there.
  let bytes: [UInt8]

  /// The id's first characters, as a log names them.
  var shortID: String { ItemKey(id: identity.shownID.text).shortID }

  /// The item at an offset of a text, and where it ends; `nil` where nothing is there that could be sent.
  ///
  /// One with bytes that are not UTF-8 is none: put into a queue it would make the queue unreadable for
  /// Python.
  static func read(_ text: JSONText, at offset: Int = 0) -> (item: StoredItem, end: Int)? {
    ItemMembers.read(text, at: offset) { members, cursor in
      guard let id = members[.id], id.kind == .string || id.kind == .number, id.decodedCount > 0,
        let project = members[.project], project.kind == .string, project.decodedCount > 0,
        let content = members[.content], content.kind == .string, content.decodedCount > 0,
        cursor.invalidUTF8Offset == nil
      else { return nil }
      let item = StoredItem(
        identity: ItemIdentity(members, in: cursor),
        project: cursor.string(of: project),
        time: members[.timestamp].flatMap { cursor.moment(of: $0) },
        bytes: cursor.bytes(in: members.range)
      )
      return (item, members.range.upperBound)
    }
  }

  /// The item as the queue gets it: with the `retries` that other programs count in without asking.
  func asQueueItem() -> [UInt8] {
    let text = JSONText(bytes)
    guard let members = try? JSONMembers(of: text), members.value(of: "retries") == nil else {
      return bytes
    }
    return text.replacing(members.setting([("retries", Array("0".utf8))]))?.bytes ?? bytes
  }
}
