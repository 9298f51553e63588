package import QueueEngine

/// A view that covers the dashboard until Esc; it scrolls.
package struct OpenView: Sendable {
  /// What it shows.
  package enum Subject: Hashable, Sendable {
    /// One item of a list.
    case item(ItemKey, of: ListFile = .deadLetters)
    /// Everything that is wrong, with its evidence.
    case findings
    /// What there is to know about one panel.
    case panel(Panel)
    /// The keys.
    case help
    /// What was done to the files, and on whose word.
    case history
    /// The line of the log that has this number.
    case logLine(Int)
  }

  package let subject: Subject
  /// The line at its top.
  package var scroll = 0
  /// Whose acts the history shows; `nil` shows all.
  package var origin: ActionOrigin?
  /// What is looked for on it.
  package var search = FoldedText("")
  /// Only the lines that hold it are shown.
  package var isNarrowed = false
  /// The line of the match at which a search stands.
  package var match: Int?
  /// The item's texts, broken into lines of the screen's width, once they were read.
  package var item: LoadedItem?

  package init(_ subject: Subject) {
    self.subject = subject
  }
}

/// An item as it was read, with its long texts broken for one width.
///
/// Breaking 10 MiB of content takes longer than a frame may, so it is done once for each width.
package struct LoadedItem: Sendable {
  package let detail: ItemDetail
  package let columns: Int
  package let content: [String]
  package let raw: [String]

  package init(_ detail: ItemDetail, columns: Int) {
    self.detail = detail
    self.columns = columns
    content = detail.content.flatMap { CellWidth.wrapped($0, to: columns) }
    raw = detail.rawLines.flatMap { CellWidth.wrapped($0, to: columns) }
  }
}
