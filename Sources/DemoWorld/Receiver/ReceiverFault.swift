/// One way in which the receiver misbehaves, by script.
package struct ReceiverFault: Sendable {
  /// What the other side sees.
  package enum Reply: Sendable {
    /// A whole answer.
    case answer(status: Int, headers: [(name: String, value: String)] = [], body: String = "{}")
    /// No answer at all; the connection stays open.
    case silence
    /// The connection is reset (RST) without an answer.
    case reset
    /// The connection is closed in good order without an answer.
    case close
    /// The head of an answer, and then one byte of its body every 50 ms without end.
    case drip(status: Int)
    /// The head of an answer, and then as much body as the other side takes.
    case flood(status: Int)
  }

  package var reply: Reply
  /// Whether a memory is stored before the fault strikes, as a server does that dies while it answers.
  package var storesFirst: Bool

  package init(_ reply: Reply, storesFirst: Bool = false) {
    self.reply = reply
    self.storesFirst = storesFirst
  }

  /// An answer with this status, a JSON body and nothing stored.
  package static func status(
    _ status: Int,
    headers: [(name: String, value: String)] = [],
    body: String = "{}"
  ) -> ReceiverFault {
    ReceiverFault(.answer(status: status, headers: headers, body: body))
  }

  /// The request is taken and never answered.
  package static let silence = ReceiverFault(.silence)
  /// The memory is stored, but nobody hears of it.
  package static let silenceAfterStoring = ReceiverFault(.silence, storesFirst: true)
  /// The connection breaks before anything is stored.
  package static let reset = ReceiverFault(.reset)
  /// The memory is stored, and then the connection breaks.
  package static let resetAfterStoring = ReceiverFault(.reset, storesFirst: true)
  /// An answer of 200 that says that nothing was stored, in the words of each preset.
  package static let unaccepted = ReceiverFault.status(
    200,
    body: #"{"success":false,"results":[],"note":{"id":null}}"#
  )
}

/// What a fault applies to.
package enum ReceiverScope: Hashable, Sendable {
  /// Requests for health, whichever the preset and the endpoint.
  case health
  /// Memories that are added.
  case adds
  /// Searches for what was stored.
  case searches
  /// Questions about the platform's events.
  case events
  /// Only memories with this text as their id or project, or within their content; it goes before `adds`.
  case item(String)
}
