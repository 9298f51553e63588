internal import LosslessJSON

/// An item that was dropped from a list and of which a copy is kept.
public struct DroppedItem: Hashable, Sendable {
  /// Its id, scrubbed.
  public let id: String
  /// Its project, scrubbed; empty where it has none.
  public let project: String
  /// When it was dropped, in UTC to the second.
  public let droppedAt: String
  /// The list that it was in.
  public let list: ListFile
  /// Its bytes as they stood in the file.
  public var bytes: [UInt8] { item.bytes }
  /// The item as the journal has it.
  let item: JournalEntry.Item

  /// What is kept of the directory in `settings`, the last dropped first.
  ///
  /// One that was restored is left out, and so is one whose drop was taken back. Two that are the same
  /// are two.
  public static func kept(in settings: EngineSettings) throws(ActionError) -> [DroppedItem] {
    do throws(SystemError) {
      return try kept(by: ChangeJournal(settings: settings), settings)
    } catch {
      throw .failed("The copies of dropped items cannot be read: \(error).")
    }
  }

  private static func kept(
    by journal: ChangeJournal,
    _ settings: EngineSettings
  ) throws(SystemError) -> [DroppedItem] {
    var items: [DroppedItem] = []
    // Newest first: a restore stands before the drop that it made good, and settles only older ones.
    var restored: [[UInt8]: Int] = [:]
    for page in try journal.pages().reversed() {
      let isHistory = page.state == .done || (page.kind == .drop && page.state == .unsure)
      guard isHistory, page.kind == .restore || page.kind == .drop,
        let entry = try journal.entry(page)
      else { continue }
      let list = entry.list(in: settings) ?? .deadLetters
      for item in entry.items {
        if page.kind == .restore {
          restored[item.bytes, default: 0] += 1
        } else if !restored.takeOne(item.bytes) {
          items.append(DroppedItem(item, from: list, droppedAt: entry.time))
        }
      }
    }
    return items
  }

  init(_ item: JournalEntry.Item, from list: ListFile, droppedAt: String) {
    self.item = item
    self.list = list
    id = item.key.id
    self.droppedAt = droppedAt
    // Only well-formed items are dropped; a damaged copy still has its id.
    project =
      ItemMembers.read(JSONText(item.bytes)) { members, cursor -> String? in
        guard let value = members[.project], value.kind == .string else { return nil }
        return cursor.scrubbedText(of: value)
      } ?? ""
  }
}

extension [[UInt8]: Int] {
  /// Takes one of these bytes out of the bag; `false` where there is none.
  mutating func takeOne(_ bytes: [UInt8]) -> Bool {
    guard let count = self[bytes], count > 0 else { return false }
    self[bytes] = count - 1
    return true
  }
}
