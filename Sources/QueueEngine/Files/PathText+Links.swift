internal import CLibrary

extension PathText {
  /// The path without symbolic links, as the disk has them now; `nil`, with `errno` set, where there is nothing.
  var resolved: String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether another path leads to the same place; where nothing is there, the texts are compared.
  func isSamePlace(as other: PathText) -> Bool {
    ExactText(resolved ?? path) == ExactText(other.resolved ?? other.path)
  }
}
