/// Which form of the lines two programs speak.
///
/// A minor step adds lines and members, which an older reader leaves aside and a newer one does without;
/// a major step changes what is there, and is refused.
package struct WireVersion: Hashable, Codable, Sendable, CustomStringConvertible {
  package var major: Int
  package var minor: Int

  /// The one that this program writes.
  package static let current = WireVersion(major: 1, minor: 0)

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Whether what it names can be read here.
  package var isUnderstood: Bool { major == Self.current.major }

  package var description: String { "\(major).\(minor)" }
}
