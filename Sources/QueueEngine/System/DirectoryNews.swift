/// What a `DirectoryWatch` has been told.
package struct DirectoryNews: OptionSet, Sendable {
  /// Something in a directory changed.
  package static let change = DirectoryNews(rawValue: 1)
  /// The guarded file was opened by somebody, us included.
  package static let opening = DirectoryNews(rawValue: 2)

  package let rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }
}
