package import QueueEngine

/// A sentence at the foot of the screen: why a key did nothing, or what an action came to.
package struct Notice: Hashable, Sendable {
  /// What the sentence is, which decides its mark and its colour.
  package enum Kind: Sendable {
    /// Why the last key did nothing.
    case hint
    /// What was done.
    case success
    /// An action that is not allowed as things stand.
    case refusal
    /// An action that the system did not let us do.
    case failure
  }

  /// It goes after so long, or with the next key.
  static let lifetime = Duration.seconds(10)

  package let kind: Kind
  package let text: String
  package let shownAt: Timestamp

  package init(_ kind: Kind, _ text: String, at shownAt: Timestamp) {
    self.kind = kind
    self.text = text
    self.shownAt = shownAt
  }

  /// Whether it was shown long enough; a clock that was set back ends it, too.
  func isOver(at now: Timestamp) -> Bool {
    let age = now - shownAt
    return age >= Self.lifetime || age < .zero
  }
}
