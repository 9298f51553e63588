/// What the person's own terminal is to tell, also where nobody looks at it.
package struct TerminalAlert: Hashable, Sendable {
  /// How a terminal is asked for a notification, by the number of the sequence.
  package enum Form: Hashable, Sendable {
    case osc9, osc777, osc99
  }

  /// A few words, scrubbed.
  package var title: String
  /// A sentence, scrubbed.
  package var body: String
  /// Whether the bell rings.
  package var rings: Bool
  /// The notification; `nil` shows none.
  package var form: Form?
  /// Whether it has to pass a tmux to get to the terminal.
  package var isForOuterTerminal = false

  package init(title: String, body: String, rings: Bool) {
    self.title = title
    self.body = body
    self.rings = rings
  }
}
