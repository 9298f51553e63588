#if canImport(Darwin)
/// Nothing is told on this system yet; looking at the files each second must do.
package final class DirectoryWatch: Sendable {
  /// Watches nothing.
  package init(_ directories: Set<String>, openingsOf guarded: String? = nil) {}

  /// A descriptor that becomes readable when something changed; there is none here.
  package var descriptor: Int32? { nil }

  /// Nobody tells.
  package var tellsOpenings: Bool { false }

  /// Does nothing.
  package func renew() {}

  /// There are never any notices.
  package func drain() -> DirectoryNews { [] }
}
#endif
