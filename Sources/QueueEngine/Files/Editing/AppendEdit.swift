internal import LosslessJSON

/// Puts dead letters back at the end of their file, none that is there already.
struct AppendEdit {
  /// What became of the items.
  struct Report {
    /// Those that were put back.
    var appended: [JournalEntry.Item] = []
    /// How many are in the file already.
    var presentCount = 0
    /// The hashes of all items that are to be in the file, in order.
    fileprivate var expected: [ContentHash] = []
  }

  private let file: String
  private let items: [JournalEntry.Item]
  private let now: Timestamp

  /// Makes the change for items with their bytes, for the file with a name.
  init(items: [JournalEntry.Item], file: String, now: Timestamp) {
    self.file = file
    self.items = items
    self.now = now
  }

  /// The new bytes; `nil` where all of the items are there.
  func apply(to bytes: consuming [UInt8]) throws(DecodingProblem) -> FileReplacement.Content<Report>
  {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    var present = Set(list.items.map(\.identity))
    var report = Report()
    report.expected = list.items.indices.map(list.hash(at:))
    for item in items {
      let identity =
        ItemList.identity(of: item.bytes)
        ?? .init(id: item.key.exactID, content: ContentHash(item.bytes))
      if present.insert(identity).inserted {
        report.appended.append(item)
        report.expected.append(ContentHash(item.bytes))
      }
    }
    report.presentCount = items.count - report.appended.count
    guard !report.appended.isEmpty else { return .init(bytes: nil, report: report) }
    let replacements = list.elements.replacements(
      appending: report.appended.map(\.bytes),
      in: list.text
    )
    return .init(bytes: list.replacing(replacements, now: now)?.bytes, report: report)
  }

  /// Whether the new bytes parse and hold what was there and what came, byte for byte.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    return list.items.indices.map(list.hash(at:)) == report.expected
  }
}
