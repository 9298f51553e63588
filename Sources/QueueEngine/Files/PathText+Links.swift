#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

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
