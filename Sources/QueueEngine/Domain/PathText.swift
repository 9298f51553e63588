/// A path with its parts, as far as its text alone tells them.
package struct PathText: Hashable, Sendable {
  /// The whole path.
  package let path: String

  /// Takes a path as it is written.
  package init(_ path: String) {
    self.path = path
  }

  /// The directory that it lies in; `.` where the path names none.
  package var parent: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Its name in that directory.
  package var name: Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  /// The last part, safe to show; of a path that ends in a slash the part before that.
  package var shownName: String {
    Scrubber.scrub(String(path.split(separator: "/").last ?? path[...]))
  }
}
