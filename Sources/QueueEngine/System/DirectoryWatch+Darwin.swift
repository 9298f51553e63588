#if canImport(Darwin)
/// Nothing is told on this system yet; looking at the files each second must do.
package final class DirectoryWatch: Sendable {
  /// Watches nothing.
  package init(_ directories: Set<String>) {}

  /// A descriptor that becomes readable when something changed; there is none here.
  package var descriptor: Int32? { nil }

  /// Does nothing.
  package func renew() {}

  /// There are never any notices.
  package func drain() -> Bool { false }
}
#endif
