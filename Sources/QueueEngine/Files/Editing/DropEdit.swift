internal import LosslessJSON

/// Takes dead letters out of their file and leaves every other byte as it is.
struct DropEdit {
  /// What became of the items.
  struct Report {
    /// Those that leave, with their bytes.
    var dropped: [JournalEntry.Item] = []
    /// How many are not in the file.
    var goneCount = 0
    /// The hashes of the items that stay, in order.
    fileprivate var staying: [ContentHash] = []
  }

  private let file: String
  private let wanted: WantedItems
  private let now: Timestamp

  /// Makes the change for the items with the given keys in the file with a name.
  init(keys: [ItemKey], file: String, now: Timestamp) {
    self.file = file
    wanted = WantedItems(keys)
    self.now = now
  }

  /// The new bytes; `nil` where all of the items are gone.
  func apply(to bytes: consuming [UInt8]) throws(DecodingProblem) -> FileReplacement.Content<Report>
  {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    var wanted = wanted
    var report = Report()
    var removed: [Int] = []
    for (index, item) in list.items.enumerated() {
      if wanted.claim(itemWithID: item.key.id) != nil {
        removed.append(index)
        report.dropped.append(.init(key: item.key, bytes: list.bytes(at: index)))
      } else {
        report.staying.append(list.hash(at: index))
      }
    }
    report.goneCount = wanted.missingCount(ofFound: removed.count)
    guard !removed.isEmpty else { return .init(bytes: nil, report: report) }
    let replacements = list.elements.replacements(removing: removed, in: list.text)
    return .init(bytes: list.replacing(replacements, now: now)?.bytes, report: report)
  }

  /// Whether the new bytes parse and hold those items that were to stay, byte for byte.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool {
    let list = try ItemList(bytes, of: .deadLetters, file: file)
    return list.items.indices.map(list.hash(at:)) == report.staying
  }
}

extension ItemList {
  /// The hash of an item's bytes.
  func hash(at index: Int) -> ContentHash { ContentHash(text.bytes[elements.elements[index]]) }
}
