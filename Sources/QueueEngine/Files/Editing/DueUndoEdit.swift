internal import LosslessJSON

/// Gives dead letters that were made due the `last_attempt` back that they had.
///
/// An item is left as it is where its `last_attempt` is no longer 0: a worker has tried it since.
struct DueUndoEdit {
  /// What became of the items.
  struct Report {
    /// Those that have their old time again.
    var restored: [ItemKey] = []
    /// How many were tried since.
    var triedCount = 0
    /// How many are no longer in the file.
    var goneCount = 0
    /// How many items the file holds.
    fileprivate var itemCount = 0
  }

  private let file: String
  private let old: [ItemKey: [UInt8]]
  private let now: Timestamp

  /// Makes the change for items with the bytes of their old `last_attempt`.
  init(items: [JournalEntry.Item], file: String, now: Timestamp) {
    self.file = file
    old = Dictionary(items.map { ($0.key, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    self.now = now
  }

  /// The new bytes; `nil` where none of the items can have its old time back.
  func apply(to bytes: consuming [UInt8]) throws(DecodingProblem) -> FileReplacement.Content<Report>
  {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    var report = Report(itemCount: list.items.count)
    var replacements: [JSONReplacement] = []
    var foundCount = 0
    for item in list.items {
      guard let bytes = old[item.key] else { continue }
      foundCount += 1
      if let range = item.lastAttempt, item.isDue {
        replacements.append(JSONReplacement(range, with: bytes))
        report.restored.append(item.key)
      }
    }
    report.triedCount = foundCount - report.restored.count
    report.goneCount = old.count - foundCount
    guard !replacements.isEmpty else { return .init(bytes: nil, report: report) }
    return .init(bytes: list.replacing(replacements, now: now)?.bytes, report: report)
  }

  /// Whether the new bytes parse, with as many items, and those that were meant have their old time.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    let wanted = Set(report.restored)
    let restored = list.items.filter { item in
      guard wanted.contains(item.key), let range = item.lastAttempt else { return false }
      return old[item.key]?.elementsEqual(bytes[range]) == true
    }
    return list.items.count == report.itemCount && restored.count == wanted.count
  }
}
