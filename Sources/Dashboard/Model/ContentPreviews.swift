internal import QueueEngine

/// The beginnings of the contents that a wide table shows, read as they come into sight.
package struct ContentPreviews: Hashable, Sendable {
  /// More are not kept; those that are seen are asked for anew.
  private static let most = 1000
  /// So many lines and characters of each.
  private static let mostLines = 20
  private static let longest = 400

  /// An item with another content is another one.
  private struct Key: Hashable {
    let item: ItemKey
    let bytes: Int

    init(_ item: DeadLetter) { (self.item, bytes) = (item.key, item.contentBytes) }
  }

  private var texts: [Key: String] = [:]
  /// Those that were asked for and have not come.
  private var pending: [ItemKey: Key] = [:]

  package init() {}

  /// What is known of an item's content.
  func text(of item: DeadLetter) -> String? { texts[Key(item)] }

  /// Those of the items of which nothing is known, and takes that they are asked for.
  mutating func ask(for items: [DeadLetter]) -> [ItemKey] {
    let unknown = items.filter { texts[Key($0)] == nil && pending[$0.key] == nil }
    if texts.count + unknown.count > Self.most { texts = [:] }
    for item in unknown { pending[item.key] = Key(item) }
    return unknown.map(\.key)
  }

  /// Takes contents that were asked for, in lines; the blank ones are left out.
  mutating func take(_ contents: [ItemKey: [String]]) {
    for (item, lines) in contents {
      guard let key = pending.removeValue(forKey: item) else { continue }
      let text = lines.lazy.filter { !$0.isEmpty }.prefix(Self.mostLines).joined(separator: " ")
      texts[key] = String(text.prefix(Self.longest))
    }
  }
}

extension Model {
  /// Asks for the contents that the table shows and that were not read yet.
  mutating func askForPreviews() -> [Effect] {
    guard views.isEmpty, !list.isGrouped, let layout, snapshot != nil else { return [] }
    let rect = zoomedRect ?? layout.deadLetters
    let columns = ListPanel.tableColumns(
      in: rect,
      isFramed: zoomedRect != nil || layout.isFramed
    )
    guard !isListHidden, ItemTable.layout(of: shownList, in: columns).showsRest else { return [] }
    let items = list.items(atRows: list.top..<list.top + tableRows)
    let keys = list.previews.ask(for: items)
    return keys.isEmpty ? [] : [.loadPreviews(keys, of: shownList)]
  }
}
