/// One row of the key table: it feeds dispatch, footer, help and `docs/keys.md`.
package struct Binding: Sendable {
  /// Where it stands in the help.
  package enum Section: String, CaseIterable, Sendable {
    case act = "Act"
    case look = "Look"
    case move = "Move"
    case session = "Session"
    case replay = "In a recording"
    case answer = "While something is asked or typed"
  }

  package let section: Section
  /// None where only the palette offers it.
  package internal(set) var keys: [Key]
  package let command: Command
  /// One or two words for the footer, as things stand; `nil` where they are of no use now.
  package let title: @Sendable (Model) -> String?
  /// What it does, for the help.
  package let summary: String
  /// Where it is valid.
  package let modes: [Mode]
  /// Its rank among those that the footer shows, the most important first; `nil`: never shown there.
  package let footerRank: Int?
  /// Why it cannot be used now; `nil` if it can.
  package let disabledReason: @Sendable (Model) -> String?

  package init(
    _ section: Section,
    _ keys: [Key],
    _ command: Command,
    _ title: String,
    _ summary: String,
    modes: [Mode] = Mode.browsing,
    footerRank: Int? = nil,
    titleNow: (@Sendable (Model) -> String?)? = nil,
    disabledReason: @escaping @Sendable (Model) -> String? = { _ in nil }
  ) {
    self.section = section
    self.keys = keys
    self.command = command
    self.title = titleNow ?? { _ in title }
    self.summary = summary
    self.modes = modes
    self.footerRank = footerRank
    self.disabledReason = disabledReason
  }

  /// Its keys as the help shows them; where it has none, what is typed into the palette.
  package func label(_ charset: Charset = .unicode) -> String {
    keys.isEmpty
      ? ":\(command.name)" : keys.map { $0.label(charset) }.joined(separator: " ")
  }
}
