import Foundation

/// The seeds of a property, which a person may make more or fewer.
package enum Seeds {
  /// As many as `MEM0TOP_SEEDS` says, and 200 by default.
  package static let range =
    0..<(ProcessInfo.processInfo.environment["MEM0TOP_SEEDS"].flatMap(Int.init) ?? 200)

  /// The same where one seed is a whole session: 300 at most.
  package static let sessions = range.clamped(to: 0..<300)
}
