/// An item as its reading knows it, to be found again in the next one.
package struct ItemTrace: Hashable, Sendable, Comparable {
  /// A number that stands for its id; two ids share one hardly ever, and then a count is off by one.
  package var digest: UInt64
  /// How often it has failed.
  package var failures: Int32

  package init(id: String, failures: Int) {
    digest = FNV1aHash.value(of: id)
    self.failures = Int32(clamping: failures)
  }

  package static func < (left: ItemTrace, right: ItemTrace) -> Bool {
    (left.digest, left.failures) < (right.digest, right.failures)
  }
}
