internal import QueueEngine

/// Pages and panels as plain, scrubbed text, for the pager and the clipboard.
extension Model {
  /// The columns for which a page is laid out where no screen limits it.
  private static let pageColumns = 100
  /// So long that nothing is broken: the pager breaks lines itself.
  private static let unbroken = 1 << 20
  /// More rows of a table are not written; the command line lists them all.
  private static let mostRows = 10_000

  /// The open page, or the focused panel, as text.
  var pageText: String {
    if let view = views.last { return text(of: view) }
    return focus == .deadLetters ? listText : text(of: OpenView(.panel(focus)))
  }

  /// A page as text, its long lines unbroken.
  private func text(of view: OpenView) -> String {
    var view = view
    view.item = view.item.map { LoadedItem($0.detail, columns: Self.unbroken) }
    let document = Document(view, model: self, columns: Self.pageColumns)
    let title = document.title.map(\.text).joined()
    return ([title, ""] + document.lines(0..<document.count).map(\.plainText))
      .map(Scrubber.scrub).joined(separator: "\n") + "\n"
  }

  /// The table as the filter and the order have it.
  private var listText: String {
    let items = (0..<min(list.shownCount, Self.mostRows)).compactMap {
      list.item(atRow: $0)
    }
    let table = TextTable(items, of: list.file, causes: shownCauses, now: now).text
    let rest = list.shownCount - items.count
    let ending = rest > 0 ? "… and \(rest) more: mem0top \(list.file.rawValue) list\n" : ""
    let lines = "\(ListPanel.summary(self))\n\n\(table)\(ending)".split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    return lines.map { Scrubber.scrub(String($0)) }.joined(separator: "\n")
  }
}

extension Line {
  /// The line without its styles.
  fileprivate var plainText: String {
    let parts = [left, right].map { $0.map(\.text).joined() }.filter { !$0.isEmpty }
    return parts.joined(separator: "  ")
  }
}
