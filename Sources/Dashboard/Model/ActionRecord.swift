package import QueueEngine

/// What one action of this session came to; the history page lists them.
package struct ActionRecord: Hashable, Sendable {
  package let time: Timestamp
  /// What was asked for.
  package let title: String
  package let kind: Notice.Kind
  /// What came of it, one sentence.
  package let result: String
  /// The facts behind it, one short sentence each.
  package let evidence: [String]
}
