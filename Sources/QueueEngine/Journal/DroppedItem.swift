internal import LosslessJSON

/// A dead letter that was dropped and of which a copy is kept.
public struct DroppedItem: Hashable, Sendable {
  /// Its id, scrubbed.
  public let id: String
  /// Its project, scrubbed; empty where it has none.
  public let project: String
  /// When it was dropped, in UTC to the second.
  public let droppedAt: String
  /// Its bytes as they stood in the file.
  public let bytes: [UInt8]

  /// What is kept of the directory in `settings`, the last dropped first.
  ///
  /// One that was restored is left out, and so is one whose drop was taken back. Where the same item
  /// was dropped twice, it comes once.
  public static func kept(in settings: EngineSettings) throws(ActionError) -> [DroppedItem] {
    do throws(SystemError) {
      return try kept(by: ChangeJournal(settings: settings))
    } catch {
      throw .failed("The copies of dropped items cannot be read: \(error).")
    }
  }

  static func kept(by journal: ChangeJournal) throws(SystemError) -> [DroppedItem] {
    var items: [DroppedItem] = []
    // Newest first: a restore stands before the drop that it made good, and settles only older ones.
    var settled: Set<[UInt8]> = []
    for page in try journal.pages().reversed() {
      let isHistory = page.state == .done || (page.kind == .drop && page.state == .unsure)
      guard isHistory, page.kind == .restore || page.kind == .drop,
        let entry = try journal.entry(page)
      else { continue }
      for item in entry.items where settled.insert(item.bytes).inserted && page.kind == .drop {
        items.append(DroppedItem(item, droppedAt: entry.time))
      }
    }
    return items
  }

  init(_ item: JournalEntry.Item, droppedAt: String) {
    id = item.key.id
    bytes = item.bytes
    self.droppedAt = droppedAt
    project = Self.project(in: JSONText(item.bytes))
  }

  private static func project(in text: JSONText) -> String {
    var project = ""
    do throws(JSONError) {
      try text.withCursor { (cursor) throws(JSONError) in
        try cursor.readObject { (cursor, key) throws(JSONError) in
          let value = try cursor.readValue()
          if cursor.isEqual(key, to: "project_id"), value.kind == .string {
            project = cursor.scrubbedText(of: value)
          }
        }
      }
    } catch {
      return ""  // Only well-formed items are dropped; a damaged copy still has its id.
    }
    return project
  }
}
